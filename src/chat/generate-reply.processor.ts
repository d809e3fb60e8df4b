// The job: claim the generation, stream the answer, write the one end.

import { Injectable } from "@nestjs/common";
import { extendContext } from "#libs/observability/index";
import { Handles } from "#libs/queues/index";
import { LivePublisher } from "#src/realtime/live-publisher";
import { ClaimReply } from "./claim-reply.js";
import { FinishReply } from "./finish-reply.js";
import { LiveGeneration } from "./live-generation.js";
import { LiveGenerations } from "./live-generations.js";
import { ReplyCaller } from "./reply-caller.js";

@Injectable()
export class GenerateReplyProcessor {
  constructor(
    private readonly claims: ClaimReply,
    private readonly running: LiveGenerations,
    private readonly call: ReplyCaller,
    private readonly finish: FinishReply,
    private readonly live: LivePublisher,
  ) {}

  /** Repeats are harmless: without a claim nothing happens. */
  @Handles("chat.generate-reply")
  async handle({ messageId }: { messageId: string }): Promise<void> {
    const claimed = await this.claims.execute(messageId, this.running.workerId);
    if (!claimed) return;
    const { generation, message } = claimed;
    extendContext({ workspaceId: generation.workspaceId });
    const live = new LiveGeneration(generation, message.content);
    if (claimed.ending) {
      await this.finish.takenOver(live, claimed.ending);
      return;
    }
    if (claimed.restarted) {
      const json = JSON.stringify({ messageId, attempt: live.attempt });
      this.live.publishEvent({ ...live.place, event: "message:restarted", attempt: live.attempt, seq: 0, json });
    }
    this.running.add(live);
    try {
      const { ending, record } = await this.call.execute(live, claimed);
      await this.finish.execute(live, ending, record);
    } finally {
      this.running.remove(live);
    }
  }
}
