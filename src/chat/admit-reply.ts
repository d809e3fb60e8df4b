// Asks the budgets for an answer's call to the provider.
import { Injectable } from "@nestjs/common";
import { type ChatRequest } from "#libs/openrouter/index";
import { Admission, type Admitted } from "#src/budgets/admission";
import { CallWriter } from "#src/usage/call-writer";
import { ProviderCallsRepository } from "#src/usage/provider-calls.repository";
import { type Claimed, ClaimReply } from "./claim-reply.js";
import { type LiveGeneration } from "./live-generation.js";
import { askedOf } from "./max-tokens.js";

/** How long an answer waits for budgets that are held by calls that run, ms. */
const PATIENCE_MS = 60_000;

@Injectable()
export class AdmitReply {
  constructor(
    private readonly admission: Admission,
    private readonly claims: ClaimReply,
    private readonly calls: ProviderCallsRepository,
    private readonly writer: CallWriter,
  ) {}

  /**
   * @param callId the ledger row that is open already; null: one is opened
   * @throws BudgetExceededError, PriceUnknownError
   */
  async execute(
    live: LiveGeneration,
    { generation, message }: Pick<Claimed, "generation" | "message">,
    request: ChatRequest,
    callId: string | null,
  ): Promise<Admitted> {
    const { workspaceId, userId, apiKeyId } = generation;
    // A call counts in the periods in which its row began.
    const createdAt = (callId === null ? null : await this.calls.find(callId))?.createdAt ?? Date.now();
    const open = async () => callId ?? (await this.claims.begin(generation, message, createdAt));
    const asked = { ...askedOf(request), patienceMs: PATIENCE_MS, signal: live.signal };
    const spender = { workspaceId, userId, apiKeyId, createdAt };
    return this.admission.begin(spender, asked, (ask, gate) => this.writer.openWith(open, { spender, ask }, gate));
  }

  /** Gives back what was opened for an answer that is not begun after all. */
  async withdraw(live: LiveGeneration): Promise<void> {
    await this.calls.discardOpen(live.place.messageId);
  }
}
