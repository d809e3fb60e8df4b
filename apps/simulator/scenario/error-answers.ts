// The errors that can be asked for by name, each in the form of recorded or documented OpenRouter errors.
import { Fault, type FaultDetails } from "../wire/fault.js";

/** What an error needs to know of the request that it answers. */
export type ErrorContext = {
  readonly model: string;
  readonly provider: string;
  readonly promptTokens: number;
  readonly contextLength: number;
  readonly maxTokens: number;
  readonly lastUser: string;
  /** Unix ms. */
  readonly now: number;
  /** Seconds, when asked for by `retry-after`. */
  readonly retryAfter: number | undefined;
};

type Make = (context: ErrorContext) => Fault;

const PROVIDER_ERROR = "Provider returned error";
const HTML_PAGE =
  "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>";

const plain =
  (status: number, message: string, type: string, details: FaultDetails = {}): Make =>
  () =>
    new Fault(status, message, { type, ...details });

const upstream =
  (status: number, type: string, raw: string): Make =>
  ({ provider }) =>
    new Fault(status, PROVIDER_ERROR, {
      type,
      metadata: {
        provider_name: provider,
        raw,
        is_byok: false,
        previous_errors: [{ provider, code: String(status), status }],
      },
    });

const paymentRequired = (limitSource: string, message: string): Make =>
  plain(402, message, "payment_required", { metadata: { limit_source: limitSource } });

/** The platform's limit on free models: headers, and the same headers in the metadata (recorded form). */
export function freeLimit(period: "min" | "day", limit: number, resetAt: number): Fault {
  const headers = {
    "X-RateLimit-Limit": String(limit),
    "X-RateLimit-Remaining": "0",
    "X-RateLimit-Reset": String(resetAt),
  };
  const hint = period === "day" ? ". Add 10 credits to unlock 1000 free model requests per day" : ". ";
  const source = period === "day" ? "openrouter_free_tier_daily" : "openrouter_free_tier_per_minute";
  return new Fault(429, `Rate limit exceeded: free-models-per-${period}${hint}`, {
    type: "rate_limit_exceeded",
    headers,
    metadata: { headers, limit_source: source, provider_name: null },
  });
}

/** Start of the next UTC day and of the next minute, Unix ms. */
export const nextDay = (now: number): number => (Math.floor(now / 86_400_000) + 1) * 86_400_000;
export const nextMinute = (now: number): number => (Math.floor(now / 60_000) + 1) * 60_000;

/** A prompt that does not fit, in the recorded words. */
export function contextTooLong(contextLength: number, promptTokens: number, maxTokens: number): Fault {
  const total = promptTokens + maxTokens;
  const message =
    `This endpoint's maximum context length is ${contextLength} tokens. However, you requested about ${total} tokens ` +
    `(${promptTokens} of text input, ${maxTokens} in the output). Please reduce the length of either one, or use the ` +
    `context-compression plugin to compress your prompt automatically.`;
  return new Fault(400, message, { type: "context_length_exceeded" });
}

/** The running calls already hold the budget; the only 402 worth a retry. */
export function inFlightExceeded(retryAfter: number): Fault {
  return new Fault(402, "Too many requests in flight for your remaining credits. Please retry shortly.", {
    type: "payment_required",
    metadata: { limit_source: "openrouter_in_flight_budget" },
    headers: { "Retry-After": String(retryAfter) },
  });
}

function clipped(text: string): string {
  return text.length <= 100 ? text : `${text.slice(0, 49)}…${text.slice(-50)}`;
}

const BUDGET = {
  limit_source: "openrouter_workspace_budget",
  limit_usd: 10,
  spend_usd: 10.02,
  resets_at: "2027-01-01T00:00:00Z",
};

