// Faults of the provider as clients of the gateway see them: OpenAI's form, the status that makes their library throw the right class.
import { DomainError } from "#libs/errors/index";
import { type ProviderError, type ProviderErrorCode } from "#libs/openrouter/index";

/** Most characters of the provider's own words. */
const MAX_WORDS = 2_000;
/** What looks like a credential, whoever it belongs to. */
const SECRETS = /\b(?:sk|pk|rk|key)[-_][A-Za-z0-9_-]{6,}|\bbearer\s+\S+/gi;

/** Statuses of faults that came without one. */
const STATUS: Partial<Record<ProviderErrorCode, number>> = {
  connect_timeout: 504,
  first_byte_timeout: 504,
  idle_timeout: 504,
  total_timeout: 504,
  provider_timeout: 504,
  invalid_request: 400,
};

/** What the provider answered with, as text; maybe no JSON. */
export interface UpstreamWords {
  body: string;
  /** The key that was used: it is never repeated. */
  secret: string;
}

/** An error of the provider, told on. `message` is the provider's own where it is about the request, without anything secret. */
export class UpstreamError extends DomainError {
  constructor(error: ProviderError, words?: UpstreamWords) {
    const { code, retryable, retryAfterMs, metadata } = error;
    const told = words ? read(words) : {};
    super(code, statusOf(error), (error.kind === "request" && told.message) || error.message, {
      retryable,
      level: error.kind === "key" || error.kind === "billing" ? "warn" : "info",
      details: { ...metadata, ...(told.raw !== undefined && { raw: told.raw }) },
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      cause: error,
    });
  }
}

function statusOf({ status, code }: ProviderError): number {
  // A redirect is never followed, and no answer for a client of ours.
  if (status !== null && status >= 400) return status;
  return STATUS[code] ?? 502;
}

function read({ body, secret }: UpstreamWords): { message?: string; raw?: string } {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return {};
  }
  const error = (value as { error?: { message?: unknown; metadata?: { raw?: unknown } } } | null)?.error;
  const safe = (text: unknown) =>
    typeof text === "string" && text !== "" ? redacted(text, secret).slice(0, MAX_WORDS) : undefined;
  const message = safe(error?.message);
  const raw = safe(error?.metadata?.raw);
  return { ...(message !== undefined && { message }), ...(raw !== undefined && { raw }) };
}

/** Text of the provider without the key that was used, and without whatever looks like one. */
export function redacted(text: string, secret: string): string {
  const own = secret === "" ? text : text.replaceAll(secret, "[redacted]");
  return own.replaceAll(SECRETS, "[redacted]");
}
