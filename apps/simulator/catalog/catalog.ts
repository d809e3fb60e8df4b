// The model catalog: real entries completed to the full schema, the scenario models, and changes made at run time.
import { readData } from "../data-files.js";
import type { PriceSheet } from "../money/cost.js";
import { asArray, asObject, type JsonObject } from "../wire/json.js";

/** One entry of `GET /models`, with every key that OpenRouter's own client library requires. */
export type ModelEntry = {
  readonly id: string;
  readonly canonical_slug: string;
  readonly name: string;
  readonly created: number;
  readonly context_length: number | null;
  readonly architecture: {
    readonly modality: string;
    readonly input_modalities: readonly string[];
    readonly output_modalities: readonly string[];
    readonly tokenizer: string;
    readonly instruct_type: string | null;
  };
  readonly pricing: PriceSheet;
  readonly top_provider: {
    readonly context_length: number | null;
    readonly max_completion_tokens: number | null;
    readonly is_moderated: boolean;
  };
  readonly supported_parameters: readonly string[];
  readonly [key: string]: unknown;
};

/** A change to one model at run time: merged over the entry; `gone` takes it out of the list. */
export type ModelChange = JsonObject & { readonly gone?: boolean };

/** Routers choose a model by themselves; here always this one. */
const ROUTED_MODEL = "openai/gpt-4o-mini";
const ROUTERS = new Set(
  ["auto", "auto-beta", "bodybuilder", "fusion", "pareto-code"].map((name) => `openrouter/${name}`),
);
/** Variants that choose an endpoint of the same model, so they need no entry of their own. */
const ROUTING_VARIANT = /:(?:nitro|floor|exacto|online|extended|thinking)$/;

function completed(raw: JsonObject, details: JsonObject | undefined): ModelEntry {
  const id = String(raw["id"]);
  const slug = String(details?.["canonical_slug"] ?? raw["canonical_slug"]);
  const parameters = raw["supported_parameters"];
  const supported = Array.isArray(parameters) ? parameters : Object.keys(asObject(parameters) ?? {});
  const pricing = ROUTERS.has(id)
    ? { prompt: "-1", completion: "-1" }
    : { ...asObject(details?.["pricing"]), ...asObject(raw["pricing"]) };
  return {
    hugging_face_id: null,
    knowledge_cutoff: null,
    expiration_date: null,
    default_parameters: {},
    supported_voices: null,
    ...details,
    ...raw,
    canonical_slug: slug,
    pricing,
    supported_parameters: supported,
    ...(supported.includes("reasoning") && !details?.["reasoning"] ? { reasoning: { mandatory: false } } : {}),
    links: { details: `/api/v1/models/${slug}/endpoints` },
  } as unknown as ModelEntry;
}

/** The catalog: look-ups by id with variants, aliases and routers, and the lists of `GET /models`. */
export class Catalog {
  private readonly entries = new Map<string, ModelEntry>();
  private changed = new Map<string, ModelChange>();
  private readonly extras = new Map<string, ModelEntry>();

  constructor(dataDir: string) {
    const parse = (name: string) =>
      asArray((JSON.parse(readData(dataDir, name)) as JsonObject)["data"]) as JsonObject[];
    const details = new Map(parse("model-details.json").map((entry) => [entry["id"], entry]));
    for (const raw of parse("models.json")) {
      const entry = completed(raw, details.get(raw["id"]));
      this.entries.set(entry.id, entry);
    }
  }

  /** Adds a model that is listed only on request (`?simulator=1`). */
  addExtra(id: string, base: string, description: string): void {
    this.extras.set(id, this.derived(id, base, description));
  }

  private derived(id: string, base: string, description: string): ModelEntry {
    const entry = this.entries.get(base) ?? this.entries.get(ROUTED_MODEL);
    if (!entry) throw new Error("the catalog has no base model");
    const links = { details: `/api/v1/models/${id}/endpoints` };
    const all = ["tools", "tool_choice", "reasoning", "include_reasoning", "response_format", "structured_outputs"];
    const supported = [...new Set([...entry.supported_parameters, ...all])];
    return { ...entry, id, canonical_slug: id, name: id, description, links, supported_parameters: supported };
  }

  /** The entry as it is listed now, or undefined when it is unknown or gone. */
  get(id: string): ModelEntry | undefined {
    const change = this.changed.get(id);
    const entry = this.entries.get(id) ?? this.extras.get(id);
    if (change?.gone === true || (!entry && !id.startsWith("sim/"))) return undefined;
    const found = entry ?? this.derived(id, ROUTED_MODEL, "A scenario of the simulator");
    return change ? ({ ...found, ...change, pricing: change["pricing"] ?? found.pricing } as ModelEntry) : found;
  }

  /** The entry that serves a requested id: exact, routing variant, alias, router, preset, or the account's default. */
  resolve(requested: string | undefined): ModelEntry | undefined {
    if (requested === undefined || requested.startsWith("@preset/")) return this.get(ROUTED_MODEL);
    if (ROUTERS.has(requested)) return this.get(ROUTED_MODEL);
    return this.get(requested) ?? this.get(requested.replace(ROUTING_VARIANT, ""));
  }

  /** All listed entries in catalog order. */
  list(withExtras: boolean): ModelEntry[] {
    const ids = [...this.entries.keys(), ...(withExtras ? this.extras.keys() : [])];
    return ids.map((id) => this.get(id)).filter((entry) => entry !== undefined);
  }

  /** Changes a model from now on: another price, an expiration date, or gone. */
  change(id: string, change: ModelChange): void {
    this.changed.set(id, { ...this.changed.get(id), ...change });
  }

  /** Forgets all changes. */
  reset(): void {
    this.changed = new Map();
  }
}
