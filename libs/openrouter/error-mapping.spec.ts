// Every kind of upstream error gets its code, its retry judgement and its billing judgement, and gives nothing away.
import assert from "node:assert/strict";
import { test } from "node:test";
import { errorFromAnswer, errorFromStream } from "./error-mapping.js";
import type { ProviderError } from "./errors.js";

function answer(status: number, body: unknown, headers: Record<string, string> = {}): ProviderError {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return errorFromAnswer({ status, headers, body: text, generationId: null });
}

const HTML = "<!DOCTYPE html><html><body><h1>Bad gateway</h1> Ray ID sk-or-v1-abcdef</body></html>";

const MAPPED: readonly (readonly [what: string, error: ProviderError, expected: Partial<ProviderError>])[] = [
  [
    "bare 400",
    answer(400, { error: { code: 400, message: "x" } }),
    { code: "invalid_request", retryable: false, billed: "no" },
  ],
  [
    "unknown model",
    answer(400, { error: { code: 400, message: "a/b is not a valid model ID" } }),
    { code: "model_not_found" },
  ],
  [
    "too long, recorded words",
    answer(400, {
      error: {
        code: 400,
        message: "This endpoint's maximum context length is 8192 tokens. However, you requested about 9000 tokens (…).",
      },
    }),
    {
      code: "context_length_exceeded",
      message: "The conversation is too long for this model: about 9000 tokens, at most 8192.",
    },
  ],
  [
    "too long, by type",
    answer(400, { error: { code: 400, message: "x", metadata: { error_type: "context_length_exceeded" } } }),
    { code: "context_length_exceeded" },
  ],
  [
    "image",
    answer(400, { error: { code: 400, message: "x", metadata: { error_type: "image_too_large" } } }),
    { code: "invalid_image" },
  ],
  [
    "401",
    answer(401, { error: { code: 401, message: "User not found." } }),
    { code: "invalid_key", kind: "key", status: 401 },
  ],
  [
    "credits",
    answer(402, {
      error: {
        code: 402,
        message: "You requested up to 65536 tokens, but can only afford 1200.",
        metadata: { limit_source: "openrouter_credits" },
      },
    }),
    {
      code: "insufficient_credits",
      message: "The provider account has credits for only 1200 tokens of answer. Lower the token limit.",
    },
  ],
  [
    "key limit",
    answer(402, { error: { code: 402, message: "x", metadata: { limit_source: "openrouter_key_limit" } } }),
    { code: "key_limit_exceeded" },
  ],
  [
    "in flight",
    answer(
      402,
      { error: { code: 402, message: "x", metadata: { limit_source: "openrouter_in_flight_budget" } } },
      { "retry-after": "3" },
    ),
    { code: "provider_busy", retryable: true, retryAfterMs: 3000 },
  ],
  [
    "in flight, by type",
    answer(402, { error: { code: 402, metadata: { error_type: "in_flight_budget_exhausted" } } }),
    { code: "provider_busy", retryable: true },
  ],
  [
    "moderation",
    answer(403, {
      error: {
        code: 403,
        message: "x",
        metadata: { reasons: ["violence"], flagged_input: "secret words", provider_name: "OpenAI", model_slug: "m" },
      },
    }),
    { code: "content_blocked", metadata: { provider_name: "OpenAI", model_slug: "m", reasons: ["violence"] } },
  ],
  [
    "budget 403",
    answer(403, {
      error: {
        code: 403,
        message: "x",
        metadata: {
          limit_source: "openrouter_workspace_budget",
          limit_usd: 5,
          spend_usd: 5.01,
          resets_at: "2026-12-01T00:00:00Z",
        },
      },
    }),
    {
      code: "budget_exceeded",
      metadata: {
        limit_source: "openrouter_workspace_budget",
        limit_usd: 5,
        spend_usd: 5.01,
        resets_at: "2026-12-01T00:00:00Z",
      },
    },
  ],
  ["other 403", answer(403, { error: { code: 403, message: "x" } }), { code: "permission_denied" }],
  [
    "no endpoints",
    answer(404, { error: { code: 404, message: "No endpoints found for a/b." } }),
    { code: "model_unavailable" },
  ],
  ["404", answer(404, { error: { code: 404, message: "Not Found" } }), { code: "not_found" }],
  [
    "408",
    answer(408, { error: { code: 408, message: "x" } }),
    { code: "provider_timeout", retryable: true, billed: "unknown" },
  ],
  ["413 without a body", answer(413, ""), { code: "payload_too_large", billed: "no" }],
  [
    "provider 429",
    answer(
      429,
      {
        error: {
          code: 429,
          message: "Provider returned error",
          metadata: { provider_name: "Google", raw: "secret raw" },
        },
        user_id: "user_1",
      },
      { "retry-after": "2" },
    ),
    { code: "rate_limited", retryable: true, retryAfterMs: 2000, metadata: { provider_name: "Google" } },
  ],
  [
    "daily 429",
    answer(429, {
      error: {
        code: 429,
        message: "Rate limit exceeded: free-models-per-day",
        metadata: { headers: { "X-RateLimit-Reset": "1786403070000" } },
      },
    }),
    { code: "daily_limit_reached", retryable: false, metadata: { resets_at: "2026-08-10T23:04:30.000Z" } },
  ],
  [
    "daily 429 by source",
    answer(429, { error: { code: 429, message: "x", metadata: { limit_source: "openrouter_free_tier_daily" } } }),
    { code: "daily_limit_reached", retryable: false },
  ],
  [
    "500",
    answer(500, { error: { code: 500, message: "Internal Server Error" } }),
    { code: "provider_error", retryable: true, billed: "no" },
  ],
  [
    "502 JSON",
    answer(502, { error: { code: 502, message: "x", metadata: { error_type: "provider_unavailable" } } }),
    { code: "provider_unavailable", billed: "no" },
  ],
  ["502 HTML", answer(502, HTML), { code: "provider_unavailable", retryable: true, billed: "unknown", metadata: {} }],
  ["503", answer(503, { error: { code: 503, message: "x" } }), { code: "provider_overloaded" }],
  ["504", answer(504, { error: { code: 504, message: "x" } }), { code: "provider_timeout", billed: "unknown" }],
  ["524 HTML", answer(524, HTML), { code: "provider_timeout", retryable: true, billed: "unknown" }],
  ["529", answer(529, { error: { code: 529, message: "x" } }), { code: "provider_overloaded", retryable: true }],
  ["unlisted 4xx", answer(418, "teapot"), { code: "invalid_request", retryable: false, status: 418 }],
  ["unlisted 5xx", answer(599, ""), { code: "provider_error", retryable: true }],
  ["redirect", answer(302, ""), { code: "invalid_response", retryable: false, status: 302 }],
  [
    "error in a 200",
    answer(200, { error: { code: 502, message: "x" } }),
    { code: "provider_unavailable", status: 502, phase: "before_output", billed: "unknown" },
  ],
  ["string code", answer(429, { error: { code: "rate_limit_exceeded", message: "x" } }), { code: "rate_limited" }],
  ["error is a string", answer(401, { error: "no key" }), { code: "invalid_key" }],
  ["no wrapper", answer(400, { message: "bad", type: "invalid_request_error" }), { code: "invalid_request" }],
  ["body is no object", answer(500, "[1]"), { code: "provider_error" }],
  [
    "availability form",
    answer(404, {
      error: {
        error_type: "not_found",
        http_status: 404,
        message: "x",
        availability: { code: "model_deprecated", retryable: false, fallback_models: ["a/c"], docs_url: "https://x" },
      },
    }),
    {
      code: "model_unavailable",
      metadata: {
        error_type: "not_found",
        availability_code: "model_deprecated",
        availability_fallback_models: ["a/c"],
      },
    },
  ],
  [
    "availability with wait",
    answer(
      503,
      { error: { code: 503, availability: { code: "temporarily_unavailable", retryable: true, retry_after: 1.5 } } },
      { "retry-after": "9" },
    ),
    { code: "provider_overloaded", retryAfterMs: 1500 },
  ],
  [
    "stream, integer code",
    errorFromStream({ code: 502, message: "x" }, "after_output", "gen-1"),
    {
      code: "provider_unavailable",
      status: 502,
      phase: "after_output",
      retryable: true,
      billed: "unknown",
      generationId: "gen-1",
    },
  ],
  [
    "stream, old string code",
    errorFromStream({ code: "server_error", message: "x" }, "before_output", null),
    { code: "provider_error", status: 500, retryable: true },
  ],
  [
    "stream, recorded form",
    errorFromStream({ code: 400, message: "Token limit reached" }, "after_output", null),
    { code: "max_tokens_exceeded", status: 400 },
  ],
  ["stream, string", errorFromStream("boom", "before_output", null), { code: "provider_unavailable", status: 502 }],
  [
    "stream, digits as string",
    errorFromStream({ code: "429", message: "x" }, "before_output", null),
    { code: "rate_limited", status: 429 },
  ],
];

