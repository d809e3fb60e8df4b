// After which refusals another key of the same provider is tried, and how long the refused one rests: pure functions.
import { type ProviderError, type ProviderErrorCode } from "#libs/openrouter/index";
import { type ProviderKey } from "./provider-key.entity.js";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** A provider's own wish is kept up to this, ms: a key must not be away for good because of a wrong header. */
const LONGEST = 24 * 60 * MINUTE;

/**
 * The refusals that are the key's own matter (openrouter-contract §1: 401, 402, 429), and the rest in ms that they mean
 * when the provider names none; null: until the key is tested or changed.
 */
const RESTS: Partial<Record<ProviderErrorCode, number | null>> = {
  invalid_key: null,
  insufficient_credits: 10 * MINUTE,
  key_limit_exceeded: 10 * MINUTE,
  budget_exceeded: 10 * MINUTE,
  provider_busy: 5 * SECOND,
  rate_limited: MINUTE,
  daily_limit_reached: 60 * MINUTE,
};

/**
 * How long a key rests after a refusal.
 * @param now epoch ms
 * @returns `until` in epoch ms, null: until the key is tested or changed; undefined: the refusal is not the key's matter
 */
export function pauseAfter(error: ProviderError, now: number): { until: number | null } | undefined {
  const rest = RESTS[error.code];
  if (rest === undefined) return undefined;
  return { until: rest === null ? null : now + Math.min(error.retryAfterMs ?? rest, LONGEST) };
}

/** Whether other keys go before this one now. */
export function isPaused({ pausedReason, pausedUntil }: Paused, now: number): boolean {
  return pausedReason !== null && (pausedUntil === null || pausedUntil > now);
}

/**
 * The keys for a call, in the order to try them: those of the provider and address of the first enabled one, since
 * another would get a conversation that was not meant for it, and models that it does not know. Keys that rest are left
 * out; when all do, there is one to try all the same: the one that comes back first.
 * @param enabled in order of use
 */
export function keysToTry<K extends Ordered>(enabled: readonly K[], now: number): K[] {
  const [first] = enabled;
  const same = enabled.filter(({ provider, baseUrl }) => provider === first?.provider && baseUrl === first.baseUrl);
  const ready = same.filter((key) => !isPaused(key, now));
  if (ready.length > 0) return ready;
  const back = (key: K): number => key.pausedUntil ?? Number.POSITIVE_INFINITY;
  return same.reduce<K[]>(([best], key) => [best === undefined || back(key) < back(best) ? key : best], []);
}

type Paused = Pick<ProviderKey, "pausedReason" | "pausedUntil">;
type Ordered = Paused & Pick<ProviderKey, "provider" | "baseUrl">;
