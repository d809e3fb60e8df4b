// The parents of all errors that the platform answers on purpose: each knows its code, its HTTP status and whether a retry may help.

/** One wrong field of an input. `path` is dotted (`params.temperature`, `data[0].id`); "" means the body as a whole. */
export interface FieldError {
  path: string;
  message: string;
}

/** How loudly an error is logged when it reaches the edge. */
export type ErrorLevel = "debug" | "info" | "warn" | "error";

/** What a {@link DomainError} may carry beside code, status and message. */
export interface DomainErrorOptions {
  /** The same request may succeed later, unchanged. Default false. */
  retryable?: boolean;
  /** Default: `error` from 500 on, else `info`. */
  level?: ErrorLevel;
  /** Machine-readable facts that the caller may see; never secrets, never content. */
  details?: Record<string, unknown>;
  errors?: FieldError[];
  /** After how many milliseconds a retry is worth it (becomes `Retry-After`, in whole seconds, rounded up). */
  retryAfterMs?: number;
  /** How many were allowed, when a limit is reached (becomes `RateLimit-Limit`); none are left until `retryAfterMs` is over. */
  limit?: number;
  /** For logs only, never shown. */
  cause?: unknown;
}

/** An error that is part of the public contract: `message` is shown to the caller as it is. */
export class DomainError extends Error {
  readonly code: string;
  readonly status: number;
  readonly retryable: boolean;
  readonly level: ErrorLevel;
  readonly details?: Record<string, unknown>;
  readonly errors?: FieldError[];
  readonly retryAfterMs?: number;
  readonly limit?: number;

  constructor(code: string, status: number, message: string, options: DomainErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.status = status;
    this.retryable = options.retryable ?? false;
    this.level = options.level ?? (status >= 500 ? "error" : "info");
    if (options.details !== undefined) this.details = options.details;
    if (options.errors !== undefined) this.errors = options.errors;
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
    if (options.limit !== undefined) this.limit = options.limit;
  }
}

/** 404 `not_found`. Also the answer for what the caller may not know of (contract §3): `what` must not tell the two apart. */
export class NotFoundError extends DomainError {
  constructor(what: string) {
    super("not_found", 404, `${what} was not found.`);
  }
}

/** 401: no credentials, or ones that do not hold. */
export class UnauthorizedError extends DomainError {
  constructor(message = "Sign in, or send a valid platform key.", code = "unauthorized") {
    super(code, 401, message);
  }
}

/** 403: the thing is visible, but the caller's role or scope is too low. */
export class ForbiddenError extends DomainError {
  constructor(message: string, code = "forbidden") {
    super(code, 403, message);
  }
}

/** 400 (shape) or 422 (shape fine, value not acceptable) `invalid_input`, with every wrong field. */
export class InvalidInputError extends DomainError {
  constructor(errors: FieldError[], status: 400 | 422 = 400) {
    super("invalid_input", status, summary(errors), { errors });
  }
}

/** 409: the thing is in a state in which this cannot be done. */
export class ConflictError extends DomainError {
  constructor(code: string, message: string, options: DomainErrorOptions = {}) {
    super(code, 409, message, options);
  }
}

/** 422 `idempotency_conflict`: the same key (or clientMessageId) came before with another body. */
export class IdempotencyConflictError extends DomainError {
  constructor(message = "The same idempotency key was used before with another body.") {
    super("idempotency_conflict", 422, message);
  }
}

/** 503 `unavailable`: a part that is needed is down at the moment. */
export class UnavailableError extends DomainError {
  constructor(message: string, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super("unavailable", 503, message, { retryAfterMs: 1000, ...options, retryable: true, level: "warn" });
  }
}

/** 429 `too_many_requests`. */
export class TooManyRequestsError extends DomainError {
  /** @param limit see {@link DomainErrorOptions.limit}; absent where headers of the answer tell it already */
  constructor(retryAfterMs: number, message = "Too many requests. Try again later.", limit?: number) {
    super("too_many_requests", 429, message, { retryAfterMs, retryable: true, ...(limit !== undefined && { limit }) });
  }
}

/** 413 `payload_too_large`; `limitBytes` is told to the caller when given. */
export class PayloadTooLargeError extends DomainError {
  constructor(message = "The request body is too large.", limitBytes?: number) {
    super("payload_too_large", 413, message, limitBytes === undefined ? {} : { details: { limitBytes } });
  }
}

function summary(errors: FieldError[]): string {
  const first = errors[0];
  if (!first) return "The input is not valid.";
  const named = first.path === "" ? first.message : `${first.path}: ${first.message}`;
  return errors.length === 1 ? named : `${named} (and ${errors.length - 1} more)`;
}