for (const [what, error, expected] of MAPPED) {
  test(what, () => {
    for (const [key, value] of Object.entries(expected)) assert.deepEqual(Reflect.get(error, key), value, key);
    const told = JSON.stringify({ ...error, message: error.message });
    assert.doesNotMatch(told, /secret|sk-or-|Ray ID|user_1/);
  });
}

test("Retry-After as a date, as nonsense, in the past", () => {
  const soon = new Date(Date.now() + 5_000).toUTCString();
  const wait = answer(503, {}, { "retry-after": soon }).retryAfterMs ?? 0;
  assert.ok(wait > 2_000 && wait <= 5_000);
  for (const header of ["soon", "-1", "0", "Thu, 01 Jan 1970 00:00:00 GMT"]) {
    assert.equal(answer(503, {}, { "retry-after": header }).retryAfterMs, undefined, header);
  }
});

test("what an upstream puts into metadata is cleaned: keys dropped, controls out, length bounded", () => {
  const metadata = {
    provider_name: "A\u0000B\u202e",
    provider_code: "Bearer abc",
    model_slug: "m".repeat(1000),
    reasons: ["sk-or-v1-abc", "ok", 7],
  };
  const error = answer(502, { error: { code: 502, message: "sk-or-v1-abc", metadata } });
  assert.deepEqual(error.metadata, { provider_name: "A B", model_slug: "m".repeat(200), reasons: ["ok"] });
  assert.doesNotMatch(error.message, /sk-/);
});
