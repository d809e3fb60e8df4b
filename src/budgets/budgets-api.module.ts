// Budgets over REST.
import { Module } from "@nestjs/common";
import { UsageModule } from "#src/usage/usage.module";
import { BudgetsController, InstanceBudgetsController } from "./budgets.controller.js";
import { BudgetsModule } from "./budgets.module.js";
import { BudgetsService } from "./budgets.service.js";

@Module({
  imports: [BudgetsModule, UsageModule],
  controllers: [BudgetsController, InstanceBudgetsController],
  providers: [BudgetsService],
})
export class BudgetsApiModule {}
