// Which API processes live: a running call of a dead one will never be ended by it.
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";

/** A process that has not been seen for this long is dead, ms. One that only stood still ends its calls all the same. */
export const DEAD_AFTER_MS = 10_000;

@Injectable()
export class GatewayProcessesRepository {
  constructor(private readonly db: Database) {}

  /** Says that a process lives. */
  async beat(id: string): Promise<void> {
    const row = { id, seen_at: Date.now() };
    await this.db.insert("gateway_processes", row, "ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at");
  }

  /** Forgets a process that ends in order. */
  async leave(id: string): Promise<void> {
    await this.db.execute("DELETE FROM gateway_processes WHERE id = ?", [id]);
  }

  /** Forgets the dead ones; their calls are orphans with or without it. */
  async bury(): Promise<void> {
    await this.db.execute("DELETE FROM gateway_processes WHERE seen_at <= ?", [Date.now() - DEAD_AFTER_MS]);
  }
}
