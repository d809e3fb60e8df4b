// What a streamed completion tells its reader, free of wire form.
import type { ToolCallDelta, Usage } from "./answer.types.js";
import type { Annotation, GeneratedImage, OpenFields, ReasoningDetail } from "./request.types.js";

/** The answer's status line and headers arrived; nothing was generated yet for all we know. */
export interface HeadersEvent {
  readonly type: "headers";
  /** X-Generation-Id, or null where the endpoint sends none (then `served` brings it). */
  readonly generationId: string | null;
  readonly status: number;
}

/** Who answers. Comes with the first chunk, and again if a later chunk says more. */
export interface ServedEvent {
  readonly type: "served";
  readonly generationId: string | null;
  readonly model: string | null;
  readonly provider: string | null;
}

/** New output. Only the keys that bring something are there. */
export interface DeltaEvent {
  readonly type: "delta";
  readonly text?: string;
  /** Readable reasoning. `reasoningDetails` carries the same again, for sending back: never add both. */
  readonly reasoning?: string;
  readonly reasoningDetails?: readonly ReasoningDetail[];
  readonly toolCalls?: readonly ToolCallDelta[];
  readonly annotations?: readonly Annotation[];
  readonly images?: readonly GeneratedImage[];
  readonly audio?: OpenFields;
  readonly refusal?: string;
}

/** The model is done; at most once, however often the wire repeats it. */
export interface FinishEvent {
  readonly type: "finish";
  readonly finishReason: string;
  readonly nativeFinishReason: string | null;
}

/** What the call used and cost; at most once, last figure of the stream. Comes before an error too, if it was sent. */
export interface UsageEvent {
  readonly type: "usage";
  readonly usage: Usage;
  /** `usage.cost` to its last digit as a plain decimal; null if the endpoint reports no cost. */
  readonly costUsd: string | null;
  /** `cost_details.upstream_inference_cost`: under BYOK the list price, else the same as the cost. */
  readonly upstreamInferenceCostUsd: string | null;
  readonly isByok: boolean;
  readonly serviceTier: string | null;
  readonly generationId: string | null;
  readonly model: string | null;
  readonly provider: string | null;
}

/** The stream ended well. `sawDone` is false if it ended after its finish reason without `[DONE]`. */
export interface EndEvent {
  readonly type: "end";
  readonly sawDone: boolean;
  /** null if the stream said `[DONE]` without any finish reason (an answer of no tokens). */
  readonly finishReason: string | null;
}

/** In order: headers, served, deltas, finish, usage, end; or a thrown ProviderError at any point. */
export type CompletionEvent = HeadersEvent | ServedEvent | DeltaEvent | FinishEvent | UsageEvent | EndEvent;
