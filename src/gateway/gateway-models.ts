// The models as clients of the gateway list them: OpenRouter's entries whole, with the two fields that OpenAI's have.
import { Injectable } from "@nestjs/common";
import { LRUCache } from "lru-cache";
import { NotFoundError } from "#libs/errors/index";
import { type Model, OpenRouterClient, ProviderError } from "#libs/openrouter/index";
import { type KeyGrant } from "#src/auth/actor";
import { type ModelRules } from "#src/catalog/model-rules";
import { WorkspaceModelsService } from "#src/catalog/workspace-models";
import { ProviderKeyring } from "#src/vault/provider-keyring";
import { UpstreamError } from "./upstream-error.js";

/** Catalogs of so many provider addresses are kept. */
const MOST = 50;
/** Contract §4: models are refreshed with a TTL of 15 minutes. */
const FRESH_MS = 15 * 60_000;

const TEXT = "text";

/** The part of the list that is asked for, as OpenRouter's SDK does; texts of the query. */
export interface Part {
  offset?: unknown;
  limit?: unknown;
  /** What the models answer in, as OpenRouter's own list takes it: `text` (the default), others with commas between them, `all`. */
  output_modalities?: unknown;
}

/** A list as it goes out. */
interface Listing {
  /** Of every kind. */
  entries: Model[];
  /** The answer for a key without a list of models of its own: those that answer in text. */
  json: Buffer;
}

@Injectable()
export class GatewayModels {
  private readonly listings: LRUCache<string, Listing, Lookup>;

  constructor(
    private readonly keyring: ProviderKeyring,
    private readonly models: WorkspaceModelsService,
  ) {
    this.listings = new LRUCache({
      max: MOST,
      ttl: FRESH_MS,
      allowStale: true,
      allowStaleOnFetchRejection: true,
      fetchMethod: async (_key, _stale, { context }) => listingOf(await context()),
    });
  }

  /** GET /models: all that may be called and answer in text, unless others or a part are asked for. @throws UpstreamError when there is neither an answer nor an earlier one */
  async list(workspaceId: string, key: KeyGrant, part: Part = {}): Promise<Buffer> {
    const [{ entries, json }, rules] = await Promise.all([this.listing(workspaceId), this.models.rules(workspaceId)]);
    const { offset, limit } = { offset: whole(part.offset), limit: whole(part.limit) };
    const all = key.models === null && rules.trivial;
    const kinds = typeof part.output_modalities === "string" ? part.output_modalities : TEXT;
    if (all && offset === undefined && limit === undefined && kinds === TEXT) return json;
    return bufferOf(ofKinds(all ? entries : callable(entries, key, rules), kinds), { offset, limit, kinds });
  }

  /** GET /models/{id}, or by the workspace's own name for it. @throws NotFoundError */
  async one(workspaceId: string, key: KeyGrant, id: string): Promise<Model> {
    const [{ entries }, rules] = await Promise.all([this.listing(workspaceId), this.models.rules(workspaceId)]);
    const found = callable(entries, key, rules).find((entry) => entry.id === id);
    if (!found) throw new NotFoundError("This model");
    return found;
  }

  private async listing(workspaceId: string): Promise<Listing> {
    const { baseUrl, secret: apiKey, dispatcher } = await this.keyring.credentialFor(workspaceId);
    const client = new OpenRouterClient({ baseUrl, apiKey, ...(dispatcher && { dispatcher }) });
    // Endpoints of one address list the same for every key, but a private one may not: its lists are kept apart.
    const key = dispatcher ? `${workspaceId} ${baseUrl}` : baseUrl;
    try {
      return (await this.listings.fetch(key, { context: () => client.models({}, "all") }))!;
    } catch (error) {
      throw error instanceof ProviderError ? new UpstreamError(error) : error;
    }
  }
}

/** What a key may call, and before it the workspace's own names: entries of the models that they stand for, under these names. */
function callable(entries: readonly Model[], { models }: KeyGrant, rules: ModelRules): Model[] {
  const mayCall = (name: string): boolean => models === null || models.includes(name);
  const named = Object.entries(rules.row.aliases).flatMap(([id, model]) => {
    const entry = entries.find((one) => one.id === model);
    return entry && rules.allows(model) && (mayCall(id) || mayCall(model)) ? [{ ...entry, id }] : [];
  });
  const own = new Set(named.map(({ id }) => id));
  return [...named, ...entries.filter(({ id }) => !own.has(id) && rules.allows(id) && mayCall(id))];
}

type Lookup = () => Promise<readonly Model[]>;

function listingOf(models: readonly Model[]): Listing {
  const entries = models.map((model) => ({ ...model, object: "model", owned_by: model.id.split("/", 1)[0] ?? "" }));
  return { entries, json: bufferOf(ofKinds(entries, TEXT), {}) };
}

/** Endpoints other than OpenRouter say nothing of it: their models count as those that answer in text. */
function ofKinds(entries: readonly Model[], kinds: string): readonly Model[] {
  const wanted = new Set(kinds.split(","));
  if (wanted.has("all")) return entries;
  return entries.filter(({ architecture }) => {
    const given: unknown = (architecture as { output_modalities?: unknown } | undefined)?.output_modalities;
    return Array.isArray(given) ? given.some((kind) => wanted.has(String(kind))) : wanted.has(TEXT);
  });
}

/** OpenAI's list, with the fields that OpenRouter's own SDK walks it by. */
function bufferOf(
  entries: readonly Model[],
  {
    offset = 0,
    limit = entries.length,
    kinds = TEXT,
  }: { offset?: number | undefined; limit?: number | undefined; kinds?: string },
): Buffer {
  const data = entries.slice(offset, offset + limit);
  const more = offset + data.length < entries.length && data.length > 0;
  const kept = kinds === TEXT ? "" : `&output_modalities=${encodeURIComponent(kinds)}`;
  const next = more ? `/v1/models?offset=${offset + data.length}&limit=${limit}${kept}` : null;
  return Buffer.from(JSON.stringify({ object: "list", data, total_count: entries.length, links: { next } }));
}

/** A number of a query; undefined for what is none: clients send all kinds of filters here. */
function whole(text: unknown): number | undefined {
  return typeof text === "string" && /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}
