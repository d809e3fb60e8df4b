// Settles a call that has ended: the bill, the journal, and what `/generation` will tell of it.
import { type Call, countsOf, type Produced, priceOf } from "./call.js";
import type { Cost, Counts } from "./money/cost.js";
import { Decimal } from "./money/decimal.js";
import type { Outcome } from "./state/journal.js";
import { asText, type JsonObject, literal } from "./wire/json.js";
import { isoNow } from "./world.js";

/** How a call ended. */
export type Settlement = {
  readonly outcome: Exclude<Outcome, "running">;
  readonly produced: Produced;
  readonly finish: string | null;
  readonly nativeFinish: string | null;
  /** The answer ended in an error: tokens are not charged. */
  readonly failed?: boolean;
  /** Another cost than the computed one, such as a recording's. */
  readonly cost?: Cost;
  readonly counts?: Counts;
};

/** Who called what, when, and how it ended. */
function callFacts(call: Call, settlement: Settlement): JsonObject {
  const { journal, key, request, options, createdAt } = call;
  const since = (iso: string | null) => (iso === null ? null : Math.max(0, Date.parse(iso) - createdAt));
  const attempt = {
    id: null,
    endpoint_id: null,
    provider_name: call.provider,
    model_permaslug: call.served,
    status: 200,
    latency: since(journal.headersAt),
    is_byok: options.has("byok"),
  };
  return {
    id: call.id,
    upstream_id: null,
    request_id: journal.id,
    session_id: asText(request.body["session_id"]) ?? null,
    external_user: asText(request.body["user"]) ?? null,
    model: call.served,
    router: null,
    preset_id: null,
    provider_name: call.provider,
    provider_responses: [attempt],
    api_type: call.apiType,
    streamed: request.stream,
    cancelled: settlement.outcome === "aborted",
    finish_reason: settlement.finish,
    native_finish_reason: settlement.nativeFinish,
    created_at: new Date(createdAt).toISOString(),
    latency: since(journal.firstTokenAt ?? journal.headersAt),
    generation_time: call.world.now() - createdAt,
    moderation_latency: null,
    service_tier: null,
    data_region: "global",
    app_id: null,
    origin: journal.headers["http-referer"] ?? "",
    http_referer: journal.headers["http-referer"] ?? null,
    user_agent: journal.headers["user-agent"] ?? null,
    workspace_id: key.account.name,
    response_cache_source_id: call.cached?.sourceId ?? null,
  };
}

/** What was counted, and what it cost. */
function countFacts(call: Call, counts: Counts, cost: Cost): JsonObject {
  const byok = call.options.has("byok");
  return {
    tokens_prompt: counts.promptTokens,
    tokens_completion: counts.completionTokens,
    native_tokens_prompt: counts.promptTokens,
    native_tokens_completion: counts.completionTokens,
    native_tokens_reasoning: counts.reasoningTokens,
    native_tokens_cached: counts.cachedTokens,
    native_tokens_completion_images: null,
    num_media_prompt: counts.images || null,
    num_input_audio_prompt: null,
    num_media_completion: null,
    num_search_results: counts.searches || null,
    num_fetches: null,
    web_search_engine: null,
    total_cost: literal(cost.cost),
    usage: literal(cost.cost),
    upstream_inference_cost: byok ? literal(cost.upstream) : 0,
    cache_discount: cost.cacheDiscount.isZero() ? null : literal(cost.cacheDiscount),
    is_byok: byok,
  };
}

function corrected(call: Call, cost: Cost): Cost {
  const other = call.options.text("corrected");
  return other === undefined ? cost : { ...cost, cost: Decimal.parse(other) };
}

function visibleAt(call: Call, outcome: Outcome): number | null {
  const { options, world } = call;
  if (options.text("generation") === "never") return null;
  const usual = outcome === "finished" ? world.settings.generationDelayMs : world.settings.cancelledGenerationDelayMs;
  return world.now() + options.number("generation", usual);
}

/** Books a call that has ended: the bill, the journal, and the record that `/generation` will show. Done once. */
export function settle(call: Call, settlement: Settlement): void {
  const { world, journal, key } = call;
  if (journal.outcome !== "running") return;
  const counts = settlement.counts ?? countsOf(call, settlement.produced);
  const cost = corrected(call, settlement.cost ?? priceOf(call, settlement.produced, settlement.failed));
  key.inFlight.delete(journal.id);
  world.accounts.charge(key, cost.cost, call.options.has("byok") ? cost.upstream : Decimal.zero, world.now());
  const data = { ...callFacts(call, settlement), ...countFacts(call, counts, cost) };
  const record = { id: call.id, key: key.fingerprint, visibleAt: visibleAt(call, settlement.outcome), data };
  world.generations.add(record);
  world.journal.close(journal, settlement.outcome, cost.cost, isoNow(world));
  world.store?.closed(journal, record);
}
