// The one error of this client: what the server said was wrong, or that it could not be asked.
import type { AckError, FieldError, Problem } from "./types.js";

/** What a {@link ParleyError} may carry beside code and text. */
export interface ParleyErrorFacts {
  /** HTTP status; 0 when no HTTP answer came (socket, network). */
  status?: number;
  retryable?: boolean;
  errors?: FieldError[];
  details?: Record<string, unknown>;
  requestId?: string;
  /** How long the server asks to wait, ms. */
  retryAfterMs?: number;
  problem?: Problem;
  cause?: unknown;
}

/**
 * Any failure that this client reports. `code` is the server's code (`not_found`, `idempotency_conflict`, …) or one of
 * the client's own: `network` (no answer), `no_ack` (socket did not answer in time), `aborted`, `bad_answer`.
 */
export class ParleyError extends Error {
  override readonly name = "ParleyError";
  readonly status: number;
  /** The same call may succeed later, unchanged. */
  readonly retryable: boolean;
  /** Each wrong field, when the server named them; else empty. */
  readonly errors: FieldError[];
  readonly details?: Record<string, unknown>;
  readonly requestId?: string;
  readonly retryAfterMs?: number;
  readonly problem?: Problem;

  constructor(
    readonly code: string,
    message: string,
    facts: ParleyErrorFacts = {},
  ) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.status = facts.status ?? 0;
    this.retryable = facts.retryable ?? false;
    this.errors = facts.errors ?? [];
    if (facts.details !== undefined) this.details = facts.details;
    if (facts.requestId !== undefined) this.requestId = facts.requestId;
    if (facts.retryAfterMs !== undefined) this.retryAfterMs = facts.retryAfterMs;
    if (facts.problem !== undefined) this.problem = facts.problem;
  }
}

// RFC 9110 §15: these statuses say that the same request may do later; 425 and 507 the same by their own RFCs (8470, 4918).
const RETRYABLE = new Set([408, 425, 429, 502, 503, 504, 507]);

/** The error of a non-2xx answer; any body is accepted, since a proxy may have answered instead of the server. */
export async function errorOfResponse(response: Response): Promise<ParleyError> {
  const text = await response.text().catch(() => "");
  const problem = problemOf(text);
  const requestId = problem?.requestId ?? response.headers.get("x-request-id") ?? undefined;
  const retryAfterMs = retryAfter(response.headers.get("retry-after"));
  return new ParleyError(
    problem?.code ?? `http_${response.status}`,
    problem?.detail ?? `The server answered ${response.status} ${response.statusText}`.trim(),
    {
      status: response.status,
      retryable: RETRYABLE.has(response.status),
      ...(problem?.errors && { errors: problem.errors }),
      ...(problem?.details && { details: problem.details }),
      ...(requestId !== undefined && { requestId }),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      ...(problem && { problem }),
    },
  );
}

/** The error of a socket ack with `ok: false`. */
export function errorOfAck(error: AckError): ParleyError {
  const details = error.details ?? {};
  const { errors, retryAfterMs, requestId } = details;
  return new ParleyError(error.code, error.message, {
    retryable: error.retryable,
    details,
    ...(Array.isArray(errors) && { errors: errors as FieldError[] }),
    ...(typeof retryAfterMs === "number" && { retryAfterMs }),
    ...(typeof requestId === "string" && { requestId }),
  });
}

/** Turns whatever `fetch` threw into a {@link ParleyError}. */
export function errorOfFetch(cause: unknown): ParleyError {
  if (cause instanceof ParleyError) return cause;
  const name = cause instanceof Error ? cause.name : "";
  if (name === "AbortError") return new ParleyError("aborted", "The call was given up.", { cause });
  return new ParleyError("network", "The server cannot be reached.", { retryable: true, cause });
}

function problemOf(text: string): Problem | undefined {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== "object" || body === null) return undefined;
    return typeof (body as Partial<Problem>).code === "string" ? (body as Problem) : undefined;
  } catch {
    return undefined;
  }
}

/** `Retry-After` in seconds or as an HTTP date (RFC 9110 §10.2.3), as ms from now. */
function retryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
