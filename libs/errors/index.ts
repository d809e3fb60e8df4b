// Domain errors and the one mapper that tells each edge what may be said about an error.
export { describe, type ErrorDescription } from "./describe.js";
export {
  ConflictError,
  DomainError,
  type DomainErrorOptions,
  type ErrorLevel,
  type FieldError,
  ForbiddenError,
  IdempotencyConflictError,
  InvalidInputError,
  NotFoundError,
  PayloadTooLargeError,
  TooManyRequestsError,
  UnauthorizedError,
  UnavailableError,
} from "./domain-error.js";
export {
  type AckError,
  type OpenAiError,
  openAiErrorOf,
  type Problem,
  problemOf,
  toAckError,
  toOpenAiError,
  toProblem,
} from "./render.js";
