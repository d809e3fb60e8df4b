// From what the provider sent (status, body, stream error) to our ProviderError. Contract §1: branch on error_type and limit_source, then on status.
import type { IncomingHttpHeaders } from "node:http";
import { asObject, asText, readErrorMetadata } from "./error-metadata.js";
import { ProviderError, type ProviderErrorCode, type ProviderErrorPhase } from "./errors.js";

type ErrorFields = Readonly<Record<string, unknown>>;

/** An answer that is an error by its status, or by its body. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The body as text, maybe cut; JSON, HTML or empty. */
  readonly body: string;
  readonly generationId: string | null;
}

const BY_ERROR_TYPE: Readonly<Record<string, ProviderErrorCode>> = {
  invalid_request: "invalid_request",
  invalid_request_error: "invalid_request",
  invalid_prompt: "invalid_request",
  string_too_long: "context_length_exceeded",
  context_length_exceeded: "context_length_exceeded",
  token_limit_exceeded: "context_length_exceeded",
  max_tokens_exceeded: "max_tokens_exceeded",
  content_policy_violation: "content_blocked",
  refusal: "refused",
  invalid_image: "invalid_image",
  image_too_large: "invalid_image",
  image_too_small: "invalid_image",
  unsupported_image_format: "invalid_image",
  image_download_failed: "invalid_image",
  image_not_found: "invalid_image",
  authentication: "invalid_key",
  authentication_error: "invalid_key",
  invalid_api_key: "invalid_key",
  payment_required: "insufficient_credits",
  insufficient_quota: "insufficient_credits",
  in_flight_budget_exhausted: "provider_busy",
  permission_denied: "permission_denied",
  model_not_found: "model_not_found",
  not_found: "not_found",
  timeout: "provider_timeout",
  conflict: "conflict",
  precondition_failed: "conflict",
  unprocessable: "invalid_request",
  payload_too_large: "payload_too_large",
  rate_limit_exceeded: "rate_limited",
  rate_limited: "rate_limited",
  server: "provider_error",
  server_error: "provider_error",
  unmapped: "provider_error",
  provider_unavailable: "provider_unavailable",
  provider_overloaded: "provider_overloaded",
};

const BY_LIMIT_SOURCE: Readonly<Record<string, ProviderErrorCode>> = {
  openrouter_credits: "insufficient_credits",
  openrouter_key_limit: "key_limit_exceeded",
  openrouter_in_flight_budget: "provider_busy",
  openrouter_workspace_budget: "budget_exceeded",
  openrouter_guardrail_budget: "budget_exceeded",
  openrouter_free_tier_daily: "daily_limit_reached",
};

const BY_AVAILABILITY: Readonly<Record<string, ProviderErrorCode>> = {
  model_not_found: "model_not_found",
  wrong_endpoint: "invalid_request",
  no_endpoints: "model_unavailable",
  model_deprecated: "model_unavailable",
  model_unavailable_upstream: "model_unavailable",
  privacy_restricted: "model_unavailable",
  constraint_filtered: "model_unavailable",
  free_variant_ended: "model_unavailable",
  capacity_exhausted: "rate_limited",
  temporarily_unavailable: "provider_overloaded",
  region_restricted: "region_restricted",
};

const BY_STATUS: Readonly<Record<number, ProviderErrorCode>> = {
  400: "invalid_request",
  401: "invalid_key",
  402: "insufficient_credits",
  403: "permission_denied",
  404: "not_found",
  408: "provider_timeout",
  409: "conflict",
  412: "conflict",
  413: "payload_too_large",
  422: "invalid_request",
  429: "rate_limited",
  500: "provider_error",
  502: "provider_unavailable",
  503: "provider_overloaded",
  504: "provider_timeout",
  524: "provider_timeout",
  529: "provider_overloaded",
};

/** Codes that stand at 400 or 404 without an error_type in the recorded answers, told apart by the words that §1 quotes. */
const BY_WORDING: readonly (readonly [RegExp, ProviderErrorCode])[] = [
  [/is not a valid model id/i, "model_not_found"],
  [/maximum context length/i, "context_length_exceeded"],
  [/token limit reached/i, "max_tokens_exceeded"],
  [/no endpoints found/i, "model_unavailable"],
];

/** Statuses after which the provider may have worked and billed: the gateway gave up waiting, the provider may not have. */
const MAYBE_BILLED = new Set([408, 504, 524]);

/** The error of an HTTP answer: by status, or an `{error}` in a 200. */
export function errorFromAnswer(answer: ErrorAnswer): ProviderError {
  const { generationId } = answer;
  if (answer.status >= 300 && answer.status < 400) {
    // Never followed: the key would go to an address that nobody chose.
    return new ProviderError("invalid_response", {
      status: answer.status,
      retryable: false,
      phase: "before_headers",
      billed: "no",
      generationId,
    });
  }
  const parsed = parseBody(answer.body);
  const fields = parsed === null ? {} : errorFields(parsed);
  const status = answer.status >= 400 ? answer.status : (statusOf(fields) ?? 502);
  const inBody = answer.status < 400;
  const looksForeign = parsed === null && answer.body.trim() !== "";
  return build(fields, status, {
    phase: inBody ? "before_output" : "before_headers",
    billed: inBody || MAYBE_BILLED.has(status) || (looksForeign && status >= 500) ? "unknown" : "no",
    retryAfterMs: retryAfterMs(fields, answer.headers),
    generationId,
  });
}

