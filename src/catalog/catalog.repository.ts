// The catalog in the database: the last good copy, and prices over time.
import { Injectable } from "@nestjs/common";
import { Database, newId } from "#libs/database/index";
import { CatalogCopy, ModelPrices } from "./catalog.entity.js";
import { type Catalog } from "./catalog.js";
import { type ModelPricingView } from "./model-pricing.view.js";

@Injectable()
export class CatalogRepository {
  constructor(private readonly db: Database) {}

  /** What a provider listed when it last answered; null when it never has. @param source see {@link CatalogCopy.source} */
  async last(source: string): Promise<Catalog | null> {
    const [row] = await this.db.select(CatalogCopy, "WHERE id = 1 AND source = ?", [source]);
    return row ? { asOf: row.fetchedAt, models: JSON.parse(row.models) } : null;
  }

  /** Keeps a newer copy, and the prices that have changed; an older one than is kept already changes nothing. */
  async keep(source: string, { asOf, models }: Catalog): Promise<void> {
    await this.db.transaction(async () => {
      await this.db.execute(
        "INSERT INTO catalog_copy (id, source, models, fetched_at) VALUES (1, ?, '[]', 0) ON CONFLICT (id) DO NOTHING",
        [source],
      );
      // The row is the lock: whoever comes second finds a copy that is as new as theirs.
      const newer = await this.db.execute(
        "UPDATE catalog_copy SET source = ?, models = ?, fetched_at = ? WHERE id = 1 AND (fetched_at < ? OR source <> ?)",
        [source, JSON.stringify(models), asOf, asOf, source],
      );
      if (newer === 0) return;
      const prices = models.map(({ id, pricing }) => [id, JSON.stringify(pricing)] as const);
      await this.keepPrices(new Map(prices), asOf);
    });
  }

  /** Newest first. @param before only those that held earlier than from this time on, epoch ms */
  async prices(modelId: string, limit: number, before?: number): Promise<ModelPrices[]> {
    return this.db.select(ModelPrices, "WHERE model_id = ? AND valid_from < ? ORDER BY valid_from DESC LIMIT ?", [
      modelId,
      before ?? Number.MAX_SAFE_INTEGER,
      limit,
    ]);
  }

  /** What a model was listed at, at a time (epoch ms); null when it was not listed then. */
  async pricesAt(modelId: string, at: number): Promise<ModelPricingView | null> {
    const [row] = await this.db.select(
      ModelPrices,
      "WHERE model_id = ? AND valid_from <= ? AND (valid_until IS NULL OR valid_until > ?)",
      [modelId, at, at],
    );
    return row?.pricing ?? null;
  }

  private async keepPrices(listed: ReadonlyMap<string, string>, at: number): Promise<void> {
    const open = await this.db.query<{ id: string; modelId: string; pricing: string }>(
      'SELECT id, model_id AS "modelId", pricing FROM model_prices WHERE valid_until IS NULL',
    );
    const same = new Set<string>();
    for (const { id, modelId, pricing } of open) {
      if (listed.get(modelId) === pricing) same.add(modelId);
      else {
        // A clock that was set back must not make a price end before it began.
        await this.db.execute(
          "UPDATE model_prices SET valid_until = CASE WHEN valid_from < ? THEN ? ELSE valid_from + 1 END WHERE id = ?",
          [at, at, id],
        );
      }
    }
    const ended = await this.db.query<{ modelId: string; last: string | number }>(
      'SELECT model_id AS "modelId", MAX(valid_until) AS last FROM model_prices WHERE valid_until IS NOT NULL GROUP BY model_id',
    );
    const earliest = new Map(ended.map(({ modelId, last }) => [modelId, Number(last)]));
    for (const [modelId, pricing] of listed) {
      if (same.has(modelId)) continue;
      const from = Math.max(at, earliest.get(modelId) ?? 0);
      await this.db.insert("model_prices", { id: newId(), model_id: modelId, pricing, valid_from: from });
    }
  }
}
