// The one error that leaves this library: what went wrong with the provider, whether to try again, whether it may have cost money.

/** Our stable names of provider faults; they go into messages, ledgers and answers, so they never change their meaning. */
export type ProviderErrorCode = keyof typeof CATALOGUE;

/** Whose matter the fault is. */
export type ProviderErrorKind =
  | "request"
  | "key"
  | "billing"
  | "limit"
  | "provider"
  | "network"
  | "protocol"
  | "cancelled";

/** How far the call came: no good status line yet, a good one but no output (text, reasoning, tool call), or output. */
export type ProviderErrorPhase = "before_headers" | "before_output" | "after_output";

interface CatalogueEntry {
  readonly kind: ProviderErrorKind;
  readonly retryable: boolean;
  readonly text: string;
}

function entry(kind: ProviderErrorKind, retryable: boolean, text: string): CatalogueEntry {
  return { kind, retryable, text };
}

const CATALOGUE = {
  invalid_request: entry("request", false, "The provider did not accept the request."),
  model_not_found: entry("request", false, "The provider does not know this model."),
  model_unavailable: entry("request", false, "No provider serves this model with the chosen settings."),
  context_length_exceeded: entry("request", false, "The conversation is too long for this model."),
  max_tokens_exceeded: entry("request", false, "The answer would be longer than this model allows."),
  invalid_image: entry("request", false, "The provider could not read an image of the request."),
  content_blocked: entry("request", false, "The request was blocked by the provider's content rules."),
  refused: entry("request", false, "The model refused to answer."),
  not_found: entry("request", false, "The provider did not find what was asked for."),
  conflict: entry("request", false, "The provider reported a conflict."),
  payload_too_large: entry("request", false, "The request is too large for the provider."),
  invalid_key: entry("key", false, "The provider refused the key. Check or replace it."),
  permission_denied: entry("key", false, "The key may not do this at the provider."),
  region_restricted: entry("key", false, "The provider does not offer this model in your region."),
  insufficient_credits: entry("billing", false, "The provider account has too few credits for this request."),
  key_limit_exceeded: entry("billing", false, "The spending limit of the provider key is reached."),
  budget_exceeded: entry("billing", false, "A budget at the provider is used up."),
  provider_busy: entry("limit", true, "Too much is running on the provider account at once. Try again shortly."),
  rate_limited: entry("limit", true, "The provider is limiting requests. Try again shortly."),
  daily_limit_reached: entry("limit", false, "The daily number of free requests is used up."),
  provider_timeout: entry("provider", true, "The provider took too long to answer."),
  provider_error: entry("provider", true, "The provider had an internal error."),
  provider_unavailable: entry("provider", true, "The provider is not available at the moment."),
  provider_overloaded: entry("provider", true, "The provider is overloaded at the moment."),
  connection_failed: entry("network", true, "The provider could not be reached."),
  connection_reset: entry("network", true, "The connection to the provider broke."),
  connect_timeout: entry("network", true, "The provider could not be reached in time."),
  first_byte_timeout: entry("network", true, "The provider did not begin to answer in time."),
  idle_timeout: entry("network", true, "The provider stopped sending."),
  total_timeout: entry("network", true, "The answer took longer than allowed."),
  stream_interrupted: entry("protocol", true, "The provider ended the answer before it was complete."),
  invalid_response: entry("protocol", true, "The provider's answer could not be understood."),
  response_too_large: entry("protocol", false, "The provider's answer is larger than allowed."),
  cancelled: entry("cancelled", false, "The request was cancelled."),
} satisfies Record<string, CatalogueEntry>;

/** What is known of a failed call besides its code. */
export interface ProviderErrorDetails {
  /** HTTP status, or the status named in a stream's error; null if there was none. */
  readonly status?: number | null;
  /** Overrides the catalogue's text; must be safe to show to a person. */
  readonly message?: string;
  /** Overrides the catalogue's judgement. */
  readonly retryable?: boolean;
  /** The provider's own wish, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** Allow-listed facts only: see `readErrorMetadata`. */
  readonly metadata?: ProviderErrorMetadata;
  readonly phase: ProviderErrorPhase;
  /** "no": certainly not billed; "unknown": ask for the generation record. A usage event seen before the error stands. */
  readonly billed: "no" | "unknown";
  readonly generationId: string | null;
  readonly cause?: unknown;
}

/** Facts of an upstream error that may be shown, stored and logged: identifiers and figures, never prose or content. */
export type ProviderErrorMetadata = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** A call to the provider failed. `message` is our own text for a person; the upstream body is never in it. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
  readonly kind: ProviderErrorKind;
  readonly status: number | null;
  /** Whether the same request may succeed later. Whether a program may repeat it by itself is for `nextRetry` to say. */
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly metadata: ProviderErrorMetadata;
  readonly phase: ProviderErrorPhase;
  readonly billed: "no" | "unknown";
  readonly generationId: string | null;

  constructor(
    readonly code: ProviderErrorCode,
    details: ProviderErrorDetails,
  ) {
    const known: CatalogueEntry = CATALOGUE[code];
    super(details.message ?? known.text, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = known.kind;
    this.status = details.status ?? null;
    this.retryable = details.retryable ?? known.retryable;
    this.retryAfterMs = details.retryAfterMs;
    this.metadata = details.metadata ?? {};
    this.phase = details.phase;
    this.billed = details.billed;
    this.generationId = details.generationId;
  }
}
