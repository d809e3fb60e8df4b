// What may be asked of POST /chat/completions and /embeddings (contract §2.1, §4). Unknown fields are allowed everywhere and sent as they are.

/** Fields that we do not know: a gateway must forward them, because the provider ignores rather than refuses them. */
export interface OpenFields {
  readonly [field: string]: unknown;
}

/** Prompt caching mark (Anthropic form). */
export interface CacheControl {
  readonly type: "ephemeral";
  readonly ttl?: "5m" | "1h";
}

/** One part of a message's content. */
export type ContentPart =
  | { readonly type: "text"; readonly text: string; readonly cache_control?: CacheControl }
  | {
      readonly type: "image_url";
      readonly image_url: { readonly url: string; readonly detail?: "auto" | "low" | "high" | "original" };
    }
  | { readonly type: "input_audio"; readonly input_audio: { readonly data: string; readonly format: string } }
  | { readonly type: "video_url"; readonly video_url: { readonly url: string } }
  | {
      readonly type: "file";
      readonly file: { readonly filename?: string; readonly file_data?: string; readonly file_id?: string };
    };

/** A finished tool call, as it is sent back to the model. `arguments` is JSON text as the model wrote it. */
export interface ToolCall {
  readonly id: string;
  readonly type: "function";
  readonly function: { readonly name: string; readonly arguments: string };
}

/** One entry of `reasoning_details`: text with signature, summary, encrypted data or a server tool call. */
export interface ReasoningDetail extends OpenFields {
  readonly type: string;
  readonly text?: string | null;
  readonly summary?: string | null;
  readonly data?: string | null;
  readonly signature?: string | null;
  readonly id?: string | null;
  readonly format?: string | null;
  readonly index?: number;
}

/** A citation of a web page or a parsed file. */
export interface Annotation extends OpenFields {
  readonly type: string;
  readonly url_citation?: {
    readonly url: string;
    readonly title?: string;
    readonly content?: string;
    readonly start_index?: number;
    readonly end_index?: number;
  };
}

/** An image that the model made; `url` is usually a data: URL. */
export interface GeneratedImage extends OpenFields {
  readonly type: string;
  readonly image_url: { readonly url: string };
}

/** One message of the conversation. Send an assistant's reasoning details and annotations back unchanged. */
export interface ChatMessage extends OpenFields {
  readonly role: "system" | "developer" | "user" | "assistant" | "tool";
  readonly content: string | readonly ContentPart[] | null;
  readonly name?: string;
  readonly tool_calls?: readonly ToolCall[];
  readonly tool_call_id?: string;
  readonly reasoning?: string | null;
  readonly reasoning_details?: readonly ReasoningDetail[];
  readonly annotations?: readonly Annotation[];
}

/** A function of ours, or a tool that the provider runs (`openrouter:web_search` …). */
export type Tool =
  | {
      readonly type: "function";
      readonly function: {
        readonly name: string;
        readonly description?: string;
        readonly parameters?: OpenFields;
        readonly strict?: boolean;
      };
      readonly cache_control?: CacheControl;
    }
  | { readonly type: `openrouter:${string}`; readonly parameters?: OpenFields };

/** Sampling: numbers as the contract bounds them; a parameter the model lacks is ignored by the provider. */
export interface SamplingFields {
  readonly temperature?: number;
  readonly top_p?: number;
  readonly top_k?: number;
  readonly min_p?: number;
  readonly top_a?: number;
  readonly frequency_penalty?: number;
  readonly presence_penalty?: number;
  readonly repetition_penalty?: number;
  readonly seed?: number;
  readonly logit_bias?: Readonly<Record<string, number>>;
  readonly logprobs?: boolean;
  readonly top_logprobs?: number;
  readonly stop?: string | readonly string[];
}

