// Calls the provider for a claimed generation and says how the message ends.

import { Injectable } from "@nestjs/common";
import { DomainError } from "#libs/errors/index";
import { Logger } from "#libs/observability/index";
import { ProviderError } from "#libs/openrouter/index";
import { type CallRecord } from "#src/usage/call-record";
import { ProviderKeyring } from "#src/vault/provider-keyring";
import { type Claimed, ClaimReply } from "./claim-reply.js";
import { type Ending } from "./end-message.js";
import { type LiveGeneration } from "./live-generation.js";
import { type MessageError } from "./message.entity.js";
import { PromptBuilder } from "./prompt.js";
import { StreamReply } from "./stream-reply.js";

@Injectable()
export class ReplyCaller {
  constructor(
    private readonly prompts: PromptBuilder,
    private readonly keyring: ProviderKeyring,
    private readonly claims: ClaimReply,
    private readonly stream: StreamReply,
    private readonly logger: Logger,
  ) {}

  /** @returns `ending` null: the claim is lost, or the generation goes back for another worker */
  async execute(
    live: LiveGeneration,
    { generation, message, callId }: Claimed,
  ): Promise<{ ending: Ending | null; record: CallRecord | null }> {
    try {
      const request = await this.prompts.build(message);
      const keys = await this.keyring.keysFor(generation.workspaceId);
      const beginNext = () => this.claims.begin(generation, message);
      const { record, error } = await this.stream.execute({ live, request, keys, callId: callId!, beginNext });
      return { record, ending: this.endingOf(live, record, error) };
    } catch (error) {
      // Nothing was sent yet: no key, a prompt that cannot be built, a database that is away.
      this.logger.warn("reply_not_sent", { messageId: message.id, error });
      return { record: null, ending: { status: "failed", error: asMessageError(error) } };
    }
  }

  private endingOf(live: LiveGeneration, record: CallRecord, error: ProviderError | null): Ending | null {
    const about = { finishReason: record.finishReason };
    if (live.abortReason === "lost") return null;
    if (!error) return { status: "completed", ...about };
    if (live.abortReason === "stop") return { status: "stopped", ...about };
    if (live.abortReason === "shutdown" && !live.hasOutput) return null;
    const status = live.hasOutput ? "interrupted" : "failed";
    const shown = live.abortReason === "shutdown" ? SHUTDOWN : asMessageError(error);
    this.logger.warn("reply_broken", { messageId: live.place.messageId, status, code: error.code, phase: error.phase });
    return { status, ...about, error: shown };
  }
}

const SHUTDOWN: MessageError = {
  code: "server_restarted",
  message: "The server restarted while this answer was being written.",
  retryable: true,
};

function asMessageError(error: unknown): MessageError {
  if (error instanceof ProviderError) return { code: error.code, message: error.message, retryable: error.retryable };
  if (error instanceof DomainError) return { code: error.code, message: error.message, retryable: error.retryable };
  return { code: "internal", message: "Something went wrong on our side.", retryable: true };
}
