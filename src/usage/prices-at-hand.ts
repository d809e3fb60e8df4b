// Has the price list in this process before its first call ends: the end of a call does not wait for prices.
import { Injectable, type OnApplicationBootstrap } from "@nestjs/common";
import { ModelCatalog } from "#src/catalog/model-catalog";

@Injectable()
export class PricesAtHand implements OnApplicationBootstrap {
  constructor(private readonly catalog: ModelCatalog) {}

  /** Boots without it, too: it is tried again with the first call. */
  onApplicationBootstrap(): void {
    this.catalog.peek("");
  }
}
