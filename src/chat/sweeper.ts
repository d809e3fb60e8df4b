// Repairs what got lost between the database and the queue: generations without a worker, calls without a cost.

import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from "@nestjs/common";
import { Logger } from "#libs/observability/index";
import { Queues } from "#libs/queues/index";
import { Rounds } from "#libs/rounds/index";
import { ProviderCallsRepository } from "#src/usage/provider-calls.repository";
import { GenerationTurns } from "./generation-turns.js";
import { GenerationsRepository } from "./generations.repository.js";

const SWEEP_MS = 1_000;
/** Rows of each kind that one sweep hands out; the rest waits for the next one. */
const AT_ONCE = 200;
/** A handed-out reconciliation that came to nothing is handed out again after this, ms. */
const JOB_BUCKET_MS = 3_000;

@Injectable()
export class Sweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly rounds = new Rounds(
    () => this.sweep(),
    SWEEP_MS,
    (error) => this.logger.warn("sweep_failed", { error }),
  );

  constructor(
    private readonly generations: GenerationsRepository,
    private readonly turns: GenerationTurns,
    private readonly calls: ProviderCallsRepository,
    private readonly queues: Queues,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  onApplicationShutdown(): void {
    this.rounds.stop();
  }

  private async sweep(): Promise<void> {
    this.turns.fill();
    // Ids with a time in them: a job that a dead worker still holds must not hide the new one. Two of a kind do no harm.
    const bucket = Math.floor(Date.now() / JOB_BUCKET_MS);
    for (const { messageId, epoch } of await this.generations.sweep(AT_ONCE)) {
      await this.queues.add("chat.generate-reply", { messageId }, { jobId: `${messageId}:${epoch}:${bucket}` });
    }
    for (const { id, tries } of await this.calls.due(Date.now(), AT_ONCE)) {
      await this.queues.add("usage.reconcile-call", { callId: id }, { jobId: `${id}:${tries}:${bucket}` });
    }
  }
}
