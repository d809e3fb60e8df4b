// What a call may cost at most, and how much of an answer the budgets have room for. Amounts in 1e-12 USD (bigint), never floats.
import { toPico } from "#libs/money/index";
import { effectivePrices } from "#src/catalog/list-price";
import { type ModelPricingView } from "#src/catalog/model-pricing.view";
import { NO_SEARCHES, type Searches } from "./searches.js";

/** Prices of one model, 1e-12 USD a unit. */
export interface UnitPrices {
  prompt: bigint;
  completion: bigint;
  /** With the searches that it may make. */
  request: bigint;
  /** Of a picture, sound or file, beside its tokens in the prompt. */
  image: bigint;
}

/** What is sent. */
export interface PromptSize {
  promptTokens: number;
  images: number;
  /** The provider is asked to keep a part of it for an hour. */
  hourCache: boolean;
  searches?: Searches;
}

/** What a call asks for; tokens. */
export interface Demand {
  promptTokens: number;
  images: number;
  /** `max_tokens` of the request; null: as long as the model likes. */
  asked: number | null;
  /** The longest answer of this model; null: not known. */
  ceiling: number | null;
  /** What answers of this model usually need (95 % of them). */
  typical: number;
}

/** Room under the tightest budget. */
export interface Room {
  /** What is neither spent nor held. */
  left: bigint;
  /** What is not spent: `left`, once every running call has turned out to be free. */
  unspent: bigint;
}

/** `maxTokens` null: the request's own limit is low enough. */
export type Verdict =
  | { kind: "admit"; amount: bigint; maxTokens: number | null }
  | { kind: "wait" }
  | { kind: "refuse" };

/** An answer is not begun for less than this, tokens, unless less was asked for. */
export const LEAST_TOKENS = 16;
/** The longest answer of a model that does not say, tokens. */
export const UNKNOWN_CEILING = 16_384;
/** A call that asked for no limit holds at most this share of what is left, so that others can run beside it. */
const SHARE = 8n;
/** UTF-8 bytes a token stands for: on the safe side for text of every language, and for code. */
const BYTES_PER_TOKEN = 3;
/** What a message adds beside its text, tokens. */
const TOKENS_PER_MESSAGE = 8;
/** A picture, sound or file that is a part of the prompt, tokens: more than the providers' own figures for a large picture. */
const TOKENS_PER_MEDIUM = 3_000;

/**
 * The most that a unit may cost: the prices of a prompt of this length at this time, every prompt token as if it were written
 * to the provider's cache, and every token of the answer as if it were one of a picture or of sound, where these cost more.
 * @returns null when the price varies or is not listed: nothing can be computed with it
 */
export function unitPrices(
  pricing: ModelPricingView | undefined,
  { promptTokens, hourCache, searches = NO_SEARCHES }: Omit<PromptSize, "images">,
  at = new Date(),
): UnitPrices | null {
  if (!pricing) return null;
  const prices = effectivePrices(pricing, promptTokens, at);
  if (prices.promptUsd === undefined || prices.completionUsd === undefined) return null;
  const pico = (usd: string | undefined): bigint => (usd === undefined ? 0n : toPico(usd));
  const prompt = highest([
    pico(prices.promptUsd),
    pico(prices.inputCacheWriteUsd),
    hourCache ? pico(prices.inputCacheWrite1hUsd) : 0n,
  ]);
  const medium = highest([prompt, pico(prices.audioUsd), pico(prices.imageTokenUsd)]) - prompt;
  const search = highest([searches.fee, pico(prices.webSearchUsd)]);
  return {
    prompt,
    completion: highest([pico(prices.completionUsd), pico(prices.imageOutputUsd), pico(prices.audioOutputUsd)]),
    request: pico(prices.requestUsd) + BigInt(searches.count) * search,
    image: pico(prices.imageUsd) + BigInt(TOKENS_PER_MEDIUM) * medium,
  };
}

/** The highest of each price: any of the models may answer. @param choices answers to one prompt */
export function dearest(prices: readonly UnitPrices[], choices: number): UnitPrices {
  const most = (of: (one: UnitPrices) => bigint): bigint => highest(prices.map(of));
  return {
    prompt: most(({ prompt }) => prompt),
    completion: most(({ completion }) => completion) * BigInt(choices),
    request: most(({ request }) => request),
    image: most(({ image }) => image),
  };
}

/** Size of what is sent to a model (messages, input, tools), on the safe side. */
export function promptSize(...parts: readonly unknown[]): PromptSize {
  let hourCache = false;
  let bytes = 0;
  let media = 0;
  let messages = 0;
  const stack = [...parts];
  for (let value = stack.pop(); stack.length > 0 || value !== undefined; value = stack.pop()) {
    if (typeof value === "string") {
      if (value.startsWith("data:")) media += 1;
      else bytes += Buffer.byteLength(value);
    } else if (typeof value === "number" || typeof value === "boolean") bytes += BYTES_PER_TOKEN;
    else if (typeof value === "object" && value !== null) {
      if ("role" in value) messages += 1;
      for (const [name, item] of Object.entries(value)) {
        if (!Array.isArray(value)) bytes += name.length;
        if (name === "ttl" && item === "1h") hourCache = true;
        stack.push(item);
      }
    }
  }
  const text = Math.ceil(bytes / BYTES_PER_TOKEN);
  const promptTokens = text + messages * TOKENS_PER_MESSAGE + media * TOKENS_PER_MEDIUM;
  return { promptTokens, images: media, hourCache };
}

/** Whether, and for what answer, a call may begin. */
export function decide(demand: Demand, prices: UnitPrices, room: Room): Verdict {
  const before = BigInt(demand.promptTokens) * prices.prompt + prices.request + BigInt(demand.images) * prices.image;
  const costOf = (tokens: number): bigint => before + BigInt(tokens) * prices.completion;
  const want = demand.asked ?? demand.ceiling ?? UNKNOWN_CEILING;
  const least = Math.min(LEAST_TOKENS, want);
  // Where tokens cost nothing, their number is nobody's business.
  const isFree = prices.completion === 0n;
  const cap = (tokens: number): number | null =>
    isFree || tokens === (demand.asked ?? demand.ceiling) ? null : tokens;
  const admit = (tokens: number): Verdict => ({ kind: "admit", amount: costOf(tokens), maxTokens: cap(tokens) });

  const most = demand.asked === null ? room.left / SHARE : room.left;
  if (costOf(want) <= most) return admit(want);
  if (demand.asked === null) {
    const usual = Math.min(want, Math.max(demand.typical, tokensFor(most - before, prices.completion)));
    if (costOf(usual) <= room.left) return admit(usual);
  }
  // What runs may turn out to be cheaper than what is held for it.
  if (room.left < room.unspent && costOf(least) <= room.unspent) return { kind: "wait" };
  if (costOf(least) > room.left) return { kind: "refuse" };
  return admit(Math.min(want, tokensFor(room.left - before, prices.completion)));
}

function tokensFor(amount: bigint, price: bigint): number {
  if (amount < 0n) return 0;
  return price === 0n ? Number.MAX_SAFE_INTEGER : Number(amount / price);
}

function highest(amounts: readonly bigint[]): bigint {
  let most = amounts[0] ?? 0n;
  for (const amount of amounts) if (amount > most) most = amount;
  return most;
}
