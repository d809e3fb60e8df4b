// Hands a new generation to the workers.
import { Injectable } from "@nestjs/common";
import { Logger } from "#libs/observability/index";
import { Queues } from "#libs/queues/index";

@Injectable()
export class EnqueueReply {
  constructor(
    private readonly queues: Queues,
    private readonly logger: Logger,
  ) {}

  /** Not awaited by anybody: the answer to the client waits for the commit only, and the sweeper repairs a lost job. */
  execute(messageId: string): void {
    this.queues
      .add("chat.generate-reply", { messageId }, { jobId: `${messageId}:0` })
      .catch((error: unknown) => this.logger.warn("enqueue_failed", { messageId, error }));
  }
}
