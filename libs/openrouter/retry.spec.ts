// The retry policy: its decisions as a table, its delays, and the loop.
import assert from "node:assert/strict";
import { test } from "node:test";
import { errorFromAnswer, errorFromStream } from "./error-mapping.js";
import { ProviderError, type ProviderErrorCode, type ProviderErrorPhase } from "./errors.js";
import { nextRetry, retryDelay, withRetries } from "./retry.js";

function fault(
  code: ProviderErrorCode,
  phase: ProviderErrorPhase = "before_headers",
  retryAfterMs?: number,
): ProviderError {
  return new ProviderError(code, { phase, billed: "unknown", generationId: null, retryAfterMs });
}

function http(status: number, error: unknown, headers: Record<string, string> = {}): ProviderError {
  return errorFromAnswer({ status, headers, body: JSON.stringify({ error }), generationId: null });
}

const DECISIONS: readonly (readonly [what: string, error: unknown, again: boolean])[] = [
  ["connection refused", fault("connection_failed"), true],
  ["reset before headers", fault("connection_reset"), true],
  ["reset before output", fault("connection_reset", "before_output"), true],
  ["reset after output", fault("connection_reset", "after_output"), false],
  ["silent end before output", fault("stream_interrupted", "before_output"), true],
  ["silent end after output", fault("stream_interrupted", "after_output"), false],
  ["connect timeout", fault("connect_timeout"), true],
  ["first byte timeout", fault("first_byte_timeout"), false],
  ["idle timeout", fault("idle_timeout", "before_output"), false],
  ["cancelled", fault("cancelled"), false],
  ["garbage", fault("invalid_response", "before_output"), false],
  ...[400, 401, 402, 403, 404, 409, 412, 413, 422].map(
    (s) => [`status ${s}`, http(s, { code: s, message: "x" }), false] as const,
  ),
  ...[408, 429, 500, 502, 503, 504, 524, 529].map(
    (s) => [`status ${s}`, http(s, { code: s, message: "x" }), true] as const,
  ),
  [
    "free models per day",
    http(429, { code: 429, message: "Rate limit exceeded: free-models-per-day-high-balance" }),
    false,
  ],
  ["free models per minute", http(429, { code: 429, message: "Rate limit exceeded: free-models-per-min" }), true],
  [
    "in flight with Retry-After",
    http(402, { code: 402, metadata: { limit_source: "openrouter_in_flight_budget" } }, { "retry-after": "1" }),
    true,
  ],
  [
    "in flight without Retry-After",
    http(402, { code: 402, metadata: { limit_source: "openrouter_in_flight_budget" } }),
    false,
  ],
  [
    "credits with Retry-After",
    http(402, { code: 402, metadata: { limit_source: "openrouter_credits" } }, { "retry-after": "1" }),
    false,
  ],
  ["availability says no", http(503, { availability: { code: "temporarily_unavailable", retryable: false } }), false],
  [
    "availability says yes",
    http(404, { availability: { code: "no_endpoints", retryable: true, retry_after: 2 } }),
    true,
  ],
  ["stream error before output", errorFromStream({ code: 502, message: "x" }, "before_output", null), true],
  ["stream error after output", errorFromStream({ code: 502, message: "x" }, "after_output", null), false],
  ["not our error", new Error("bug"), false],
];

for (const [what, error, again] of DECISIONS) {
  test(`${what}: ${again ? "again" : "give up"}`, () => assert.equal(nextRetry(error, 1, 0) !== null, again));
}

test("three tries, then the end", () => {
  const error = fault("provider_error");
  assert.notEqual(nextRetry(error, 2, 0), null);
  assert.equal(nextRetry(error, 3, 0), null);
  assert.equal(nextRetry(error, 1, 0, { maxAttempts: 1 }), null);
});

test("full jitter of 0.5 s × 2^n, at most 30 s", () => {
  const error = fault("provider_error");
  const ceiling = { random: () => 0.999999999, maxAttempts: 100 };
  const delays = [1, 2, 3, 7, 50].map((attempt) => nextRetry(error, attempt, 0, ceiling)?.delayMs);
  assert.deepEqual(delays, [500, 1000, 2000, 30_000, 30_000]);
  assert.equal(nextRetry(error, 5, 0, { random: () => 0, maxAttempts: 100 })?.delayMs, 0);
});

test("the provider's wish is kept, unless the deadline forbids it", () => {
  const error = fault("rate_limited", "before_headers", 20_000);
  assert.deepEqual(nextRetry(error, 1, 0), { delayMs: 20_000 });
  assert.deepEqual(nextRetry(error, 1, 40_000), { delayMs: 20_000 });
  assert.equal(nextRetry(error, 1, 40_001), null);
});

test("the loop calls again until it succeeds", async () => {
  let calls = 0;
  const result = await withRetries(
    async () => {
      calls += 1;
      if (calls < 3) throw fault("provider_overloaded");
      return "good";
    },
    { random: () => 0 },
  );
  assert.equal(result, "good");
  assert.equal(calls, 3);
});

test("the loop gives the last error up", async () => {
  let calls = 0;
  const failing = withRetries(
    async () => {
      calls += 1;
      throw fault("provider_overloaded");
    },
    { random: () => 0 },
  );
  await assert.rejects(failing, { code: "provider_overloaded" });
  assert.equal(calls, 3);
});

test("waiting ends at once when it is cancelled", async () => {
  const stop = new AbortController();
  const waiting = retryDelay(60_000, stop.signal);
  stop.abort();
  await assert.rejects(waiting, { code: "cancelled" });
  await assert.rejects(retryDelay(60_000, AbortSignal.abort()), { code: "cancelled" });
});