const ERRORS: Readonly<Record<string, Make>> = {
  "400-model": ({ model }) => new Fault(400, `${model} is not a valid model ID`, { type: "invalid_request" }),
  "400-param": plain(400, "temperature: Number must be less than or equal to 2", "invalid_request"),
  "400-context": (context) =>
    contextTooLong(context.contextLength, Math.max(context.promptTokens, context.contextLength), context.maxTokens),
  "400-availability": ({ model }) =>
    new Fault(400, `No model named ${model}`, {
      type: "invalid_request",
      extra: { availability: { code: "model_not_found", retryable: false, requested_models: [model] } },
    }),
  "401": plain(401, "User not found.", "authentication"),
  "402-credits": paymentRequired(
    "openrouter_credits",
    "Insufficient credits. Add more using https://openrouter.ai/settings/credits",
  ),
  "402-key": paymentRequired(
    "openrouter_key_limit",
    "Key limit exceeded (total limit). Manage it using https://openrouter.ai/settings/keys",
  ),
  "402-inflight": ({ retryAfter }) => inFlightExceeded(retryAfter ?? 1),
  "403-moderation": ({ model, provider, lastUser }) =>
    new Fault(403, `${model} requires moderation. Your input was flagged for "violence". No credits were charged.`, {
      type: "permission_denied",
      metadata: { reasons: ["violence"], flagged_input: clipped(lastUser), provider_name: provider, model_slug: model },
    }),
  "403-budget": plain(403, "Workspace budget exceeded", "permission_denied", { metadata: BUDGET }),
  "404-endpoints": ({ model }) =>
    new Fault(404, `No endpoints found for ${model} that match your provider preferences.`, {
      type: "not_found",
      extra: { availability: { code: "no_endpoints", retryable: false, requested_models: [model] } },
    }),
  "408": plain(408, "Request timed out", "timeout"),
  "413": plain(413, "Request body is too large", "payload_too_large"),
  "429-provider": ({ provider, model }) =>
    new Fault(429, PROVIDER_ERROR, {
      type: "rate_limit_exceeded",
      metadata: {
        provider_name: provider,
        raw: `${model} is temporarily rate-limited upstream. Please retry shortly.`,
        provider_code: "rate_limited",
        is_byok: false,
        limit_source: "upstream_provider_shared_pool",
      },
    }),
  "429-daily": ({ now }) => freeLimit("day", 50, nextDay(now)),
  "429-minute": ({ now }) => freeLimit("min", 20, nextMinute(now)),
  "500": plain(500, "Internal Server Error", "server"),
  "502": upstream(502, "provider_unavailable", "upstream connect error or disconnect/reset before headers"),
  "502-html": () => new Fault(502, "Bad Gateway", { html: HTML_PAGE }),
  "503": upstream(503, "provider_overloaded", "The model is overloaded. Please try again later."),
  // The documentation's newer form: no `code`, the kind and the status beside the message.
  "503-availability": ({ model }) =>
    new Fault(503, "The model is temporarily unavailable", {
      extra: {
        code: undefined,
        error_type: "provider_overloaded",
        http_status: 503,
        availability: { code: "temporarily_unavailable", retryable: true, retry_after: 1, requested_models: [model] },
      },
    }),
  "504": plain(504, "The provider did not answer in time", "timeout"),
  "524": () =>
    new Fault(524, "A timeout occurred", { html: HTML_PAGE.replaceAll("502 Bad Gateway", "524: A timeout occurred") }),
  "529": upstream(
    529,
    "provider_overloaded",
    '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}',
  ),
};

/** Errors that bring a Retry-After by themselves, in seconds. */
const OWN_RETRY_AFTER: Readonly<Record<string, number>> = { "429-provider": 1 };

/** The name of the error that comes as a status 200 with an error body. */
export const ERROR_IN_200 = "200-error";

/** All names, for the README and for `GET /__scenarios`. */
export const ERROR_NAMES: readonly string[] = [...Object.keys(ERRORS), ERROR_IN_200].sort();

/** True for the name of an error, or for `error`'s short form as a bare switch. */
export function isErrorName(name: string): boolean {
  return ERROR_NAMES.includes(name);
}

/** The error of this name. `200-error` gives the fault whose body goes out with status 200. */
export function errorAnswer(name: string, context: ErrorContext): Fault {
  const make = ERRORS[name === ERROR_IN_200 ? "502" : name];
  if (!make) {
    throw new Fault(400, `The simulator does not know the error "${name}". GET /__scenarios lists all.`, {
      type: "invalid_request",
    });
  }
  const fault = make(context);
  const seconds = context.retryAfter ?? OWN_RETRY_AFTER[name];
  if (seconds === undefined) return fault;
  return new Fault(fault.status, fault.message, {
    ...fault.details,
    headers: { ...fault.details.headers, "Retry-After": String(seconds) },
  });
}
