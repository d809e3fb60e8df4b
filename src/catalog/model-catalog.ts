// The provider's models: a short memory in the process, 15 minutes in Redis, the last good copy in the database.
import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Injectable, type OnApplicationShutdown } from "@nestjs/common";
import { LRUCache } from "lru-cache";
import { Config } from "#libs/config/index";
import { UnavailableError } from "#libs/errors/index";
import { Logger } from "#libs/observability/index";
import { OpenRouterClient } from "#libs/openrouter/index";
import { type Catalog, fetchCatalog } from "./catalog.js";
import { CatalogRepository } from "./catalog.repository.js";
import { CatalogCache, FRESH_MS } from "./catalog-cache.js";
import { type ModelView } from "./model.view.js";
import { answersInText } from "./read-model.js";

/** The process's own copy, ms: spares a round trip and half a megabyte of JSON a request. */
const MEMORY_MS = 30_000;
/** A provider that failed is left alone for so long, ms, by all processes. */
const PAUSE_MS = 30_000;
/** Who does not wait for a copy looks so often whether there is a newer one, ms. */
const PEEK_MS = 1_000;
/** With no copy at all a reader waits for the first one so long, and looks so often, ms. */
const FIRST_WAIT_MS = 25_000;
const FIRST_LOOK_MS = 100;

/** A catalog as the process keeps it. */
interface Known {
  catalog: Catalog;
  /** Those that can be chatted with, in order of their ids. */
  chat: ModelView[];
  byName: Map<string, ModelView>;
}

/** What is listed, and how old it is. */
export interface Listing {
  models: ModelView[];
  /** When the provider listed it, epoch ms. */
  asOf: number;
  /** The provider has not answered for longer than a copy is fresh. */
  stale: boolean;
}

@Injectable()
export class ModelCatalog implements OnApplicationShutdown {
  /** SHA-256 of the provider's address. */
  private readonly source: string;
  private readonly memory: LRUCache<string, Known>;
  private readonly stopping = new AbortController();
  private renewing: Promise<Known | null> | null = null;
  private failedAt = Number.NEGATIVE_INFINITY;
  private peekedAt = Number.NEGATIVE_INFINITY;
  /** Outside of the transactions in which a model is looked up. */
  private readonly apart = AsyncLocalStorage.snapshot();

  constructor(
    private readonly config: Config,
    private readonly cache: CatalogCache,
    private readonly kept: CatalogRepository,
    private readonly logger: Logger,
  ) {
    this.source = createHash("sha256").update(config.openrouterBaseUrl).digest("hex");
    // Stale models are better than a wait: only who finds none at all waits for a load.
    this.memory = new LRUCache({
      max: 1,
      ttl: MEMORY_MS,
      allowStale: true,
      allowStaleOnFetchRejection: true,
      fetchMethod: () => this.load(),
    });
  }

  /**
   * The models that can be chatted with.
   * @throws UnavailableError when there is neither an answer of the provider nor a copy of an earlier one
   */
  async list(): Promise<ModelView[]> {
    return (await this.listing()).models;
  }

  /** As {@link list}, with its age. @throws UnavailableError */
  async listing(): Promise<Listing> {
    const { catalog, chat } = await this.known();
    return { models: chat, asOf: catalog.asOf, stale: !isFresh(catalog) };
  }

  /**
   * A model of any kind by its id or its permanent name; a variant (`…:nitro`) that is not listed is the model that it is of.
   * @returns null when it is not in the catalog, or there is none
   */
  async find(modelId: string): Promise<ModelView | null> {
    return named(await this.known().catch(() => null), modelId);
  }

  /** As {@link find} by the process's own copy, whatever its age; an old or missing one is renewed meanwhile. Never waits. */
  peek(modelId: string): ModelView | null {
    const now = performance.now();
    if (now - this.peekedAt > PEEK_MS) {
      this.peekedAt = now;
      // Renews only what is too old.
      this.apart(() => void this.memory.fetch(this.source).catch(() => undefined));
    }
    return named(this.memory.peek(this.source, { allowStale: true }), modelId);
  }

  /** Tokens; null when the model is not in the catalog or does not say. */
  async contextLength(modelId: string): Promise<number | null> {
    return (await this.find(modelId))?.contextLength ?? null;
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.renewing;
  }

  private async known(): Promise<Known> {
    const known = await this.memory.fetch(this.source);
    // A load that failed is told by nothing more than this when there was no earlier one.
    if (!known) throw new UnavailableError("The model catalog cannot be reached at the moment.");
    return known;
  }

  private async load(): Promise<Known> {
    const fresh = await this.cache.get(this.source);
    if (fresh) return toKnown(fresh);
    const last = await this.kept.last(this.source);
    if (!last) return this.first();
    if (isFresh(last)) await this.cache.set(this.source, last);
    else void this.renew().then((renewed) => renewed && this.memory.set(this.source, renewed));
    return toKnown(last);
  }

  /** There is no copy anywhere: whoever has the turn makes one, the others wait for it. */
  private async first(): Promise<Known> {
    const until = performance.now() + FIRST_WAIT_MS;
    while (performance.now() < until && !this.paused && !this.stopping.signal.aborted) {
      const renewed = await this.renew();
      if (renewed) return renewed;
      await sleep(FIRST_LOOK_MS);
      const others = (await this.cache.get(this.source)) ?? (await this.kept.last(this.source));
      if (others) return toKnown(others);
    }
    throw new UnavailableError("The model catalog cannot be reached at the moment.");
  }

  /** @returns null when it is another one's turn, or the provider does not answer; never throws */
  private renew(): Promise<Known | null> {
    this.renewing ??= this.renewInTurn().finally(() => {
      this.renewing = null;
    });
    return this.renewing;
  }

  private async renewInTurn(): Promise<Known | null> {
    if (this.paused) return null;
    const turn = await this.cache.takeTurn(this.source);
    if (turn === "failed") this.failedAt = performance.now();
    if (typeof turn === "string") return null;
    try {
      const { openrouterBaseUrl: baseUrl, openrouterApiKey: apiKey } = this.config;
      const client = new OpenRouterClient({ baseUrl, ...(apiKey && { apiKey }) });
      const catalog = await fetchCatalog(client, this.stopping.signal);
      await this.kept.keep(this.source, catalog);
      await this.cache.set(this.source, catalog);
      await this.cache.endTurn(turn);
      return toKnown(catalog);
    } catch (error) {
      this.failedAt = performance.now();
      this.logger.warn("catalog_refresh_failed", { error });
      await this.cache.endTurn(turn, PAUSE_MS);
      return null;
    }
  }

  private get paused(): boolean {
    return performance.now() - this.failedAt < PAUSE_MS;
  }
}

function named(known: Known | null | undefined, modelId: string): ModelView | null {
  return known?.byName.get(modelId) ?? known?.byName.get(modelId.replace(/:[^:]*$/, "")) ?? null;
}

function toKnown(catalog: Catalog): Known {
  const { models } = catalog;
  // Ids last: a model's own id is never hidden by a permanent name. Variants (`…:free`) share that name; it is the plain one's.
  const names = [
    ...models.toReversed().map((model) => [model.canonicalSlug, model] as const),
    ...models.map((model) => [model.id, model] as const),
  ];
  return { catalog, chat: models.filter(answersInText), byName: new Map(names) };
}

function isFresh({ asOf }: Catalog): boolean {
  return Date.now() - asOf < FRESH_MS;
}