/** How much the model may think. Not `effort` together with `max_tokens`. */
export interface ReasoningWishes {
  readonly effort?: "max" | "xhigh" | "high" | "medium" | "low" | "minimal" | "none";
  readonly max_tokens?: number;
  readonly exclude?: boolean;
  readonly enabled?: boolean;
  readonly summary?: "auto" | "concise" | "detailed";
}

/** A number is the median; percentiles may be bounded one by one. */
export type Percentiles =
  | number
  | { readonly p50?: number; readonly p75?: number; readonly p90?: number; readonly p99?: number };

/** Which providers may serve the call. `max_price` is in USD per million tokens. */
export interface ProviderWishes extends OpenFields {
  readonly order?: readonly string[];
  readonly only?: readonly string[];
  readonly ignore?: readonly string[];
  readonly allow_fallbacks?: boolean;
  readonly require_parameters?: boolean;
  readonly data_collection?: "allow" | "deny";
  readonly zdr?: boolean;
  readonly enforce_distillable_text?: boolean;
  readonly quantizations?: readonly string[];
  readonly sort?: string | { readonly by: string; readonly partition?: "model" | "none" };
  readonly max_price?: {
    readonly prompt?: number;
    readonly completion?: number;
    readonly request?: number;
    readonly image?: number;
    readonly audio?: number;
  };
  readonly preferred_min_throughput?: Percentiles;
  readonly preferred_max_latency?: Percentiles;
}

/** `web`, `file-parser`, `response-healing`, `context-compression` … with their own settings. */
export interface Plugin extends OpenFields {
  readonly id: string;
  readonly enabled?: boolean;
}

/** The wanted form of the answer. */
export type ResponseFormat =
  | { readonly type: "text" | "json_object" | "python" }
  | { readonly type: "grammar"; readonly grammar: string }
  | {
      readonly type: "json_schema";
      readonly json_schema: {
        readonly name: string;
        readonly strict?: boolean;
        readonly schema?: OpenFields;
        readonly description?: string;
      };
    };

/** Body of POST /chat/completions. Always send a token limit: the credit check assumes the model's maximum without one. */
export interface ChatRequest extends SamplingFields, OpenFields {
  readonly messages?: readonly ChatMessage[];
  readonly prompt?: string;
  readonly model?: string;
  readonly models?: readonly string[];
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly max_completion_tokens?: number;
  readonly max_tokens?: number;
  readonly tools?: readonly Tool[];
  readonly tool_choice?:
    | "none"
    | "auto"
    | "required"
    | { readonly type: "function"; readonly function: { readonly name: string } };
  readonly parallel_tool_calls?: boolean;
  readonly response_format?: ResponseFormat;
  readonly reasoning?: ReasoningWishes;
  readonly reasoning_effort?: string;
  readonly include_reasoning?: boolean;
  readonly verbosity?: string;
  readonly provider?: ProviderWishes;
  readonly plugins?: readonly Plugin[];
  readonly transforms?: readonly string[];
  readonly modalities?: readonly ("text" | "image" | "audio")[];
  readonly image_config?: OpenFields;
  readonly prediction?: { readonly type: "content"; readonly content: string };
  readonly cache_control?: CacheControl;
  readonly prompt_cache_key?: string;
  readonly prompt_cache_options?: OpenFields;
  readonly user?: string;
  readonly session_id?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly trace?: OpenFields;
  readonly service_tier?: string;
  readonly usage?: { readonly include?: boolean };
  readonly debug?: { readonly echo_upstream_body?: boolean };
  readonly preset?: string;
  readonly route?: string;
  readonly web_search_options?: OpenFields;
}

/** Body of POST /embeddings. */
export interface EmbeddingsRequest extends OpenFields {
  readonly model: string;
  readonly input: string | readonly string[] | readonly number[] | readonly (readonly number[])[];
  readonly dimensions?: number;
  readonly encoding_format?: "float" | "base64";
  readonly input_type?: string;
  readonly user?: string;
  readonly provider?: ProviderWishes;
}
