// Reads the answers of /models, /generation and /key; money as exact decimals.
import type { GenerationFields, GenerationRecord, KeyInfo, Model } from "./account.types.js";
import { asObject, asText } from "./error-metadata.js";
import type { ParsedJson } from "./json-literals.js";

/** The list of GET /models, or null if the answer is no list. */
export function modelList(value: unknown): readonly Model[] | null {
  // OpenRouter and OpenAI wrap the list in `data`; some compatible endpoints send it bare.
  const data = Array.isArray(value) ? value : asObject(value)?.["data"];
  if (!Array.isArray(data)) return null;
  return data.filter((entry): entry is Model => asText(asObject(entry)?.["id"]) !== null);
}

/** The record of GET /generation, or null if the answer holds none. */
export function generationRecord(generationId: string, { value, literals }: ParsedJson): GenerationRecord | null {
  const data = asObject(asObject(value)?.["data"]);
  if (data === null) return null;
  const usageUsd = literals.decimal(data, "usage");
  return {
    generationId: asText(data["id"]) ?? generationId,
    costUsd: literals.decimal(data, "total_cost") ?? usageUsd,
    usageUsd,
    upstreamInferenceCostUsd: literals.decimal(data, "upstream_inference_cost"),
    cacheDiscountUsd: literals.decimal(data, "cache_discount"),
    fields: data as GenerationFields,
  };
}

/** The answer of GET /key, or null if it holds none. */
export function keyInfo({ value, literals }: ParsedJson): KeyInfo | null {
  const data = asObject(asObject(value)?.["data"]);
  if (data === null) return null;
  return {
    label: asText(data["label"]),
    limitUsd: literals.decimal(data, "limit"),
    limitRemainingUsd: literals.decimal(data, "limit_remaining"),
    usageUsd: literals.decimal(data, "usage"),
    usageDailyUsd: literals.decimal(data, "usage_daily"),
    isFreeTier: data["is_free_tier"] === true,
    isManagementKey: data["is_management_key"] === true || data["is_provisioning_key"] === true,
    expiresAt: asText(data["expires_at"]),
    fields: data,
  };
}
