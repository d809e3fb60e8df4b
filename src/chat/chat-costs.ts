// What a message and a conversation cost: sums over the ledger, written where people look.

import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { addUsd, fromPico, toPico } from "#libs/money/index";
import { CostCorrections, type PresentCost } from "#src/usage/cost-corrections";
import { type ProviderCall } from "#src/usage/provider-call.entity";
import { type CostState, Message } from "./message.entity.js";

@Injectable()
export class ChatCosts {
  constructor(
    private readonly db: Database,
    private readonly corrections: CostCorrections,
  ) {}

  /** Exact sum of the message's calls; unknown (null, `unsettled`) while one of them is. */
  async ofMessage(messageId: string): Promise<{ costUsd: string | null; costState: CostState }> {
    return costOf(await this.corrections.ofMessage(messageId));
  }

  /** Adds the settled calls of a message that has just ended. */
  async addToConversation(message: Message): Promise<void> {
    for (const call of await this.corrections.ofMessage(message.id)) await this.add(call);
  }

  /** A call that was unsettled at its message's end has its cost now. @returns the changed message, if it still exists */
  async settleLate(call: ProviderCall): Promise<Message | null> {
    if (call.messageId === null) return null;
    const messages = this.db.repository(Message);
    const message = await messages.findOneBy({ id: call.messageId });
    // A message that has not ended yet sums up all its calls at its end.
    if (!message || message.status === "pending" || message.status === "streaming") return null;
    await this.add(call);
    const changes = await this.ofMessage(message.id);
    await messages.update(message.id, { ...changes, ...usageOf(message, call) } as never);
    return { ...message, ...changes, ...usageOf(message, call) };
  }

  /**
   * A call of a message turned out to cost otherwise.
   * @param delta 1e-12 USD
   * @returns the changed message, if it still exists and has ended
   */
  async correct(call: ProviderCall, delta: bigint): Promise<Message | null> {
    if (call.messageId === null) return null;
    const messages = this.db.repository(Message);
    const message = await messages.findOneBy({ id: call.messageId });
    if (!message || message.status === "pending" || message.status === "streaming") return null;
    await this.addPico(call.conversationId, delta);
    const changes = await this.ofMessage(message.id);
    await messages.update(message.id, changes as never);
    return { ...message, ...changes };
  }

  private async add({ conversationId, costUsd }: Pick<PresentCost, "conversationId" | "costUsd">): Promise<void> {
    if (costUsd !== null) await this.addPico(conversationId, toPico(costUsd));
  }

  private async addPico(conversationId: string | null, pico: bigint): Promise<void> {
    const [row] = await this.db.query<{ cost: string }>(
      `SELECT cost_usd AS cost FROM conversations WHERE id = ?${this.db.dialect.forUpdate}`,
      [conversationId],
    );
    if (!row) return;
    const sum = addUsd(row.cost, fromPico(pico));
    await this.db.execute("UPDATE conversations SET cost_usd = ? WHERE id = ?", [sum, conversationId]);
  }
}

/** The cost of a message out of its calls. */
export function costOf(calls: readonly Pick<ProviderCall, "costUsd" | "state">[]): {
  costUsd: string | null;
  costState: CostState;
} {
  if (calls.length === 0) return { costUsd: null, costState: "none" };
  const known = calls.flatMap((call) => call.costUsd ?? []);
  if (known.length < calls.length) return { costUsd: null, costState: "unsettled" };
  const reconciled = calls.some((call) => call.state === "reconciled");
  return { costUsd: addUsd(...known), costState: reconciled ? "reconciled" : "final" };
}

/** Token counts from the generation record, where the stream's end did not bring them. */
function usageOf(message: Message, call: ProviderCall): Partial<Message> {
  if (message.promptTokens !== null || call.promptTokens === null) return {};
  const { promptTokens, completionTokens, reasoningTokens, cachedTokens, provider } = call;
  return { promptTokens, completionTokens, reasoningTokens, cachedTokens, provider: message.provider ?? provider };
}
