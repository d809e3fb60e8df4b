// What budgets are to those who make calls.
import { Module } from "@nestjs/common";
import { CatalogModule } from "#src/catalog/catalog.module";
import { UsageModule } from "#src/usage/usage.module";
import { Admission } from "./admission.js";
import { BudgetsRepository } from "./budgets.repository.js";
import { TypicalAnswers } from "./typical-answers.js";

@Module({
  imports: [CatalogModule, UsageModule],
  providers: [Admission, BudgetsRepository, TypicalAnswers],
  exports: [Admission, BudgetsRepository],
})
export class BudgetsModule {}
