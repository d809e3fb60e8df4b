// The models as clients of the gateway list them: OpenRouter's entries whole, with the two fields that OpenAI's have.
import { Injectable } from "@nestjs/common";
import { LRUCache } from "lru-cache";
import { NotFoundError } from "#libs/errors/index";
import { type Model, OpenRouterClient, ProviderError } from "#libs/openrouter/index";
import { type KeyGrant } from "#src/auth/actor";
import { VaultService } from "#src/vault/vault.service";
import { UpstreamError } from "./upstream-error.js";

/** Catalogs of so many provider addresses are kept. */
const MOST = 50;
/** Contract §4: models are refreshed with a TTL of 15 minutes. */
const FRESH_MS = 15 * 60_000;

/** A list as it goes out. */
interface Listing {
  entries: Model[];
  /** The answer for a key without a list of models of its own. */
  json: Buffer;
}

@Injectable()
export class GatewayModels {
  private readonly listings: LRUCache<string, Listing, Lookup>;

  constructor(private readonly vault: VaultService) {
    this.listings = new LRUCache({
      max: MOST,
      ttl: FRESH_MS,
      allowStale: true,
      allowStaleOnFetchRejection: true,
      fetchMethod: async (_key, _stale, { context }) => listingOf(await context()),
    });
  }

  /** GET /models. @throws UpstreamError when there is neither an answer nor an earlier one */
  async list(workspaceId: string, { models }: KeyGrant): Promise<Buffer> {
    const { entries, json } = await this.listing(workspaceId);
    return models === null ? json : bufferOf(entries.filter(({ id }) => models.includes(id)));
  }

  /** GET /models/{id}. @throws NotFoundError */
  async one(workspaceId: string, { models }: KeyGrant, id: string): Promise<Model> {
    const { entries } = await this.listing(workspaceId);
    const found = entries.find((entry) => entry.id === id);
    if (!found || (models !== null && !models.includes(id))) throw new NotFoundError("This model");
    return found;
  }

  private async listing(workspaceId: string): Promise<Listing> {
    const { baseUrl, secret: apiKey, dispatcher } = await this.vault.credentialFor(workspaceId);
    const client = new OpenRouterClient({ baseUrl, apiKey, ...(dispatcher && { dispatcher }) });
    // Endpoints of one address list the same for every key, but a private one may not: its lists are kept apart.
    const key = dispatcher ? `${workspaceId} ${baseUrl}` : baseUrl;
    try {
      return (await this.listings.fetch(key, { context: () => client.models() }))!;
    } catch (error) {
      throw error instanceof ProviderError ? new UpstreamError(error) : error;
    }
  }
}

type Lookup = () => Promise<readonly Model[]>;

function listingOf(models: readonly Model[]): Listing {
  const entries = models.map((model) => ({ ...model, object: "model", owned_by: model.id.split("/", 1)[0] ?? "" }));
  return { entries, json: bufferOf(entries) };
}

function bufferOf(entries: readonly Model[]): Buffer {
  return Buffer.from(JSON.stringify({ object: "list", data: entries }));
}
