// One call of a model: what it is about and what it will cost.
import type { ChatRequest } from "./answer/chat-request.js";
import type { Answer } from "./answer/pieces.js";
import type { ModelEntry } from "./catalog/catalog.js";
import { stopsOnCancel } from "./catalog/providers.js";
import { type Cost, type Counts, costOf, NO_COST, type PriceSheet, type Terms } from "./money/cost.js";
import type { Options } from "./scenario/options.js";
import type { ApiKey } from "./state/accounts.js";
import type { CachedAnswer } from "./state/answer-cache.js";
import type { JournalEntry } from "./state/journal.js";
import { asArray, asObject } from "./wire/json.js";
import type { World } from "./world.js";

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
