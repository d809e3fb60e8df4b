// Deletes kept answers whose time is over, within a second; they are given to nobody before that, either.
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { Logger } from "#libs/observability/index";
import { Rounds } from "#libs/rounds/index";

const LOOK_MS = 1_000;

@Injectable()
export class ExpireAnswers implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly rounds = new Rounds(
    () => this.look(),
    LOOK_MS,
    (error) => this.logger.warn("gateway_answers_not_expired", { error }),
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

  /** Looks once. @returns how many were deleted */
  async look(): Promise<number> {
    const now = Date.now();
    // Read first: a write that changes nothing would still take SQLite's only write lock.
    const over = await this.db.one("SELECT 1 AS one FROM gateway_answers WHERE expires_at <= ? LIMIT 1", [now]);
    return over ? this.db.execute("DELETE FROM gateway_answers WHERE expires_at <= ?", [now]) : 0;
  }
}
