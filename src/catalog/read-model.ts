// Reads an entry of the provider's catalog.
import { type Model } from "#libs/openrouter/index";
import { type ModelView } from "./model.view.js";
import { toPricing } from "./model-prices.js";

const TEXT = ["text"];
/** Of texts, characters. */
const MOST_TEXT = 20_000;
const DAY = /^\d{4}-\d{2}-\d{2}/;

/** Reads an entry. What has another type than it should is as good as absent. */
export function toModelView(model: Model): ModelView {
  const architecture = objectOf(model.architecture);
  const top = objectOf(model.top_provider);
  const thinks = objectOf(model.reasoning);
  const parameters = wordsOf(model.supported_parameters) ?? [];
  return {
    id: model.id,
    canonicalSlug: textOf(model.canonical_slug) ?? model.id,
    name: textOf(model.name) ?? model.id,
    description: textOf(model.description) ?? "",
    contextLength: countOf(model.context_length),
    maxCompletionTokens: countOf(top["max_completion_tokens"]),
    inputModalities: wordsOf(architecture["input_modalities"]) ?? TEXT,
    outputModalities: wordsOf(architecture["output_modalities"]) ?? TEXT,
    supportedParameters: parameters,
    pricing: toPricing(objectOf(model.pricing)),
    tools: parameters.includes("tools"),
    structuredOutputs: parameters.includes("structured_outputs"),
    reasoning: parameters.includes("reasoning") || Object.keys(thinks).length > 0,
    reasoningMandatory: thinks["mandatory"] === true,
    reasoningEfforts: wordsOf(thinks["supported_efforts"]) ?? [],
    moderated: top["is_moderated"] === true,
    createdAt: timeOf(model.created),
    knowledgeCutoff: dayOf(model.knowledge_cutoff),
    expirationDate: dayOf(model.expiration_date),
  };
}

/** Models for embeddings, speech or reranking have no place in a chat. */
export function answersInText({ outputModalities }: ModelView): boolean {
  return outputModalities.includes("text");
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  // PostgreSQL holds no NUL, and neither database holds halves of characters.
  return value.slice(0, MOST_TEXT).replaceAll("\0", "").toWellFormed();
}

function wordsOf(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.map(textOf).filter((word) => word !== undefined);
}

function countOf(value: unknown): number | null {
  return Number.isSafeInteger(value) && Number(value) > 0 ? Number(value) : null;
}

function dayOf(value: unknown): string | null {
  return typeof value === "string" && DAY.test(value) ? value.slice(0, 10) : null;
}

function timeOf(seconds: unknown): string | null {
  // Date holds 8.64e15 ms.
  return typeof seconds === "number" && seconds > 0 && seconds < 8.64e12
    ? new Date(seconds * 1000).toISOString()
    : null;
}
