// Ends a generation of this worker: last delta, one transaction, terminal event.

import { Injectable } from "@nestjs/common";
import { Logger } from "#libs/observability/index";
import { type CallRecord } from "#src/usage/call-record";
import { ProviderCallsRepository } from "#src/usage/provider-calls.repository";
import { ChatEvents, endedEvent } from "./chat-events.js";
import { type Ending, EndMessage } from "./end-message.js";
import { GenerationsRepository } from "./generations.repository.js";
import { type LiveGeneration } from "./live-generation.js";
import { type Message } from "./message.entity.js";
import { StreamFlusher } from "./stream-flusher.js";

@Injectable()
export class FinishReply {
  constructor(
    private readonly end: EndMessage,
    private readonly calls: ProviderCallsRepository,
    private readonly generations: GenerationsRepository,
    private readonly flusher: StreamFlusher,
    private readonly events: ChatEvents,
    private readonly logger: Logger,
  ) {}

  /** @param ending null: nothing is written; an untouched generation goes back to the queue */
  async execute(live: LiveGeneration, ending: Ending | null, record: CallRecord | null): Promise<void> {
    if (!ending) {
      if (live.abortReason === "shutdown") await this.giveBack(live, record);
      return;
    }
    live.finishing = true;
    live.cut();
    const facts = {
      ...ending,
      ...live.snapshot,
      ...usageOf(record),
      generationId: record?.generationId ?? null,
      latencyMs: Date.now() - live.acceptedAt,
      firstTokenMs: live.firstTokenMs,
    };
    const settle = () => this.settle(live, record);
    const message = await this.end.execute(live.claim, facts, settle);
    if (!message) {
      live.abort("lost");
      return;
    }
    this.tell(live, message);
  }

  /** The end of a generation whose worker is gone. */
  async takenOver(live: LiveGeneration, ending: Ending): Promise<void> {
    const facts = { ...ending, latencyMs: Date.now() - live.acceptedAt };
    const message = await this.end.execute(
      live.claim,
      facts,
      async () => void (await this.calls.abandonOpen(live.place.messageId)),
    );
    if (message) this.events.ended(message);
  }

  private async settle(live: LiveGeneration, record: CallRecord | null): Promise<void> {
    if (record) await this.calls.end(record.callId, record.outcome);
    else await this.calls.discardOpen(live.place.messageId);
  }

  private async giveBack(live: LiveGeneration, record: CallRecord | null): Promise<void> {
    if (record) await this.calls.end(record.callId, record.outcome);
    await this.generations.release(live.claim);
  }

  private tell(live: LiveGeneration, message: Message): void {
    live.ended = endedEvent(message);
    this.flusher.touch(live, true);
    this.logger.info("reply_ended", {
      messageId: message.id,
      state: message.status,
      model: message.model,
      durationMs: message.latencyMs,
      costState: message.costState,
    });
  }
}

type UsageFacts = Partial<
  Pick<Message, "promptTokens" | "completionTokens" | "reasoningTokens" | "cachedTokens" | "provider">
>;

function usageOf(record: CallRecord | null): UsageFacts {
  if (!record) return {};
  const { promptTokens, completionTokens, reasoningTokens, cachedTokens, provider } = record.outcome;
  return {
    promptTokens: promptTokens ?? null,
    completionTokens: completionTokens ?? null,
    reasoningTokens: reasoningTokens ?? null,
    cachedTokens: cachedTokens ?? null,
    provider: provider ?? null,
  };
}
