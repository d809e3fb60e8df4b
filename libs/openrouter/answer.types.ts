// What /chat/completions and /embeddings answer (contract §2.2, §2.3). Everything may be missing: the wire is not trusted.
import type { Annotation, GeneratedImage, OpenFields, ReasoningDetail, ToolCall } from "./request.types.js";

/** Token counts of the native tokenizer; `prompt_tokens` includes cached ones, `completion_tokens` includes reasoning. */
export interface Usage extends OpenFields {
  readonly prompt_tokens?: number;
  readonly completion_tokens?: number;
  readonly total_tokens?: number;
  /** USD as a binary float: for sums use the exact `costUsd` beside it. */
  readonly cost?: number | null;
  readonly is_byok?: boolean;
  readonly prompt_tokens_details?: {
    readonly cached_tokens?: number;
    readonly cache_write_tokens?: number;
    readonly audio_tokens?: number;
    readonly video_tokens?: number;
  } | null;
  readonly completion_tokens_details?: {
    readonly reasoning_tokens?: number;
    readonly image_tokens?: number;
    readonly audio_tokens?: number;
  } | null;
  readonly cost_details?: {
    readonly upstream_inference_cost?: number | null;
    readonly upstream_inference_prompt_cost?: number | null;
    readonly upstream_inference_completions_cost?: number | null;
    readonly server_tool_cost?: number | null;
  } | null;
  readonly server_tool_use_details?: OpenFields | null;
}

/** A piece of a tool call; pieces of one call share `index`, and their `arguments` are joined. */
export interface ToolCallDelta {
  readonly index?: number;
  readonly id?: string | null;
  readonly type?: string | null;
  readonly function?: { readonly name?: string | null; readonly arguments?: string | null } | null;
}

/** What one chunk adds. */
export interface Delta extends OpenFields {
  readonly role?: string | null;
  readonly content?: string | readonly { readonly type: string; readonly text?: string }[] | null;
  readonly reasoning?: string | null;
  /** The name that other OpenAI-compatible endpoints use for `reasoning`. */
  readonly reasoning_content?: string | null;
  readonly reasoning_details?: readonly ReasoningDetail[] | null;
  readonly tool_calls?: readonly ToolCallDelta[] | null;
  readonly annotations?: readonly Annotation[] | null;
  readonly images?: readonly GeneratedImage[] | null;
  readonly audio?: OpenFields | null;
  readonly refusal?: string | null;
}

/** The error object; `code` is an integer, in older examples a string, in the availability form missing. */
export interface ErrorBody extends OpenFields {
  readonly code?: number | string | null;
  readonly message?: string;
  readonly metadata?: OpenFields | null;
}

/** One choice of a chunk. */
export interface ChunkChoice {
  readonly index?: number;
  readonly delta?: Delta | null;
  readonly finish_reason?: string | null;
  readonly native_finish_reason?: string | null;
  readonly error?: ErrorBody | null;
}

/** One event of a streamed answer. `choices` may be empty. */
export interface Chunk extends OpenFields {
  readonly id?: string;
  readonly object?: string;
  readonly created?: number;
  /** The model that serves, often a dated slug: never equal to the request's for sure. */
  readonly model?: string;
  readonly provider?: string;
  readonly service_tier?: string | null;
  readonly choices?: readonly ChunkChoice[];
  readonly usage?: Usage | null;
  readonly error?: ErrorBody | string | null;
}

/** The message of an answer that was not streamed. */
export interface AnswerMessage extends OpenFields {
  readonly role?: string;
  readonly content?: string | null;
  readonly refusal?: string | null;
  readonly reasoning?: string | null;
  readonly reasoning_details?: readonly ReasoningDetail[] | null;
  readonly tool_calls?: readonly ToolCall[] | null;
  readonly annotations?: readonly Annotation[] | null;
  readonly images?: readonly GeneratedImage[] | null;
}

/** An answer that was not streamed. */
export interface ChatCompletion extends OpenFields {
  readonly id?: string;
  readonly object?: string;
  readonly created?: number;
  readonly model?: string;
  readonly provider?: string;
  readonly system_fingerprint?: string | null;
  readonly service_tier?: string | null;
  readonly choices?: readonly {
    readonly index?: number;
    readonly message?: AnswerMessage;
    readonly finish_reason?: string | null;
    readonly native_finish_reason?: string | null;
    readonly error?: ErrorBody | null;
  }[];
  readonly usage?: Usage | null;
}

/** Answer of POST /embeddings. */
export interface EmbeddingsAnswer extends OpenFields {
  readonly id?: string;
  readonly model?: string;
  readonly data: readonly { readonly index: number; readonly embedding: readonly number[] | string }[];
  readonly usage?: Usage | null;
}
