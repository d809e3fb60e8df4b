// The ledger and its reports over REST.

import { Module } from "@nestjs/common";
import { CatalogModule } from "#src/catalog/catalog.module";
import { UsageModule } from "#src/usage/usage.module";
import { AnalyticsController } from "./analytics.controller.js";
import { CallsExport } from "./calls-export.js";
import { ReconciliationReport } from "./reconciliation.js";
import { UsageReport } from "./usage-report.js";
import { UsageSummary } from "./usage-summary.js";

@Module({
  imports: [CatalogModule, UsageModule],
  controllers: [AnalyticsController],
  providers: [CallsExport, ReconciliationReport, UsageReport, UsageSummary],
})
export class AnalyticsApiModule {}
