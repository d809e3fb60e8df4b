// Calls the provider for a claimed generation and says how the message ends.

import { Injectable } from "@nestjs/common";
import { DomainError } from "#libs/errors/index";
import { Logger } from "#libs/observability/index";
import { ProviderError } from "#libs/openrouter/index";
import { type CallRecord } from "#src/usage/call-record";
import { ProviderKeyring } from "#src/vault/provider-keyring";
import { AdmitReply } from "./admit-reply.js";
import { type Claimed } from "./claim-reply.js";
import { type Ending } from "./end-message.js";
import { type LiveGeneration } from "./live-generation.js";
import { limited } from "./max-tokens.js";
import { type MessageError } from "./message.entity.js";
import { PromptBuilder } from "./prompt.js";
import { StreamReply } from "./stream-reply.js";

@Injectable()
export class ReplyCaller {
  constructor(
    private readonly prompts: PromptBuilder,
    private readonly keyring: ProviderKeyring,
    private readonly admitting: AdmitReply,
    private readonly stream: StreamReply,
    private readonly logger: Logger,
  ) {}

  /** @returns `ending` null: the claim is lost, or the generation goes back for another worker */
  async execute(
    live: LiveGeneration,
    { generation, message, callId }: Claimed,
  ): Promise<{ ending: Ending | null; record: CallRecord | null }> {
    try {
      const asked = await this.prompts.build(message);
      const admit = async (openCallId: string | null) => {
        const admitted = await this.admitting.execute(live, { generation, message }, asked, openCallId);
        return { callId: admitted.callId, request: limited(asked, admitted.maxTokens) };
      };
      const first = await admit(callId);
      const keys = await this.keyring.keysFor(generation.workspaceId);
      const { record, error } = await this.stream.execute({ live, keys, first, next: () => admit(null) });
      return { record, ending: this.endingOf(live, record, error) };
    } catch (error) {
      if (live.abortReason !== null) return this.leave(live);
      // Nothing was sent, or nothing more: no key, no budget, a prompt that cannot be built, a database that is away.
      this.logger.warn("reply_not_sent", { messageId: message.id, error });
      return { record: null, ending: { status: "failed", error: asMessageError(error) } };
    }
  }

  /** Stopped, or to be given back, before anything was sent. */
  private async leave(live: LiveGeneration): Promise<{ ending: Ending | null; record: null }> {
    if (live.abortReason === "stop") return { record: null, ending: { status: "stopped" } };
    if (live.abortReason === "shutdown") await this.admitting.withdraw(live);
    return { record: null, ending: null };
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
  if (error instanceof DomainError) {
    const { code, message, retryable, details } = error;
    return { code, message, retryable, ...(details && { details }) };
  }
  return { code: "internal", message: "Something went wrong on our side.", retryable: true };
}
