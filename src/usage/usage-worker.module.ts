// The worker's side of usage: reconciliation.

import { Module } from "@nestjs/common";
import { CatalogModule } from "#src/catalog/catalog.module";
import { VaultModule } from "#src/vault/vault.module";
import { PricesAtHand } from "./prices-at-hand.js";
import { ReconcileCallProcessor } from "./reconcile-call.processor.js";
import { UsageModule } from "./usage.module.js";

@Module({ imports: [CatalogModule, UsageModule, VaultModule], providers: [PricesAtHand, ReconcileCallProcessor] })
export class UsageWorkerModule {}
