// The job: ask the provider what an unsettled call really cost, and write it where it is shown.

import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { Logger } from "#libs/observability/index";
import { type GenerationRecord } from "#libs/openrouter/index";
import { Handles } from "#libs/queues/index";
import { CallSettlement } from "./call-settlement.js";
import { GenerationRecords } from "./generation-records.js";
import { ListPrices } from "./list-prices.js";
import { type ProviderCall } from "./provider-call.entity.js";
import { type CallOutcome, NOT_RECORDED, ProviderCallsRepository } from "./provider-calls.repository.js";

/** Waits between questions, s: records appear within seconds, those of interrupted calls later (openrouter-contract §4). */
const WAITS_S = [1, 2, 4, 8, 15, 30, 60, 120, 300];
/** What a provider has no record of for a day it did not charge (openrouter-contract §4). */
const NO_RECORD_MS = 24 * 3_600_000;
/** So long a provider, or its key, may be away before a call's cost counts as never to be known. */
const GIVE_UP_MS = 7 * NO_RECORD_MS;

@Injectable()
export class ReconcileCallProcessor {
  constructor(
    private readonly db: Database,
    private readonly calls: ProviderCallsRepository,
    private readonly records: GenerationRecords,
    private readonly settlement: CallSettlement,
    private readonly prices: ListPrices,
    private readonly logger: Logger,
  ) {}

  @Handles("usage.reconcile-call")
  async handle({ callId }: { callId: string }): Promise<void> {
    const call = await this.calls.find(callId);
    if (call?.state !== "unsettled") return;
    // No answer ever began: there is no record to ask for, and nothing that could be charged for.
    if (call.generationId === null) return this.write(call, NOTHING_CHARGED);
    const record = await this.records.ask(call, call.generationId);
    if (record?.costUsd != null) return this.write(call, outcomeOf(record, record.costUsd));
    const age = Date.now() - call.createdAt;
    if (age > (record === null ? NO_RECORD_MS : GIVE_UP_MS)) return this.write(call, NOTHING_CHARGED);
    await this.calls.postpone(callId, nextAsk(call));
  }

  private async write(call: ProviderCall, outcome: CallOutcome & { costUsd: string }): Promise<void> {
    const tokens = outcome.promptTokens == null ? call : outcome;
    const listPriceUsd = await this.prices.find(call.servedModel ?? call.model, tokens, call.createdAt);
    await this.db.transaction(async () => {
      const changed = await this.calls.reconcile(call.id, { ...outcome, listPriceUsd });
      const settled = changed ? await this.calls.find(call.id) : null;
      if (settled) await this.settlement.tell(settled);
    });
    this.logger.info("call_reconciled", {
      callId: call.id,
      generationId: call.generationId,
      workspaceId: call.workspaceId,
    });
  }
}

const NOTHING_CHARGED = { costUsd: "0", errorCode: NOT_RECORDED };

function outcomeOf(
  { fields, upstreamInferenceCostUsd }: GenerationRecord,
  costUsd: string,
): CallOutcome & { costUsd: string } {
  return {
    costUsd,
    upstreamCostUsd: upstreamInferenceCostUsd,
    servedModel: fields.model ?? null,
    provider: fields.provider_name ?? null,
    promptTokens: fields.native_tokens_prompt ?? null,
    completionTokens: fields.native_tokens_completion ?? null,
    reasoningTokens: fields.native_tokens_reasoning ?? null,
    cachedTokens: fields.native_tokens_cached ?? null,
    isByok: fields.is_byok ?? null,
    finishReason: fields.finish_reason ?? null,
  };
}

function nextAsk(call: ProviderCall): number {
  return Date.now() + (WAITS_S[call.reconcileTries] ?? WAITS_S.at(-1)!) * 1_000;
}
