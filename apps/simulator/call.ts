// One call of a model: what it is about, what it will cost, and how it is settled once it has ended.
import type { ChatRequest } from "./answer/chat-request.js";
import type { Answer } from "./answer/pieces.js";
import type { ModelEntry } from "./catalog/catalog.js";
import { stopsOnCancel } from "./catalog/providers.js";
import { type Cost, type Counts, costOf, NO_COST, type PriceSheet, type Terms } from "./money/cost.js";
import { Decimal } from "./money/decimal.js";
import type { Options } from "./scenario/options.js";
import type { ApiKey } from "./state/accounts.js";
import type { CachedAnswer } from "./state/answer-cache.js";
import type { JournalEntry, Outcome } from "./state/journal.js";
import { asArray, asObject, type JsonObject, literal } from "./wire/json.js";
import { isoNow, type World } from "./world.js";

/** Fee of the web plugin's default engine (Exa), USD per request with up to 10 results. */
const WEB_PLUGIN_FEE = "0.007";
const NO_COUNTS: Counts = {
  promptTokens: 0,
  cachedTokens: 0,
  cacheWriteTokens: 0,
  cacheWrite1hTokens: 0,
  completionTokens: 0,
  reasoningTokens: 0,
  images: 0,
  searches: 0,
  fee: "0",
};
const FREE: PriceSheet = { prompt: "0", completion: "0" };

/** A call between its acceptance and its settlement. */
export type Call = {
  readonly world: World;
  readonly journal: JournalEntry;
  readonly key: ApiKey;
  readonly request: ChatRequest;
  readonly options: Options;
  readonly entry: ModelEntry;
  readonly answer: Answer;
  readonly id: string;
  readonly served: string;
  readonly provider: string;
  /** Unix ms. */
  readonly createdAt: number;
  readonly apiType: "completions" | "embeddings";
  /** The answer comes from the response cache: all counters and the cost are 0. */
  readonly cached?: CachedAnswer | undefined;
};

/** What was produced of an answer. */
export type Produced = { readonly tokens: number; readonly reasoningTokens: number };

/** Tokens of the whole answer. */
export function wholeAnswer(answer: Answer): Produced {
  let [tokens, reasoningTokens] = [0, 0];
  for (const piece of answer.pieces) {
    tokens += piece.tokens;
    reasoningTokens += piece.reasoningTokens;
  }
  return { tokens, reasoningTokens };
}

function pluginFee(call: Call): string {
  const plugin = asArray(call.request.body["plugins"]).some((entry) => asObject(entry)?.["id"] === "web");
  return plugin || call.request.model?.endsWith(":online") === true ? WEB_PLUGIN_FEE : "0";
}

/** The token counts of a call that has produced this much. */
export function countsOf(call: Call, produced: Produced): Counts {
  const { options, request } = call;
  if (call.cached) return NO_COUNTS;
  return {
    promptTokens: request.promptTokens,
    cachedTokens: options.number("cached", 0),
    cacheWriteTokens: options.number("written", 0),
    cacheWrite1hTokens: options.number("written-1h", 0),
    completionTokens: produced.tokens,
    reasoningTokens: produced.reasoningTokens,
    images: request.images,
    searches: options.number("search", 0),
    fee: options.text("fee") ?? pluginFee(call),
  };
}

function ownKey(options: Options): Terms["byok"] {
  if (!options.has("byok")) return "no";
  return options.text("byok") === "fee" ? "fee" : "allowance";
}

/** The exact cost of a call that has produced this much. */
export function priceOf(call: Call, produced: Produced, failed = false): Cost {
  if (call.cached) return NO_COST;
  const sheet = call.options.has("free") ? FREE : call.entry.pricing;
  const insured = failed || (produced.tokens === 0 && call.apiType === "completions");
  const terms = { at: new Date(call.createdAt), byok: ownKey(call.options), insured };
  return costOf(sheet, countsOf(call, produced), terms);
}

/** Whether a cancel of this call stops the bill at what was produced. */
export function cancelStopsBilling(call: Call): boolean {
  const asked = call.options.text("cancel");
  return asked === undefined ? stopsOnCancel(call.provider) : asked !== "no";
}

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

function generationData(call: Call, settlement: Settlement, cost: Cost, counts: Counts): JsonObject {
  const { world, journal, key, request, options, createdAt } = call;
  const byok = options.has("byok");
  const since = (iso: string | null) => (iso === null ? null : Math.max(0, Date.parse(iso) - createdAt));
  return {
    id: call.id,
    upstream_id: null,
    request_id: journal.id,
    session_id: typeof request.body["session_id"] === "string" ? request.body["session_id"] : null,
    external_user: typeof request.body["user"] === "string" ? request.body["user"] : null,
    model: call.served,
    router: null,
    preset_id: null,
    provider_name: call.provider,
    provider_responses: [
      {
        id: null,
        endpoint_id: null,
        provider_name: call.provider,
        model_permaslug: call.served,
        status: 200,
        latency: since(journal.headersAt),
        is_byok: byok,
      },
    ],
    api_type: call.apiType,
    streamed: request.stream,
    cancelled: settlement.outcome === "aborted",
    finish_reason: settlement.finish,
    native_finish_reason: settlement.nativeFinish,
    created_at: new Date(createdAt).toISOString(),
    latency: since(journal.firstTokenAt ?? journal.headersAt),
    generation_time: world.now() - createdAt,
    moderation_latency: null,
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
  const data = generationData(call, settlement, cost, counts);
  const record = { id: call.id, key: key.fingerprint, visibleAt: visibleAt(call, settlement.outcome), data };
  world.generations.add(record);
  world.journal.close(journal, settlement.outcome, cost.cost, isoNow(world));
  world.store?.closed(journal, record);
}
