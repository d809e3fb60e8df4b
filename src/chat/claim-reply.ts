// Takes a generation over: first claims, and claims after a worker's death, whose fate is decided here.

import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { Logger } from "#libs/observability/index";
import { ProviderCallsRepository } from "#src/usage/provider-calls.repository";
import { ChatTree } from "./chat-tree.js";
import { type Ending } from "./end-message.js";
import { type Generation } from "./generation.entity.js";
import { GenerationsRepository } from "./generations.repository.js";
import { type Message } from "./message.entity.js";
import { keptOf, StreamRecovery } from "./stream-recovery.js";

/** Runs without output before a message fails: a prompt that kills workers must not kill them all (fault F19). */
const MAX_ATTEMPTS = 3;

/** A claimed generation: run it (`callId` is its open ledger row), or end it as `ending` says. */
export interface Claimed {
  generation: Generation;
  message: Message;
  callId: string | null;
  restarted: boolean;
  ending: Ending | null;
}

@Injectable()
export class ClaimReply {
  constructor(
    private readonly db: Database,
    private readonly generations: GenerationsRepository,
    private readonly tree: ChatTree,
    private readonly calls: ProviderCallsRepository,
    private readonly recovery: StreamRecovery,
    private readonly logger: Logger,
  ) {}

  /** @returns null when there is nothing to do: ended, or in the hands of a living worker */
  async execute(messageId: string, workerId: string): Promise<Claimed | null> {
    const claimed = await this.db.transaction(async () => {
      const taken = await this.generations.claim(messageId, workerId);
      if (!taken) return null;
      const { generation, takenOver } = taken;
      const message = await this.tree.message(generation.workspaceId, messageId);
      if (takenOver) await this.calls.abandonOpen(messageId);
      const callId = takenOver || generation.stopRequested ? null : await this.begin(generation, message);
      return { generation, message, callId, takenOver };
    });
    if (!claimed) return null;
    const { generation, message, callId, takenOver } = claimed;
    if (!takenOver && !generation.stopRequested) return { generation, message, callId, restarted: false, ending: null };
    return this.afterLoss(generation, message);
  }

  /** Opens a ledger row for the next call of a generation. */
  async begin(generation: Generation, message: Message, createdAt = Date.now()): Promise<string> {
    return this.calls.begin({
      workspaceId: generation.workspaceId,
      userId: generation.userId,
      kind: "chat",
      conversationId: generation.conversationId,
      messageId: message.id,
      attempt: generation.attempt,
      createdAt,
      model: message.model ?? "",
      ...(generation.apiKeyId !== null && { apiKeyId: generation.apiKeyId }),
      alias: generation.alias,
    });
  }

  /** The worker before is gone, or a person wants it stopped: output that was seen is kept, else the next attempt begins. */
  private async afterLoss(generation: Generation, message: Message): Promise<Claimed> {
    const base = { generation, message, callId: null, restarted: false };
    const recovered = await this.recovery.execute(generation, message);
    this.logger.warn("generation_taken_over", {
      messageId: message.id,
      epoch: generation.epoch,
      attempt: generation.attempt,
      ok: recovered !== null,
    });
    if (generation.stopRequested) return { ...base, ending: { status: "stopped", ...(recovered ?? keptOf(message)) } };
    if (recovered) {
      const error = {
        code: "worker_lost",
        message: "The server that was writing this answer went down.",
        retryable: true,
      };
      return { ...base, ending: { status: "interrupted", ...recovered, error } };
    }
    if (generation.attempt >= MAX_ATTEMPTS) {
      const error = {
        code: "worker_lost",
        message: `The answer could not be begun in ${MAX_ATTEMPTS} attempts.`,
        retryable: true,
      };
      return { ...base, ending: { status: "failed", ...keptOf(message), error } };
    }
    return this.nextAttempt(generation, message);
  }

  private async nextAttempt(generation: Generation, message: Message): Promise<Claimed> {
    const next = Object.assign(generation, { attempt: generation.attempt + 1 });
    const callId = await this.db.transaction(async () => {
      await this.generations.nextAttempt({ messageId: message.id, epoch: generation.epoch });
      await this.db.execute("UPDATE messages SET attempt = ? WHERE id = ?", [next.attempt, message.id]);
      return this.begin(next, message);
    });
    return {
      generation: next,
      message: Object.assign(message, { attempt: next.attempt }),
      callId,
      restarted: true,
      ending: null,
    };
  }
}
