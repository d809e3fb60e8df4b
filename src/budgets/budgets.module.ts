// What budgets are to those who make calls.
import { Module } from "@nestjs/common";
import { CatalogModule } from "#src/catalog/catalog.module";
import { UsageModule } from "#src/usage/usage.module";
import { Admission } from "./admission.js";
import { BudgetsRepository } from "./budgets.repository.js";
import { TypicalAnswers } from "./typical-answers.js";
import { UnknownPrices } from "./unknown-prices.js";

@Module({
  imports: [CatalogModule, UsageModule],
  providers: [Admission, BudgetsRepository, TypicalAnswers, UnknownPrices],
  exports: [Admission, BudgetsRepository, UnknownPrices],
})
export class BudgetsModule {}
