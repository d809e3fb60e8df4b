// How a described error looks on the wire: problem+json for REST, an error object for socket acks and message rows.
import { describe, type ErrorDescription } from "./describe.js";
import type { FieldError } from "./domain-error.js";

/** RFC 9457 problem details, with the platform's members `code`, `requestId` and `errors` (contract §4). */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  requestId: string;
  instance?: string;
  errors?: FieldError[];
  details?: Record<string, unknown>;
}

/** The error of a socket ack, and of a message that failed (contract §4, §5). */
export interface AckError {
  code: string;
  message: string;
  retryable: boolean;
  details?: Record<string, unknown>;
}

/** Renders any thrown value as RFC 9457. `instance` is the path that was asked, without its query. */
export function toProblem(error: unknown, requestId: string, instance?: string): Problem {
  return problemOf(describe(error), requestId, instance);
}

/** As {@link toProblem}, for an error that was described before. */
export function problemOf(described: ErrorDescription, requestId: string, instance?: string): Problem {
  return {
    // A relative URI reference is allowed as type (RFC 9457 §3.1.1); the page of the API documentation lists the codes.
    type: `/api/docs#error-${described.code.replaceAll("_", "-")}`,
    title: title(described.code),
    status: described.status,
    detail: described.message,
    code: described.code,
    requestId,
    ...(instance !== undefined && { instance }),
    ...(described.errors && { errors: described.errors }),
    ...(described.details && { details: described.details }),
  };
}

/** Renders any thrown value for a socket ack; field errors go to `details.errors`. */
export function toAckError(error: unknown): AckError {
  const { code, message, retryable, details, errors, retryAfterMs } = describe(error);
  const more = { ...details, ...(errors && { errors }), ...(retryAfterMs !== undefined && { retryAfterMs }) };
  return { code, message, retryable, ...(Object.keys(more).length > 0 && { details: more }) };
}

function title(code: string): string {
  const words = code.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The error body of the OpenAI-compatible gateway: `code` is the status as an integer, as OpenRouter's SDK insists (contract §6). */
export interface OpenAiError {
  error: { message: string; type: string; code: number; param: string | null; metadata?: Record<string, unknown> };
}

const OPENAI_TYPES: Record<number, string> = {
  400: "invalid_request_error",
  401: "authentication_error",
  402: "insufficient_quota",
  403: "permission_error",
  404: "not_found_error",
  413: "invalid_request_error",
  415: "invalid_request_error",
  422: "invalid_request_error",
  429: "rate_limit_error",
};

/** Renders any thrown value for a client of the gateway. */
export function toOpenAiError(error: unknown): OpenAiError {
  return openAiErrorOf(describe(error));
}

/** As {@link toOpenAiError}, for an error that was described before. */
export function openAiErrorOf({ status, message, code, errors, details }: ErrorDescription): OpenAiError {
  const type = OPENAI_TYPES[status] ?? (status >= 500 ? "server_error" : "invalid_request_error");
  return {
    error: {
      message,
      type,
      code: status,
      param: errors?.[0]?.path || null,
      metadata: { ...details, reason: code, ...(errors && { errors }) },
    },
  };
}
