// Prices of a model: every kind that OpenRouter lists, as exact decimal strings in USD per unit.
import { IntField, ListField, MoneyField, oneOf, TextField } from "#libs/http/index";
import { decimalFromLiteral, type ModelPricing } from "#libs/openrouter/index";

/** The provider's name of each kind of price but the first two, which every model has. */
const OPTIONAL_KINDS = {
  requestUsd: "request",
  imageUsd: "image",
  imageTokenUsd: "image_token",
  imageOutputUsd: "image_output",
  audioUsd: "audio",
  audioOutputUsd: "audio_output",
  inputAudioCacheUsd: "input_audio_cache",
  webSearchUsd: "web_search",
  internalReasoningUsd: "internal_reasoning",
  inputCacheReadUsd: "input_cache_read",
  inputCacheWriteUsd: "input_cache_write",
  inputCacheWrite1hUsd: "input_cache_write_1h",
} as const;

const KINDS = { promptUsd: "prompt", completionUsd: "completion", ...OPTIONAL_KINDS } as const;

/** A kind of price, in our spelling. */
export type PriceKind = keyof typeof KINDS;
export const PRICE_KINDS = Object.keys(KINDS) as PriceKind[];

class OptionalPrices {
  @MoneyField({ optional: true, description: "Per request." }) requestUsd?: string;
  @MoneyField({ optional: true, description: "Per input image; some models: per token of one." }) imageUsd?: string;
  @MoneyField({ optional: true, description: "Per token of an input image." }) imageTokenUsd?: string;
  @MoneyField({ optional: true, description: "Per token of an image in the answer." }) imageOutputUsd?: string;
  @MoneyField({ optional: true, description: "Per token of input sound." }) audioUsd?: string;
  @MoneyField({ optional: true, description: "Per token of sound in the answer." }) audioOutputUsd?: string;
  @MoneyField({ optional: true, description: "Per token of cached input sound." }) inputAudioCacheUsd?: string;
  @MoneyField({ optional: true, description: "Per search." }) webSearchUsd?: string;
  @MoneyField({ optional: true, description: "Per token of thinking: the rate that is a part of the completion's." })
  internalReasoningUsd?: string;
  @MoneyField({ optional: true, description: "Per token read from the cache; absent: the prompt's price." })
  inputCacheReadUsd?: string;
  @MoneyField({ optional: true, description: "Per token written to the cache; absent: the prompt's price." })
  inputCacheWriteUsd?: string;
  @MoneyField({ optional: true, description: "Per token written to the cache for an hour." })
  inputCacheWrite1hUsd?: string;
}

/** Other prices under conditions, all of which must hold; of entries that hold the last wins, price by price. */
export class PriceOverrideView extends OptionalPrices {
  @IntField({ optional: true, min: 0, description: "Holds for prompts of more tokens than this." })
  minPromptTokens?: number;
  @TextField({
    optional: true,
    pattern: /^\d{4}$/,
    expected: "HHMM",
    description: "From this time of day (UTC, HHMM) on.",
  })
  utcStart?: string;
  @TextField({
    optional: true,
    pattern: /^\d{4}$/,
    expected: "HHMM",
    description: "Before this time of day (UTC, HHMM); may be past midnight.",
  })
  utcEnd?: string;
  @ListField(oneOf(["0", "1", "2", "3", "4", "5", "6"]), {
    optional: true,
    description: "On these days (UTC), 0 is Sunday.",
  })
  utcDays?: string[];
  @MoneyField({ optional: true, description: "Per prompt token." }) promptUsd?: string;
  @MoneyField({ optional: true, description: "Per completion token." }) completionUsd?: string;
}

/** A price that is absent is not charged apart. */
export class ModelPricingView extends OptionalPrices {
  @MoneyField({ nullable: true, description: "Per prompt token; null: varies." }) promptUsd!: string | null;
  @MoneyField({ nullable: true, description: "Per completion token; null: varies." }) completionUsd!: string | null;
  @MoneyField({ optional: true, description: "Share that is taken off tokens, images and requests: 0.1 is 10 %." })
  discount?: string;
  @ListField(() => PriceOverrideView, { optional: true }) overrides?: PriceOverrideView[];
}

/** What a client can be told as money. */
const AMOUNT = /^\d{1,20}(\.\d{1,40})?$/;

/** "-1" means that the price varies (routers): it is no number to show or compute with. */
function price(value: unknown): string | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  try {
    const usd = decimalFromLiteral(String(value));
    return AMOUNT.test(usd) ? usd : undefined;
  } catch {
    return undefined;
  }
}

function pricesIn(listed: Readonly<Record<string, unknown>>, kinds: Readonly<Record<string, string>>) {
  const found = Object.entries(kinds).map(([kind, name]) => [kind, price(listed[name])] as const);
  return Object.fromEntries(found.filter(([, usd]) => usd !== undefined));
}

/** What the provider lists, in our form. What is no price is left out, never guessed. */
export function toPricing(listed: ModelPricing | undefined): ModelPricingView {
  const { prompt, completion, discount, overrides } = listed ?? {};
  const off = price(discount);
  const others = Array.isArray(overrides) ? overrides.map(toOverride).filter((entry) => entry !== null) : [];
  return {
    promptUsd: price(prompt) ?? null,
    completionUsd: price(completion) ?? null,
    ...pricesIn(listed ?? {}, OPTIONAL_KINDS),
    ...(off !== undefined && off !== "0" && isShare(off) && { discount: off }),
    ...(others.length > 0 && { overrides: others }),
  };
}

function isShare(discount: string): boolean {
  return /^0(\.|$)/.test(discount) || discount === "1";
}

/** @returns null for a condition that cannot be read: prices that hold nobody knows when are not used */
function toOverride(listed: unknown): PriceOverrideView | null {
  if (typeof listed !== "object" || listed === null) return null;
  const {
    min_prompt_tokens: tokens,
    utc_start: start,
    utc_end: end,
    utc_days: days,
    ...prices
  } = listed as Record<string, unknown>;
  // What is no text is no price: a condition that is not known here.
  if (Object.values(prices).some((value) => typeof value !== "string")) return null;
  const [from, until] = [clock(start), clock(end)];
  if (tokens !== undefined && !(Number.isSafeInteger(tokens) && Number(tokens) >= 0)) return null;
  if (from === null || until === null || (from === undefined) !== (until === undefined)) return null;
  if (days !== undefined && !(Array.isArray(days) && days.every((day) => /^[0-6]$/.test(String(day))))) return null;
  return {
    ...(tokens !== undefined && { minPromptTokens: Number(tokens) }),
    ...(from !== undefined && until !== undefined && { utcStart: from, utcEnd: until }),
    ...(days !== undefined && { utcDays: (days as unknown[]).map(String) }),
    ...pricesIn(prices, KINDS),
  };
}

/** HHMM; undefined: absent, null: no time. */
function clock(value: unknown): string | undefined | null {
  if (value === undefined) return undefined;
  const text = String(value).padStart(4, "0");
  return /^([01]\d[0-5]\d|2[0-3][0-5]\d|2400)$/.test(text) ? text : null;
}
