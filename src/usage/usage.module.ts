// The ledger of provider calls.
import { Module } from "@nestjs/common";
import { CatalogModule } from "#src/catalog/catalog.module";
import { CallList } from "./call-list.js";
import { CallSettlement } from "./call-settlement.js";
import { CallWriter } from "./call-writer.js";
import { CostCorrections } from "./cost-corrections.js";
import { GenerationNotes } from "./generation-notes.js";
import { ListPrices } from "./list-prices.js";
import { ProviderCallsRepository } from "./provider-calls.repository.js";
import { SpendingCounters } from "./spending-counters.js";

const PROVIDERS = [
  CallList,
  CallWriter,
  CostCorrections,
  ProviderCallsRepository,
  CallSettlement,
  GenerationNotes,
  ListPrices,
  SpendingCounters,
];

@Module({ imports: [CatalogModule], providers: PROVIDERS, exports: PROVIDERS })
export class UsageModule {}
