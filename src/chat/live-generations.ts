// All generations that this worker runs: leases, checkpoints and stop requests, once a second for all of them.
import { randomUUID } from "node:crypto";
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { gauge, Logger } from "#libs/observability/index";
import { CONTROL_CHANNEL, EventLog, RedisClients } from "#libs/redis/index";
import { GenerationsRepository, LEASE_MS } from "./generations.repository.js";
import { type LiveGeneration } from "./live-generation.js";

const CHECKPOINT_MS = 1_000;
/** Texts saved in one transaction; a longer one would hold the event loop. */
const SAVED_AT_ONCE = 100;
/** Logs are kept alive this often, ms. */
const TOUCH_MS = 60_000;

@Injectable()
export class LiveGenerations implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly workerId = randomUUID();
  private readonly live = new Map<string, LiveGeneration>();
  private timer?: NodeJS.Timeout;
  private touchedAt = performance.now();
  private readonly running = gauge({ name: "parley_live_generations", help: "Generations that this worker runs now." });

  constructor(
    private readonly db: Database,
    private readonly generations: GenerationsRepository,
    private readonly log: EventLog,
    private readonly redis: RedisClients,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.redis.subscribe(CONTROL_CHANNEL, (text) => this.control(text)).catch(() => undefined);
    this.next();
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
  }

  add(live: LiveGeneration): void {
    this.live.set(live.claim.messageId, live);
    this.running.set(this.live.size);
  }

  remove(live: LiveGeneration): void {
    if (this.live.get(live.claim.messageId) === live) this.live.delete(live.claim.messageId);
    this.running.set(this.live.size);
  }

  get size(): number {
    return this.live.size;
  }

  /** Aborts all of them. */
  abortAll(reason: "shutdown"): void {
    for (const live of this.live.values()) live.abort(reason);
  }

  private control(text: string): void {
    const message = JSON.parse(text) as { type?: string; messageId?: string };
    if (message.type === "message:stop" && message.messageId) this.live.get(message.messageId)?.abort("stop");
  }

  private next(): void {
    this.timer = setTimeout(() => {
      this.checkpoint()
        .catch((error: unknown) => this.logger.error("checkpoint_failed", { count: this.live.size, error }))
        .finally(() => this.next());
    }, CHECKPOINT_MS);
  }

  /** Renews all leases, takes note of stop requests and lost claims, saves what came in. */
  private async checkpoint(): Promise<void> {
    if (this.live.size === 0) return;
    const current = [...this.live.values()];
    const startedAt = performance.now();
    const owned = await this.db.transaction(() => this.renewAll());
    for (const live of current) {
      const row = owned.get(live.claim.messageId);
      if (row?.epoch !== live.claim.epoch) {
        // An end that is being committed deletes the row, too: that one is no loss.
        if (!live.finishing) live.abort("lost");
        continue;
      }
      live.leaseRenewed(startedAt);
      if (row.stop) live.abort("stop");
    }
    const changed = current.filter((live) => live.dirty && owned.get(live.claim.messageId)?.epoch === live.claim.epoch);
    for (let at = 0; at < changed.length; at += SAVED_AT_ONCE) await this.save(changed.slice(at, at + SAVED_AT_ONCE));
    await this.keepLogs(current);
  }

  private async renewAll(): Promise<Map<string, { epoch: number; stop: boolean }>> {
    const until = Date.now() + LEASE_MS;
    await this.db.execute("UPDATE generations SET lease_until = ?, sweep_at = ? WHERE worker_id = ?", [
      until,
      until,
      this.workerId,
    ]);
    const rows = await this.db.query<{ id: string; epoch: number; stop: number }>(
      "SELECT message_id AS id, epoch, stop_requested AS stop FROM generations WHERE worker_id = ?",
      [this.workerId],
    );
    return new Map(rows.map((row) => [row.id, { epoch: row.epoch, stop: row.stop === 1 }]));
  }

  private async save(batch: LiveGeneration[]): Promise<void> {
    await this.db.transaction(async () => {
      for (const live of batch) {
        // What is saved is what was cut into deltas: the row and the log never differ in what they call seen.
        const { content, reasoning, toolCalls, annotations, streamCuts } = live.snapshot;
        live.dirty = false;
        await this.db.execute(
          `UPDATE messages SET content = ?, reasoning = ?, tool_calls = ?, annotations = ?, stream_cuts = ?
           WHERE id = ? AND EXISTS (SELECT 1 FROM generations g WHERE g.message_id = messages.id AND g.epoch = ?)`,
          [content, reasoning, json(toolCalls), json(annotations), streamCuts, live.claim.messageId, live.claim.epoch],
        );
      }
    });
  }

  private async keepLogs(current: LiveGeneration[]): Promise<void> {
    if (performance.now() - this.touchedAt < TOUCH_MS) return;
    this.touchedAt = performance.now();
    await this.log.touch(current.map((live) => live.claim.messageId)).catch(() => undefined);
  }
}

function json(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}
