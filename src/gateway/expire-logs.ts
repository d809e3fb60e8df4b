// Deletes logged calls whose time is over, a few at a time; they are shown to nobody before that, either.
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { Logger } from "#libs/observability/index";
import { Rounds } from "#libs/rounds/index";
import { DAY_MS } from "./gateway-answer.entity.js";

const LOOK_MS = 5_000;
/** Rows of one transaction: while it runs, other processes wait for the write lock. */
const AT_ONCE = 200;

/** Which workspaces have something that is over: one look into an index for each that has ever chosen. */
const OVER = `SELECT s.workspace_id AS "workspaceId", s.log_days AS "days" FROM gateway_settings s
  WHERE EXISTS (SELECT 1 FROM gateway_logs l WHERE l.workspace_id = s.workspace_id
    AND l.created_at <= CAST(? AS bigint) - CAST(s.log_days AS bigint) * ${DAY_MS})`;
const DELETE = `DELETE FROM gateway_logs WHERE id IN (
  SELECT id FROM gateway_logs WHERE workspace_id = ? AND created_at <= ? ORDER BY created_at LIMIT ${AT_ONCE})`;

@Injectable()
export class ExpireLogs implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly rounds = new Rounds(
    () => this.look(),
    LOOK_MS,
    (error) => this.logger.warn("gateway_logs_not_expired", { error }),
  );

  constructor(
    private readonly db: Database,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  onApplicationShutdown(): void {
    this.rounds.stop();
  }

  /** Looks once, and deletes all that is over. @returns how many were deleted */
  async look(): Promise<number> {
    const now = Date.now();
    let deleted = 0;
    for (const { workspaceId, days } of await this.db.query<{ workspaceId: string; days: number }>(OVER, [now])) {
      for (let some = AT_ONCE; some === AT_ONCE && !this.rounds.stopped; deleted += some)
        some = await this.db.execute(DELETE, [workspaceId, now - days * DAY_MS]);
    }
    return deleted;
  }
}
