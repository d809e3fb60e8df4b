// The provider's models: 15 minutes in Redis, a last good copy behind it, and a short memory in the process.

import { Injectable } from "@nestjs/common";
import { Config } from "#libs/config/index";
import { UnavailableError } from "#libs/errors/index";
import { Logger } from "#libs/observability/index";
import { type Model, OpenRouterClient } from "#libs/openrouter/index";
import { PREFIX, RedisClients } from "#libs/redis/index";
import { type ModelView, toModelView } from "./model.view.js";

const FRESH_KEY = `${PREFIX}:models`;
const LAST_KEY = `${PREFIX}:models:last`;
/** Contract §4: refreshed with a TTL of 15 minutes. */
const TTL_S = 15 * 60;
/** The process's own copy, ms: spares a round trip and half a megabyte of JSON a request. */
const MEMORY_MS = 30_000;

@Injectable()
export class ModelCatalog {
  private memory: { models: ModelView[]; byId: Map<string, ModelView>; readAt: number } | null = null;
  private loading: Promise<void> | null = null;

  constructor(
    private readonly config: Config,
    private readonly redis: RedisClients,
    private readonly logger: Logger,
  ) {}

  /** @throws UnavailableError when there is neither an answer of the provider nor a copy of an earlier one */
  async list(): Promise<ModelView[]> {
    await this.ensure();
    if (!this.memory) throw new UnavailableError("The model catalog cannot be reached at the moment.");
    return this.memory.models;
  }

  /** @returns the model, or for a variant (`…:nitro`) that is not listed the one that it is of; null when it is not in the catalog */
  async find(modelId: string): Promise<ModelView | null> {
    await this.ensure().catch(() => undefined);
    const listed = this.memory?.byId;
    return listed?.get(modelId) ?? listed?.get(modelId.replace(/:[^:]*$/, "")) ?? null;
  }

  /** Tokens; null when the model is not in the catalog or does not say. */
  async contextLength(modelId: string): Promise<number | null> {
    return (await this.find(modelId))?.contextLength ?? null;
  }

  private async ensure(): Promise<void> {
    if (this.memory && performance.now() - this.memory.readAt < MEMORY_MS) return;
    // Stale models are better than a wait: only the very first reader waits for the load.
    this.loading ??= this.load().finally(() => {
      this.loading = null;
    });
    if (!this.memory) await this.loading;
  }

  private async load(): Promise<void> {
    const fresh = await this.redis.main.get(FRESH_KEY).catch(() => null);
    if (fresh) {
      this.remember(JSON.parse(fresh) as ModelView[]);
      return;
    }
    try {
      const { openrouterBaseUrl: baseUrl, openrouterApiKey: apiKey } = this.config;
      const models = await new OpenRouterClient({ baseUrl, ...(apiKey && { apiKey }) }).models();
      this.remember(models.filter(answersInText).map(toModelView));
      const text = JSON.stringify(this.memory?.models);
      await this.redis.main
        .pipeline()
        .set(FRESH_KEY, text, "EX", TTL_S)
        .set(LAST_KEY, text)
        .exec()
        .catch(() => undefined);
    } catch (error) {
      this.logger.warn("catalog_refresh_failed", { error });
      const last = await this.redis.main.get(LAST_KEY).catch(() => null);
      if (last) this.remember(JSON.parse(last) as ModelView[]);
      else if (this.memory) this.memory.readAt = performance.now();
    }
  }

  private remember(models: ModelView[]): void {
    this.memory = { models, byId: new Map(models.map((model) => [model.id, model])), readAt: performance.now() };
  }
}

/** Models for embeddings, speech or reranking have no place in a chat. */
function answersInText(model: Model): boolean {
  return model.architecture?.output_modalities?.includes("text") ?? true;
}
