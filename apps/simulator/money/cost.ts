// What a call costs: prices × tokens in exact decimals, by the rules of OpenRouter's price list.
import { Decimal } from "./decimal.js";

/** Decimal strings in USD per unit, as in `GET /models`. Absent key: not charged apart. */
export type PriceSheet = {
  readonly prompt: string;
  readonly completion: string;
  readonly request?: string;
  readonly image?: string;
  readonly web_search?: string;
  readonly input_cache_read?: string;
  readonly input_cache_write?: string;
  readonly input_cache_write_1h?: string;
  readonly discount?: number | string;
  readonly overrides?: readonly PriceOverride[];
  readonly [key: string]: unknown;
};

/** Other prices under conditions. All conditions must hold; later entries win key by key. */
export type PriceOverride = {
  /** Holds when the prompt has strictly more tokens. */
  readonly min_prompt_tokens?: number;
  /** Half-open UTC window as HHMM, may wrap midnight. */
  readonly utc_start?: number | string;
  readonly utc_end?: number | string;
  /** UTC weekdays, 0 = Sunday. */
  readonly utc_days?: readonly number[];
  readonly [price: string]: unknown;
};

/** Native token counts and countable extras of one call. */
export type Counts = {
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly cacheWriteTokens: number;
  readonly cacheWrite1hTokens: number;
  /** Includes the reasoning tokens. */
  readonly completionTokens: number;
  readonly reasoningTokens: number;
  readonly images: number;
  readonly searches: number;
  /** Plugin fees in USD (search engines, PDF reading), decimal string. */
  readonly fee: string;
};

/** How the call is settled, apart from its counts. */
export type Terms = {
  readonly at: Date;
  /** `allowance`: the provider bills the caller, no fee; `fee`: 5 % of the list price. */
  readonly byok: "no" | "allowance" | "fee";
  /** Zero-completion insurance: nothing came out, or it ended in an error, so tokens (not fees) cost nothing. */
  readonly insured: boolean;
};

/** The parts of a cost, all in USD. `cost` is what is billed in credits. */
export type Cost = {
  readonly cost: Decimal;
  readonly upstream: Decimal;
  readonly upstreamPrompt: Decimal;
  readonly upstreamCompletion: Decimal;
  readonly serverTools: Decimal;
  /** Saving against the full prompt price; negative when writing the cache was dearer. */
  readonly cacheDiscount: Decimal;
};

/** OpenRouter's fee on calls with the caller's own provider key. */
const BYOK_FEE = Decimal.parse("0.05");
const ONE = Decimal.count(1);

/** A call that costs nothing at all, not even fees. */
export const NO_COST: Cost = {
  cost: Decimal.zero,
  upstream: Decimal.zero,
  upstreamPrompt: Decimal.zero,
  upstreamCompletion: Decimal.zero,
  serverTools: Decimal.zero,
  cacheDiscount: Decimal.zero,
};

const clock = (at: Date): number => at.getUTCHours() * 100 + at.getUTCMinutes();

function holds(override: PriceOverride, promptTokens: number, at: Date): boolean {
  if (override.min_prompt_tokens !== undefined && promptTokens <= override.min_prompt_tokens) return false;
  if (override.utc_days && !override.utc_days.includes(at.getUTCDay())) return false;
  if (override.utc_start === undefined || override.utc_end === undefined) return true;
  const [start, end, now] = [Number(override.utc_start), Number(override.utc_end), clock(at)];
  return start <= end ? now >= start && now < end : now >= start || now < end;
}

/** The price list that holds for this prompt length and time, with overrides applied. */
export function effectivePrices(sheet: PriceSheet, promptTokens: number, at: Date): PriceSheet {
  let prices = sheet;
  for (const override of sheet.overrides ?? []) {
    if (holds(override, promptTokens, at)) prices = { ...prices, ...override };
  }
  return prices;
}

/** One price as a decimal. "-1" means "varies" in the catalog and must never be computed with: it counts as 0. */
export function price(prices: PriceSheet, key: string): Decimal | undefined {
  const value = prices[key];
  if (typeof value !== "string" || value.startsWith("-")) return undefined;
  return Decimal.parse(value);
}

function promptPart(prices: PriceSheet, counts: Counts): { readonly part: Decimal; readonly saved: Decimal } {
  const written = counts.cacheWriteTokens + counts.cacheWrite1hTokens;
  const plain = Math.max(0, counts.promptTokens - counts.cachedTokens - written);
  const full = price(prices, "prompt") ?? Decimal.zero;
  const read = price(prices, "input_cache_read") ?? full;
  const write = price(prices, "input_cache_write") ?? full;
  const writeHour = price(prices, "input_cache_write_1h") ?? write;
  const cached = Decimal.count(counts.cachedTokens);
  const short = Decimal.count(counts.cacheWriteTokens);
  const long = Decimal.count(counts.cacheWrite1hTokens);
  const apart = cached.times(read).plus(short.times(write)).plus(long.times(writeHour));
  return {
    part: Decimal.count(plain).times(full).plus(apart),
    saved: cached.plus(short).plus(long).times(full).minus(apart),
  };
}

/** The exact cost of a call: price set, overrides, cache prices, discount, insurance, fees, own-key rule. */
export function costOf(sheet: PriceSheet, counts: Counts, terms: Terms): Cost {
  const prices = effectivePrices(sheet, counts.promptTokens, terms.at);
  const factor = ONE.minus(Decimal.parse(String(prices.discount ?? 0)));
  const prompt = promptPart(prices, counts);
  const tokens = terms.insured ? Decimal.zero : factor;
  const images = Decimal.count(counts.images).times(price(prices, "image") ?? Decimal.zero);
  const upstreamPrompt = prompt.part.times(tokens).plus(images.times(factor));
  const completionPrice = price(prices, "completion") ?? Decimal.zero;
  const upstreamCompletion = Decimal.count(counts.completionTokens).times(completionPrice).times(tokens);
  const request = (price(prices, "request") ?? Decimal.zero).times(factor);
  const searches = Decimal.count(counts.searches).times(price(prices, "web_search") ?? Decimal.zero);
  const serverTools = searches.plus(Decimal.parse(counts.fee));
  const upstream = upstreamPrompt.plus(upstreamCompletion).plus(request);
  const rate = terms.byok === "fee" ? BYOK_FEE : terms.byok === "allowance" ? Decimal.zero : ONE;
  return {
    cost: upstream.times(rate).plus(serverTools),
    upstream: upstream.plus(serverTools),
    upstreamPrompt,
    upstreamCompletion,
    serverTools,
    cacheDiscount: prompt.saved.times(tokens),
  };
}
