// What a call costs by the provider's price list, exactly. An estimate and a check: what was charged is the provider's own figure.
import { addUsd, exactSums, timesUsd } from "#libs/money/index";
import { PRICE_KINDS, type PriceKind } from "./model-prices.js";
import { type ModelPricingView } from "./model-pricing.view.js";

/** What a call used; counts of the model's own tokenizer, as `usage` reports them. */
export interface BilledUse {
  /** With cached and written tokens in them. */
  promptTokens: number;
  /** With the reasoning tokens in them. */
  completionTokens: number;
  /** Of the prompt, read from the cache. */
  cachedTokens?: number;
  /** Of the prompt, written to the cache (5 minutes). */
  cacheWriteTokens?: number;
  /** Of the prompt, written to the cache for an hour. */
  cacheWrite1hTokens?: number;
  /** Of the prompt, input sound. */
  audioTokens?: number;
  /** Of the answer, sound. */
  audioOutputTokens?: number;
  /** Of the answer, images. */
  imageOutputTokens?: number;
  /** Input images. */
  images?: number;
  /** Searches on the web by the model itself; engines of plugins have fees of their own. */
  webSearches?: number;
  /** 1 unless said otherwise. */
  requests?: number;
}

/** The prices that hold for one call. */
export type EffectivePrices = Readonly<Partial<Record<PriceKind, string>>>;

/**
 * The prices for a prompt of this length at this time: the list, and over it every override whose conditions hold.
 * A price that varies is absent.
 */
export function effectivePrices(pricing: ModelPricingView, promptTokens: number, at: Date): EffectivePrices {
  const prices: Partial<Record<PriceKind, string>> = {};
  const holding = (pricing.overrides ?? []).filter((entry) => holds(entry, promptTokens, at));
  for (const listed of [pricing, ...holding]) {
    for (const kind of PRICE_KINDS) {
      const usd = listed[kind];
      if (usd !== undefined && usd !== null) prices[kind] = usd;
    }
  }
  return prices;
}

type Conditions = NonNullable<ModelPricingView["overrides"]>[number];

function holds({ minPromptTokens, utcStart, utcEnd, utcDays }: Conditions, promptTokens: number, at: Date): boolean {
  if (minPromptTokens !== undefined && promptTokens <= minPromptTokens) return false;
  if (utcDays && !utcDays.includes(String(at.getUTCDay()))) return false;
  if (utcStart === undefined || utcEnd === undefined) return true;
  const now = at.toISOString().slice(11, 16).replace(":", "");
  return utcStart <= utcEnd ? utcStart <= now && now < utcEnd : now >= utcStart || now < utcEnd;
}

/**
 * The list price of a call in USD, as an exact plain decimal with no rounding (OpenRouter's rules, openrouter.ai/docs):
 * plain prompt tokens × prompt + cached × cache read + written × cache write + completion tokens × completion + requests
 * + images, all less the discount, + searches. Reasoning tokens are a part of the completion and cost what it costs.
 * Where sound and images in prompt or answer have a price of their own, they cost that instead.
 *
 * For an upper bound before a call: `completionTokens` = the most that it may write, nothing cached.
 * @param at when: some prices hold at some times only
 * @returns null when a price that is needed varies or is not known: never a guess
 * @throws RangeError for a count that is no whole number of 0 or more
 */
export function listPriceUsd(pricing: ModelPricingView, use: BilledUse, at: Date): string | null {
  assertCounts(use);
  const { cachedTokens = 0, cacheWriteTokens = 0, cacheWrite1hTokens = 0, images = 0, requests = 1 } = use;
  const prices = effectivePrices(pricing, use.promptTokens, at);
  const { promptUsd, completionUsd } = prices;
  if (use.promptTokens > 0 && promptUsd === undefined) return null;
  if (use.completionTokens > 0 && completionUsd === undefined) return null;
  const [input, output] = [promptUsd ?? "0", completionUsd ?? "0"];
  const shortWrite = prices.inputCacheWriteUsd ?? input;

  const inSound = priced(prices.audioUsd, use.audioTokens);
  const outSound = priced(prices.audioOutputUsd, use.audioOutputTokens);
  const outImages = priced(prices.imageOutputUsd, use.imageOutputTokens);
  // Some providers report the same tokens as read and as written; no part is ever less than nothing.
  const plain = rest(use.promptTokens, cachedTokens + cacheWriteTokens + cacheWrite1hTokens + inSound.tokens);
  const text = rest(use.completionTokens, outSound.tokens + outImages.tokens);

  const discounted = addUsd(
    timesUsd(input, plain),
    timesUsd(prices.inputCacheReadUsd ?? input, cachedTokens),
    timesUsd(shortWrite, cacheWriteTokens),
    timesUsd(prices.inputCacheWrite1hUsd ?? shortWrite, cacheWrite1hTokens),
    timesUsd(output, text),
    timesUsd(prices.requestUsd ?? "0", requests),
    timesUsd(prices.imageUsd ?? "0", images),
    ...[inSound, outSound, outImages].map(({ usd, tokens }) => timesUsd(usd, tokens)),
  );
  const share = addUsd("1", timesUsd(pricing.discount ?? "0", "-1"));
  return addUsd(timesUsd(discounted, share), timesUsd(prices.webSearchUsd ?? "0", use.webSearches ?? 0));
}

/** The tokens that every call tells of. */
export type UsedTokens = Required<
  Pick<BilledUse, "promptTokens" | "completionTokens" | "cachedTokens" | "cacheWriteTokens">
>;

const compiled = new WeakMap<ModelPricingView, (use: UsedTokens) => string>();

/** As {@link listPriceUsd} for tokens alone, and many times as fast where no price depends on length or time. */
export function tokensPriceUsd(pricing: ModelPricingView, use: UsedTokens, at: Date): string | null {
  const { promptUsd, completionUsd } = pricing;
  if (pricing.overrides || promptUsd === null || completionUsd === null) return listPriceUsd(pricing, use, at);
  let price = compiled.get(pricing);
  if (!price) {
    price = compile(pricing, promptUsd, completionUsd);
    compiled.set(pricing, price);
  }
  assertCounts(use);
  return price(use);
}

function compile(pricing: ModelPricingView, input: string, output: string): (use: UsedTokens) => string {
  const { inputCacheReadUsd = input, inputCacheWriteUsd = input, requestUsd = "0" } = pricing;
  const share = addUsd("1", timesUsd(pricing.discount ?? "0", "-1"));
  const sum = exactSums(
    [input, inputCacheReadUsd, inputCacheWriteUsd, output, requestUsd].map((usd) => timesUsd(usd, share)),
  );
  return ({ promptTokens, completionTokens, cachedTokens, cacheWriteTokens }) =>
    sum([rest(promptTokens, cachedTokens + cacheWriteTokens), cachedTokens, cacheWriteTokens, completionTokens, 1]);
}

/** Tokens with a price of their own; without one they cost what all others do. */
function priced(usd: string | undefined, tokens = 0): { usd: string; tokens: number } {
  return usd === undefined ? { usd: "0", tokens: 0 } : { usd, tokens };
}

function rest(all: number, apart: number): number {
  return Math.max(0, all - apart);
}

function assertCounts(use: BilledUse): void {
  for (const [name, count] of Object.entries(use)) {
    if (count !== undefined && !(Number.isSafeInteger(count) && count >= 0))
      throw new RangeError(`${name} must be a whole number of 0 or more`);
  }
}