/** The error of a chunk (`error` beside or instead of `choices`), or of a choice. */
export function errorFromStream(error: unknown, phase: ProviderErrorPhase, generationId: string | null): ProviderError {
  const fields = errorFields(error);
  const details = { phase, billed: "unknown" as const, retryAfterMs: retryAfterMs(fields, {}), generationId };
  return build(fields, statusOf(fields) ?? 502, details);
}

function build(
  fields: ErrorFields,
  status: number,
  details: {
    phase: ProviderErrorPhase;
    billed: "no" | "unknown";
    retryAfterMs: number | undefined;
    generationId: string | null;
  },
): ProviderError {
  const code = codeOf(fields, status);
  const retryable = asObject(fields["availability"])?.["retryable"];
  return new ProviderError(code, {
    ...details,
    status,
    metadata: readErrorMetadata(fields),
    ...(typeof retryable === "boolean" && code !== "daily_limit_reached" ? { retryable } : {}),
    ...messageOf(fields, code),
  });
}

function codeOf(fields: ErrorFields, status: number): ProviderErrorCode {
  const metadata = asObject(fields["metadata"]) ?? {};
  const message = asText(fields["message"]) ?? "";
  const limitSource = asText(metadata["limit_source"]) ?? asText(fields["limit_source"]) ?? "";
  const availability = asText(asObject(fields["availability"])?.["code"]) ?? "";
  const type = errorTypeOf(fields) ?? "";
  if (/free-models-per-day/.test(message)) return "daily_limit_reached";
  if (status === 403 && Array.isArray(metadata["reasons"])) return "content_blocked";
  const specific = BY_LIMIT_SOURCE[limitSource] ?? BY_AVAILABILITY[availability];
  if (specific !== undefined) return specific;
  const typed = BY_ERROR_TYPE[type];
  const vague = typed === undefined || typed === "invalid_request" || typed === "not_found";
  if (!vague) return typed;
  if (status === 400 || status === 404) {
    const worded = BY_WORDING.find(([pattern]) => pattern.test(message));
    if (worded !== undefined) return worded[1];
  }
  return typed ?? BY_STATUS[status] ?? (status >= 500 ? "provider_error" : "invalid_request");
}

/** Figures are safe to repeat, the sentence around them is not ours. */
function messageOf(fields: ErrorFields, code: ProviderErrorCode): { message?: string } {
  const text = asText(fields["message"]) ?? "";
  if (code === "context_length_exceeded") {
    const limit = /maximum context length (?:is|of) (\d{1,9})/i.exec(text)?.[1];
    const wanted = /requested about (\d{1,9})/i.exec(text)?.[1];
    if (limit !== undefined && wanted !== undefined) {
      return { message: `The conversation is too long for this model: about ${wanted} tokens, at most ${limit}.` };
    }
  }
  if (code === "insufficient_credits") {
    const affordable = /can only afford (\d{1,9})/i.exec(text)?.[1];
    if (affordable !== undefined) {
      return {
        message: `The provider account has credits for only ${affordable} tokens of answer. Lower the token limit.`,
      };
    }
  }
  return {};
}

function parseBody(body: string): unknown {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}

/** The error object, wherever it stands: under `error`, at the top, or only a string. */
function errorFields(body: unknown): ErrorFields {
  const top = asObject(body);
  if (top === null) return typeof body === "string" ? { message: body } : {};
  const inner = top["error"];
  return asObject(inner) ?? (typeof inner === "string" ? { ...top, message: top["message"] ?? inner } : top);
}

function errorTypeOf(fields: ErrorFields): string | null {
  const metadata = asObject(fields["metadata"]) ?? {};
  const candidates = [metadata["error_type"], fields["error_type"], fields["code"], fields["type"]];
  return candidates.map(asText).find((text) => text !== null && text in BY_ERROR_TYPE) ?? null;
}

const STATUS_OF_CODE: Readonly<Partial<Record<ProviderErrorCode, number>>> = {
  invalid_key: 401,
  insufficient_credits: 402,
  provider_busy: 402,
  permission_denied: 403,
  not_found: 404,
  model_not_found: 404,
  provider_timeout: 504,
  payload_too_large: 413,
  rate_limited: 429,
  provider_error: 500,
  provider_unavailable: 502,
  provider_overloaded: 503,
};

function statusOf(fields: ErrorFields): number | null {
  for (const value of [fields["code"], fields["http_status"], fields["status"]]) {
    const status = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value;
    if (typeof status === "number" && Number.isInteger(status) && status >= 400 && status <= 599) return status;
  }
  const type = errorTypeOf(fields);
  const code = type === null ? undefined : BY_ERROR_TYPE[type];
  return code === undefined ? null : (STATUS_OF_CODE[code] ?? 400);
}

/** The provider's wish in ms: `availability.retry_after`, else Retry-After (RFC 9110 §10.2.3: seconds or a date). */
function retryAfterMs(fields: ErrorFields, headers: IncomingHttpHeaders): number | undefined {
  const hint = asObject(fields["availability"])?.["retry_after"];
  if (typeof hint === "number" && hint > 0 && Number.isFinite(hint)) return Math.ceil(hint * 1000);
  const metadata = asObject(asObject(fields["metadata"])?.["headers"]) ?? {};
  const header = headers["retry-after"] ?? asText(metadata["Retry-After"]) ?? asText(metadata["retry-after"]);
  if (header === null) return undefined;
  if (/^\d+(\.\d+)?$/.test(header)) return Number(header) > 0 ? Math.ceil(Number(header) * 1000) : undefined;
  const date = Date.parse(header);
  return Number.isNaN(date) || date <= Date.now() ? undefined : date - Date.now();
}
