// The worker's side of usage: reconciliation.

import { Module } from "@nestjs/common";
import { CatalogModule } from "#src/catalog/catalog.module";
import { VaultModule } from "#src/vault/vault.module";
import { GenerationRecords } from "./generation-records.js";
import { PricesAtHand } from "./prices-at-hand.js";
import { RecheckCallProcessor } from "./recheck-call.processor.js";
import { RecheckCosts } from "./recheck-costs.js";
import { ReconcileCallProcessor } from "./reconcile-call.processor.js";
import { UsageModule } from "./usage.module.js";

@Module({
  imports: [CatalogModule, UsageModule, VaultModule],
  providers: [GenerationRecords, PricesAtHand, RecheckCallProcessor, RecheckCosts, ReconcileCallProcessor],
})
export class UsageWorkerModule {}
