// Hands a new generation to the workers.
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { Logger } from "#libs/observability/index";
import { Queues } from "#libs/queues/index";

@Injectable()
export class EnqueueReply {
  constructor(
    private readonly db: Database,
    private readonly queues: Queues,
    private readonly logger: Logger,
  ) {}

  /** Once the transaction that runs has committed. Not awaited by anybody: the answer to the client waits for the commit only, and the sweeper repairs a lost job. */
  afterCommit(messageId: string): void {
    this.db.afterCommit(() => this.add(messageId));
  }

  private add(messageId: string): void {
    this.queues
      .add("chat.generate-reply", { messageId }, { jobId: `${messageId}:0` })
      .catch((error: unknown) => this.logger.warn("enqueue_failed", { messageId, error }));
  }
}
