// From a broken exchange (refused, reset, timed out, cancelled, unreadable) to our ProviderError.
import { ProviderError, type ProviderErrorCode, type ProviderErrorPhase } from "./errors.js";
import type { ExchangeFault } from "./exchange.js";
import { SseLimitError } from "./sse.js";

/** What the reader of the answer knows when it breaks. */
export interface FaultContext {
  readonly phase: ProviderErrorPhase;
  readonly generationId: string | null;
}

const BY_REASON: Readonly<Record<Exclude<ExchangeFault["reason"], "failed" | "rejected">, ProviderErrorCode>> = {
  cancelled: "cancelled",
  connect: "connect_timeout",
  first_byte: "first_byte_timeout",
  idle: "idle_timeout",
  trailer: "idle_timeout",
  total: "total_timeout",
};

/** System and undici codes of a network that may be better a second later. A refused certificate or address is none. */
const PASSING = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_SOCKET",
  "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
]);

/** The error of a call whose exchange broke. */
export function errorFromFault(fault: ExchangeFault, context: FaultContext): ProviderError {
  if (fault.cause instanceof ProviderError) return fault.cause;
  const phase = fault.headersSeen ? context.phase : "before_headers";
  const details = {
    generationId: context.generationId,
    phase,
    billed: fault.sent ? "unknown" : "no",
    cause: fault.cause,
  } as const;
  if (fault.reason === "rejected") {
    return new ProviderError(fault.cause instanceof SseLimitError ? "response_too_large" : "invalid_response", details);
  }
  if (fault.reason !== "failed") return new ProviderError(BY_REASON[fault.reason], details);
  const code = systemCode(fault.cause);
  if (code === "UND_ERR_INVALID_ARG") return new ProviderError("invalid_request", { ...details, billed: "no" });
  if (code === "UND_ERR_CONNECT_TIMEOUT") return new ProviderError("connect_timeout", details);
  if (!fault.sent) return new ProviderError("connection_failed", { ...details, retryable: PASSING.has(code) });
  return new ProviderError(PASSING.has(code) ? "connection_reset" : "invalid_response", details);
}

function systemCode(error: unknown): string {
  if (typeof error !== "object" || error === null) return "";
  const code: unknown = Reflect.get(error, "code");
  return typeof code === "string" ? code : "";
}
