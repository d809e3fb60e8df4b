// Which key a call begins with, and which refusals move it to the next.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { ProviderError, type ProviderErrorCode } from "#libs/openrouter/index";
import { isPaused, keysToTry, pauseAfter } from "./key-pause.js";
import { type ProviderKind } from "./provider-key.entity.js";

const NOW = 1_800_000_000_000;
const failed = (code: ProviderErrorCode, retryAfterMs?: number) =>
  new ProviderError(code, { phase: "before_headers", billed: "no", generationId: null, retryAfterMs });
const until = (code: ProviderErrorCode, retryAfterMs?: number) => pauseAfter(failed(code, retryAfterMs), NOW)?.until;

describe("a key that was refused", () => {
  it("rests until somebody looks after it when the provider does not know it", () => {
    assert.equal(until("invalid_key"), null);
    assert.equal(until("invalid_key", 1_000), null);
  });

  it("rests ten minutes without money, and as long as the provider wishes at a limit", () => {
    for (const code of ["insufficient_credits", "key_limit_exceeded", "budget_exceeded"] as const)
      assert.equal(until(code), NOW + 600_000, code);
    assert.equal(until("rate_limited"), NOW + 60_000);
    assert.equal(until("rate_limited", 7_000), NOW + 7_000);
    assert.equal(until("provider_busy"), NOW + 5_000);
    assert.equal(until("daily_limit_reached"), NOW + 3_600_000);
    assert.equal(until("rate_limited", 365 * 86_400_000), NOW + 86_400_000, "not for good");
  });

  it("does not rest for what another key would not help against", () => {
    const others = ["invalid_request", "model_not_found", "content_blocked", "region_restricted", "cancelled"] as const;
    for (const code of [...others, "provider_error", "connection_failed", "first_byte_timeout"] as const)
      assert.equal(pauseAfter(failed(code), NOW), undefined, code);
  });

  it("comes back at the very millisecond", () => {
    assert.equal(isPaused({ pausedReason: null, pausedUntil: null }, NOW), false);
    assert.equal(isPaused({ pausedReason: "invalid_key", pausedUntil: null }, NOW), true);
    assert.equal(isPaused({ pausedReason: "rate_limited", pausedUntil: NOW + 1 }, NOW), true);
    assert.equal(isPaused({ pausedReason: "rate_limited", pausedUntil: NOW }, NOW), false);
  });
});

describe("the keys of a call", () => {
  const key = fc.record({
    id: fc.nat(),
    provider: fc.constantFrom<ProviderKind>("openrouter", "openai-compatible"),
    baseUrl: fc.constantFrom(null, "https://a.example/v1", "https://b.example/v1"),
    pause: fc.option(fc.option(fc.integer({ min: NOW - 5, max: NOW + 5 }), { nil: null }), { nil: undefined }),
  });
  const keys = fc.array(
    key.map(({ pause, ...rest }) => ({
      ...rest,
      pausedReason: pause === undefined ? null : "rate_limited",
      pausedUntil: pause ?? null,
    })),
  );

  it("are those of the first one's provider and address that do not rest, in order; one that rests only alone", () => {
    fc.assert(
      fc.property(keys, (enabled) => {
        const tried = keysToTry(enabled, NOW);
        const same = enabled.filter(
          ({ provider, baseUrl }) => provider === enabled[0]!.provider && baseUrl === enabled[0]!.baseUrl,
        );
        const ready = same.filter((one) => !isPaused(one, NOW));
        if (ready.length > 0) assert.deepEqual(tried, ready);
        else assert.equal(tried.length, Math.min(1, enabled.length));
        const ends = (one: (typeof enabled)[number]) => one.pausedUntil ?? Number.POSITIVE_INFINITY;
        if (ready.length === 0 && tried[0]) assert.equal(ends(tried[0]), Math.min(...same.map(ends)));
      }),
    );
  });
});
