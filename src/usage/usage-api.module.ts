// What the ledger tells features that it knows, through their ports.
import { Global, Module } from "@nestjs/common";
import { CatalogModule } from "#src/catalog/catalog.module";
import { KeySpending } from "#src/vault/key-spending";
import { LedgerKeySpending } from "./ledger-key-spending.js";
import { PricesAtHand } from "./prices-at-hand.js";

/** Global, because the vault knows the port alone. */
@Global()
@Module({
  imports: [CatalogModule],
  providers: [{ provide: KeySpending, useClass: LedgerKeySpending }, PricesAtHand],
  exports: [KeySpending],
})
export class UsageApiModule {}
