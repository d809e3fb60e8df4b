// What /models, /generation and /key answer (contract §3, §4). Nearly everything is nullable; unknown fields stay.
import type { OpenFields } from "./request.types.js";

/** Prices are decimal strings in USD per unit; "0" is free, "-1" varies, an absent key is not charged apart. */
export interface ModelPricing extends OpenFields {
  readonly prompt?: string;
  readonly completion?: string;
  readonly request?: string;
  readonly image?: string;
  readonly image_token?: string;
  readonly image_output?: string;
  readonly audio?: string;
  readonly audio_output?: string;
  readonly input_audio_cache?: string;
  readonly web_search?: string;
  readonly internal_reasoning?: string;
  readonly input_cache_read?: string;
  readonly input_cache_write?: string;
  readonly input_cache_write_1h?: string;
  /** Already a factor: pay × (1 − discount). */
  readonly discount?: number;
  readonly overrides?: readonly OpenFields[];
}

/** One entry of GET /models. Other OpenAI-compatible endpoints send little more than `id`. */
export interface Model extends OpenFields {
  readonly id: string;
  readonly canonical_slug?: string;
  readonly name?: string;
  readonly description?: string;
  /** Unix seconds. */
  readonly created?: number;
  readonly hugging_face_id?: string | null;
  readonly knowledge_cutoff?: string | null;
  readonly expiration_date?: string | null;
  /** Tokens. */
  readonly context_length?: number | null;
  readonly architecture?: {
    readonly modality?: string | null;
    readonly input_modalities?: readonly string[];
    readonly output_modalities?: readonly string[];
    readonly tokenizer?: string;
    readonly instruct_type?: string | null;
  };
  readonly pricing?: ModelPricing;
  readonly top_provider?: {
    readonly context_length?: number | null;
    readonly max_completion_tokens?: number | null;
    readonly is_moderated?: boolean;
  };
  readonly per_request_limits?: { readonly prompt_tokens?: number; readonly completion_tokens?: number } | null;
  readonly supported_parameters?: readonly string[];
  readonly default_parameters?: OpenFields | null;
  readonly supported_voices?: readonly string[] | null;
  readonly links?: { readonly details?: string };
  readonly reasoning?: {
    readonly mandatory?: boolean;
    readonly default_enabled?: boolean;
    readonly default_effort?: string | null;
    readonly supported_efforts?: readonly string[] | null;
    readonly supports_max_tokens?: boolean;
  };
}

/** GET /generation `data`: the late truth about one call. Bill by the `native_*` counts. */
export interface GenerationFields extends OpenFields {
  readonly id?: string;
  readonly model?: string;
  readonly provider_name?: string | null;
  readonly streamed?: boolean | null;
  readonly cancelled?: boolean | null;
  readonly finish_reason?: string | null;
  readonly native_finish_reason?: string | null;
  readonly created_at?: string;
  /** Milliseconds. */
  readonly latency?: number | null;
  /** Milliseconds. */
  readonly generation_time?: number | null;
  readonly native_tokens_prompt?: number | null;
  readonly native_tokens_completion?: number | null;
  readonly native_tokens_reasoning?: number | null;
  readonly native_tokens_cached?: number | null;
  readonly is_byok?: boolean | null;
  readonly service_tier?: string | null;
}

/** A generation record with its money as exact plain decimals in USD. */
export interface GenerationRecord {
  readonly generationId: string;
  /** `total_cost`, or `usage` when that is missing; null only if neither was sent. */
  readonly costUsd: string | null;
  readonly usageUsd: string | null;
  readonly upstreamInferenceCostUsd: string | null;
  readonly cacheDiscountUsd: string | null;
  readonly fields: GenerationFields;
}

/** GET /key with its money as exact plain decimals in USD (null = no limit, or not sent). */
export interface KeyInfo {
  readonly label: string | null;
  readonly limitUsd: string | null;
  readonly limitRemainingUsd: string | null;
  readonly usageUsd: string | null;
  readonly usageDailyUsd: string | null;
  readonly isFreeTier: boolean;
  readonly isManagementKey: boolean;
  /** ISO 8601. */
  readonly expiresAt: string | null;
  readonly fields: OpenFields;
}
