// The one retry policy (contract §6): a decision as a pure function, and a loop for calls that bill nothing.
import { setTimeout as wait } from "node:timers/promises";
import { ProviderError, type ProviderErrorCode } from "./errors.js";

const BASE_DELAY_MS = 500;
const MAX_DELAY_MS = 30_000;

/** Bounds of the policy. */
export interface RetryLimits {
  /** Tries in all, the first included. */
  readonly maxAttempts: number;
  /** Milliseconds from the first try within which the last one must begin. */
  readonly deadlineMs: number;
  /** 0 ≤ x < 1; for tests. */
  readonly random: () => number;
}

/** 3 tries within 60 s. */
export const DEFAULT_RETRY_LIMITS: RetryLimits = { maxAttempts: 3, deadlineMs: 60_000, random: Math.random };

/** After these a wait was already long, or the answer is foreign: a person may try again, a program may not (§6 lists none). */
const NOT_BY_ITSELF = new Set<ProviderErrorCode>([
  "first_byte_timeout",
  "idle_timeout",
  "total_timeout",
  "invalid_response",
]);

/**
 * Whether to send the same request again, and when. Never after output was seen: a repeated POST is billed again, and
 * there is no idempotency key. The provider's own wish (`availability.retry_after`, Retry-After) is kept exactly, else
 * full jitter of 0.5 s × 2^n, at most 30 s.
 * @param attempt tries made so far, 1 after the first
 * @param elapsedMs since the first try began
 * @returns null to give up, also when the wish lies beyond the deadline
 */
export function nextRetry(
  error: unknown,
  attempt: number,
  elapsedMs: number,
  limits: Partial<RetryLimits> = {},
): { readonly delayMs: number } | null {
  const { maxAttempts, deadlineMs, random } = { ...DEFAULT_RETRY_LIMITS, ...limits };
  if (!(error instanceof ProviderError) || !error.retryable || NOT_BY_ITSELF.has(error.code)) return null;
  if (error.phase === "after_output" || attempt >= maxAttempts) return null;
  // §1: of all 402 only the one for work in flight is repeated, and only if the provider says when.
  if (error.status === 402 && error.retryAfterMs === undefined) return null;
  const ceiling = Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** (attempt - 1));
  const delayMs = error.retryAfterMs ?? Math.round(random() * ceiling);
  return elapsedMs + delayMs > deadlineMs ? null : { delayMs };
}

/** Waits; rejects with a ProviderError `cancelled` as soon as the signal fires. */
export async function retryDelay(delayMs: number, signal?: AbortSignal): Promise<void> {
  try {
    await wait(delayMs, undefined, signal === undefined ? {} : { signal });
  } catch (cause) {
    throw new ProviderError("cancelled", { phase: "before_headers", billed: "no", generationId: null, cause });
  }
}

/** Runs a call that bills nothing (models, generation, key) until it succeeds or the policy gives up. */
export async function withRetries<T>(
  call: () => Promise<T>,
  options: Partial<RetryLimits> & { readonly signal?: AbortSignal | undefined } = {},
): Promise<T> {
  const started = performance.now();
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const retry = nextRetry(error, attempt, performance.now() - started, options);
      if (retry === null) throw error;
      await retryDelay(retry.delayMs, options.signal);
    }
  }
}
