// Finds settled calls that are to be asked about once more: each workspace's in order, one a minute, as long after they began as is set.
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from "@nestjs/common";
import { Config } from "#libs/config/index";
import { Database } from "#libs/database/index";
import { Logger } from "#libs/observability/index";
import { Queues } from "#libs/queues/index";
import { Rounds } from "#libs/rounds/index";

/** A worker asks about one call in this time, ms, however many workspaces there are. */
const LOOK_MS = 1_000;
/** And a workspace has one asked about in this time, ms. */
const PACE_MS = 60_000;
/** What is older by more than this than its turn is left out: a workspace that makes more calls than are asked about, ms. */
const LATE_MS = 5 * 86_400_000;
/** New workspaces are looked for at least so often, ms. */
const NEWCOMERS_MS = 60_000;
/** After every id. */
const LAST_ID = "~";

interface Turn {
  workspaceId: string;
  callAt: number;
  callId: string;
}

@Injectable()
export class RecheckCosts implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly rounds = new Rounds(
    () => this.look(),
    LOOK_MS,
    (error) => this.logger.warn("recheck_failed", { error }),
  );
  private newcomersAt = 0;

  constructor(
    private readonly config: Config,
    private readonly db: Database,
    private readonly queues: Queues,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.recheckMs > 0) this.rounds.start();
  }

  onApplicationShutdown(): void {
    this.rounds.stop();
  }

  /** Looks once. @returns the call that is asked about, null: none is due */
  async look(now = Date.now()): Promise<string | null> {
    await this.welcome(now);
    const turn = await this.db.one<Turn>(
      `SELECT workspace_id AS "workspaceId", call_at AS "callAt", call_id AS "callId" FROM cost_rechecks
       WHERE next_at <= ? ORDER BY next_at LIMIT 1`,
      [now],
    );
    return turn ? this.take(turn, now) : null;
  }

  private async take({ workspaceId, ...last }: Turn, now: number): Promise<string | null> {
    const until = now - this.config.recheckMs;
    const from = last.callAt < until - LATE_MS ? { callAt: until - LATE_MS, callId: "" } : last;
    const call = await this.db.one<{ id: string; createdAt: number }>(
      `SELECT id, created_at AS "createdAt" FROM provider_calls
       WHERE workspace_id = ? AND (created_at, id) > (?, ?) AND created_at <= ?
         AND cost_pico IS NOT NULL AND generation_id IS NOT NULL
       ORDER BY created_at, id LIMIT 1`,
      [workspaceId, from.callAt, from.callId, until],
    );
    if (!call) {
      await this.keep(workspaceId, until, LAST_ID, await this.nextTurn(workspaceId, until, now));
      return null;
    }
    // Handed out before it is noted: what is lost in between is asked about twice, not never.
    await this.queues.add("usage.recheck-call", { callId: call.id }, { jobId: `recheck:${call.id}` });
    await this.keep(workspaceId, call.createdAt, call.id, now + PACE_MS);
    return call.id;
  }

  /** When the oldest call that is not due yet will be; without one: when the first that is made from now on may be. */
  private async nextTurn(workspaceId: string, until: number, now: number): Promise<number> {
    const row = await this.db.one<{ at: number | null }>(
      "SELECT MIN(created_at) AS at FROM provider_calls WHERE workspace_id = ? AND created_at > ?",
      [workspaceId, until],
    );
    return (row?.at ?? now) + this.config.recheckMs;
  }

  private async keep(workspaceId: string, callAt: number, callId: string, nextAt: number): Promise<void> {
    const sql = "UPDATE cost_rechecks SET call_at = ?, call_id = ?, next_at = ? WHERE workspace_id = ?";
    await this.db.execute(sql, [callAt, callId, nextAt, workspaceId]);
  }

  private async welcome(now: number): Promise<void> {
    if (now - this.newcomersAt < Math.min(NEWCOMERS_MS, this.config.recheckMs / 2)) return;
    this.newcomersAt = now;
    const missing = "FROM workspaces w WHERE NOT EXISTS (SELECT 1 FROM cost_rechecks r WHERE r.workspace_id = w.id)";
    // Read first: a write that changes nothing would still take SQLite's only write lock.
    if (!(await this.db.one(`SELECT 1 AS one ${missing} LIMIT 1`))) return;
    await this.db.execute(
      `INSERT INTO cost_rechecks (workspace_id, call_at, call_id, next_at) SELECT w.id, 0, '', 0 ${missing} ON CONFLICT DO NOTHING`,
    );
  }
}
