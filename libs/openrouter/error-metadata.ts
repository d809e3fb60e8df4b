// Which facts of an upstream error we keep: an allow-list, because the rest may hold prompts, keys or a provider's raw answer.
import type { ProviderErrorMetadata } from "./errors.js";

const MAX_TEXT = 200;
const MAX_LIST = 20;
/** Identifiers, figures and times; `raw`, `flagged_input`, `patterns`, `headers` and all prose stay out on purpose. */
const ALLOWED = [
  "error_type",
  "limit_source",
  "provider_name",
  "provider_code",
  "is_byok",
  "model_slug",
  "reasons",
  "limit_usd",
  "spend_usd",
  "resets_at",
] as const;
const ALLOWED_AVAILABILITY = ["code", "affected_providers", "requested_models", "fallback_models"] as const;
/** Anything that looks like a credential: an upstream that echoes a key must not make us keep it. */
const SECRET = /\b(?:sk|pk)[-_][A-Za-z0-9]|\bbearer\s/i;

/** An object of JSON, or null. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

/** A string of JSON that is not empty, or null. */
export function asText(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/**
 * The allow-listed facts of an error object, with `resets_at` (ISO 8601) also for the platform's limits, which name it in
 * X-RateLimit-Reset as epoch milliseconds (contract §1); cleaned of control characters and cut to 200 characters each.
 */
export function readErrorMetadata(error: Readonly<Record<string, unknown>>): ProviderErrorMetadata {
  const kept: Record<string, string | number | boolean | readonly string[]> = {};
  const metadata = asObject(error["metadata"]) ?? {};
  for (const key of ALLOWED) {
    const fact = clean(metadata[key] ?? error[key]);
    if (fact !== null) kept[key] = fact;
  }
  const availability = asObject(error["availability"]) ?? {};
  for (const key of ALLOWED_AVAILABILITY) {
    const fact = clean(availability[key]);
    if (fact !== null) kept[`availability_${key}`] = fact;
  }
  const reset = asText(asObject(metadata["headers"])?.["X-RateLimit-Reset"]);
  if (reset !== null && /^\d{13}$/.test(reset)) kept["resets_at"] ??= new Date(Number(reset)).toISOString();
  return kept;
}

function clean(value: unknown): string | number | boolean | readonly string[] | null {
  if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))) return value;
  if (typeof value === "string") return cleanText(value);
  if (!Array.isArray(value)) return null;
  const texts = value.slice(0, MAX_LIST).map((item) => (typeof item === "string" ? cleanText(item) : null));
  return texts.filter((text) => text !== null);
}

function cleanText(text: string): string | null {
  if (SECRET.test(text)) return null;
  const cleaned = text.replace(/[\p{Cc}\p{Cf}]/gu, " ").trim();
  return cleaned === "" ? null : cleaned.slice(0, MAX_TEXT);
}
