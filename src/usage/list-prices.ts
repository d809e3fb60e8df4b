// What a call's tokens cost by the price list: an estimate beside what the provider charged.
import { Injectable } from "@nestjs/common";
import { tokensPriceUsd } from "#src/catalog/list-price";
import { type ModelView } from "#src/catalog/model.view";
import { ModelCatalog } from "#src/catalog/model-catalog";

/** What a price is worked out from; null or absent: not told by the provider. */
export interface PricedTokens {
  promptTokens?: number | null;
  completionTokens?: number | null;
  cachedTokens?: number | null;
  cacheWriteTokens?: number | null;
}

@Injectable()
export class ListPrices {
  constructor(private readonly catalog: ModelCatalog) {}

  /**
   * By the prices that this process has at hand: it never waits.
   * @param model by which name the catalog may know it
   * @returns exact decimal in USD; null when tokens or prices are not known
   */
  atHand(model: string | null | undefined, tokens: PricedTokens, at: number): string | null {
    if (typeof model !== "string" || typeof tokens.promptTokens !== "number") return null;
    return priceOf(this.catalog.peek(model), tokens, at);
  }

  /** As {@link atHand}, by the catalog wherever it is. */
  async find(model: string, tokens: PricedTokens, at: number): Promise<string | null> {
    if (typeof tokens.promptTokens !== "number") return null;
    return priceOf(await this.catalog.find(model), tokens, at);
  }
}

function priceOf(model: ModelView | null, tokens: PricedTokens, at: number): string | null {
  if (!model) return null;
  const { promptTokens, completionTokens, cachedTokens, cacheWriteTokens } = tokens;
  // Embeddings have no completion.
  const use = {
    promptTokens: promptTokens ?? 0,
    completionTokens: completionTokens ?? 0,
    cachedTokens: cachedTokens ?? 0,
    cacheWriteTokens: cacheWriteTokens ?? 0,
  };
  // Counts are somebody else's data.
  if (!Object.values(use).every((count) => Number.isSafeInteger(count) && count >= 0)) return null;
  return tokensPriceUsd(model.pricing, use, new Date(at));
}
