// The catalog's routes: lists, single models, endpoints and providers.
import type { ModelEntry } from "../catalog/catalog.js";
import { filterModels } from "../catalog/list-filters.js";
import { allProviders, providerOf, slugOf } from "../catalog/providers.js";
import { Fault } from "../wire/fault.js";
import type { JsonObject } from "../wire/json.js";
import type { World } from "../world.js";

/** `GET /models` with its filters; `?simulator=1` adds the scenario and replay models. */
export function listModels(world: World, query: URLSearchParams): JsonObject {
  const extras = query.get("simulator") === "1" || world.settings.listSimulatorModels;
  return filterModels(world.catalog.list(extras), query);
}

/** `GET /models/count`. */
export function countModels(world: World, query: URLSearchParams): JsonObject {
  return { data: { count: filterModels(world.catalog.list(false), query).total_count } };
}

/** `GET /embeddings/models`. */
export function listEmbeddingModels(world: World): JsonObject {
  return filterModels(world.catalog.list(false), new URLSearchParams("output_modalities=embeddings"));
}

function found(world: World, id: string): ModelEntry {
  const entry = world.catalog.resolve(id);
  if (!entry) throw new Fault(404, `Model ${id} not found`, { type: "not_found" });
  return entry;
}

/** `GET /model/{id}` and `GET /models/{id}`. */
export function oneModel(world: World, id: string): JsonObject {
  return { data: found(world, id) };
}

/** `GET /models/{id}/endpoints`: one endpoint per model, at the list price. */
export function endpointsOf(world: World, id: string): JsonObject {
  const entry = found(world, id);
  const provider = providerOf(entry.id);
  const endpoint = {
    name: `${provider} | ${entry.canonical_slug}`,
    model_id: entry.id,
    model_name: entry.name,
    provider_name: provider,
    tag: slugOf(provider),
    quantization: "unknown",
    context_length: entry.context_length,
    max_completion_tokens: entry.top_provider.max_completion_tokens,
    max_prompt_tokens: null,
    pricing: entry.pricing,
    supported_parameters: entry.supported_parameters,
    supports_implicit_caching: false,
    status: 0,
    uptime_last_5m: 100,
    uptime_last_30m: 100,
    uptime_last_1d: 100,
    latency_last_30m: null,
    throughput_last_30m: null,
  };
  const { name, created, architecture } = entry;
  return {
    data: { id: entry.id, name, created, description: entry["description"] ?? "", architecture, endpoints: [endpoint] },
  };
}

/** `GET /providers`. */
export function listProviders(): JsonObject {
  const data = allProviders().map((name) => ({
    name,
    slug: slugOf(name),
    privacy_policy_url: null,
    terms_of_service_url: null,
    status_page_url: null,
    headquarters: null,
    datacenters: null,
  }));
  return { data };
}
