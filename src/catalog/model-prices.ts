// Prices of a model: every kind that OpenRouter lists, as exact decimal strings in USD per unit.
import { decimalFromLiteral, type ModelPricing } from "#libs/openrouter/index";
import { type ModelPricingView, type PriceOverrideView } from "./model-pricing.view.js";

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
