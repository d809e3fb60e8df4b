// The job: ask the provider what an unsettled call really cost, and write it where it is shown.

import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { Logger } from "#libs/observability/index";
import { type GenerationRecord, OpenRouterClient, ProviderError } from "#libs/openrouter/index";
import { Handles } from "#libs/queues/index";
import { ProviderKeyring } from "#src/vault/provider-keyring";
import { CallSettlement } from "./call-settlement.js";
import { type ProviderCall } from "./provider-call.entity.js";
import { ProviderCallsRepository } from "./provider-calls.repository.js";

/** Waits between questions, s: records appear within seconds, those of interrupted calls later (openrouter-contract §4). */
const WAITS_S = [1, 2, 4, 8, 15, 30, 60, 120, 300];
/** Unsettled calls are asked about for a day. */
const GIVE_UP_MS = 24 * 3_600_000;

@Injectable()
export class ReconcileCallProcessor {
  constructor(
    private readonly db: Database,
    private readonly calls: ProviderCallsRepository,
    private readonly keyring: ProviderKeyring,
    private readonly settlement: CallSettlement,
    private readonly logger: Logger,
  ) {}

  @Handles("usage.reconcile-call")
  async handle({ callId }: { callId: string }): Promise<void> {
    const call = await this.calls.find(callId);
    if (call?.state !== "unsettled" || call.generationId === null) return;
    const record = await this.ask(call, call.generationId);
    if (record?.costUsd != null) await this.settle(call, record, record.costUsd);
    else await this.calls.postpone(callId, nextAsk(call));
  }

  private async ask(call: ProviderCall, generationId: string): Promise<GenerationRecord | null> {
    try {
      const { secret, baseUrl, dispatcher } = await this.keyring.credentialOf(call.workspaceId, call.providerKeyId);
      const client = new OpenRouterClient({ baseUrl, apiKey: secret, ...(dispatcher && { dispatcher }) });
      return await client.generation(generationId);
    } catch (error) {
      // The key may be gone or the provider down: asked again later, for a day.
      const code = error instanceof ProviderError ? error.code : undefined;
      this.logger.warn("reconcile_failed", { callId: call.id, code, error });
      return null;
    }
  }

  private async settle(
    call: ProviderCall,
    { fields, upstreamInferenceCostUsd }: GenerationRecord,
    costUsd: string,
  ): Promise<void> {
    await this.db.transaction(async () => {
      const changed = await this.calls.reconcile(call.id, {
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
      });
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

function nextAsk(call: ProviderCall): number | null {
  if (Date.now() - call.createdAt > GIVE_UP_MS) return null;
  return Date.now() + (WAITS_S[call.reconcileTries] ?? WAITS_S.at(-1)!) * 1_000;
}
