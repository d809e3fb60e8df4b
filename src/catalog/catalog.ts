// What the provider lists, read carefully: it is somebody else's data, and everything that follows relies on it.
import { type Model, type OpenRouterClient } from "#libs/openrouter/index";
import { type ModelView } from "./model.view.js";
import { toModelView } from "./read-model.js";

/** All models that the provider listed at one time. */
export interface Catalog {
  /** Epoch ms. */
  asOf: number;
  models: ModelView[];
}

/** A provider that has not answered after this is as good as down, ms. */
const FETCH_TIMEOUT_MS = 20_000;
/** OpenRouter lists 526; more than this is no catalog. */
const MOST_MODELS = 20_000;
/** Printable, and as long as a column holds. */
const MODEL_ID = /^[\x21-\x7e]{1,200}$/;

/** The provider answered, but with no list of models. */
export class NoCatalogError extends Error {
  override readonly name = "NoCatalogError";
}

/** @throws ProviderError, NoCatalogError: an empty list would take every model from everybody, so it counts as a fault */
export async function fetchCatalog(client: OpenRouterClient, signal?: AbortSignal): Promise<Catalog> {
  const limit = AbortSignal.timeout(FETCH_TIMEOUT_MS);
  // Embeddings are called through the gateway, and have prices as well.
  const listed = await client.models({ signal: signal ? AbortSignal.any([signal, limit]) : limit }, "all");
  const models = readModels(listed);
  if (models.length === 0) throw new NoCatalogError("The provider listed no model");
  return { asOf: Date.now(), models };
}

/** Entries that can be read, each id once, in order of their ids. */
export function readModels(listed: readonly Model[]): ModelView[] {
  const byId = new Map<string, ModelView>();
  for (const entry of listed.slice(0, MOST_MODELS)) {
    if (!MODEL_ID.test(entry.id) || byId.has(entry.id)) continue;
    byId.set(entry.id, toModelView(entry));
  }
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
