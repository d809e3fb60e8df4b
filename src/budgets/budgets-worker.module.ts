// The worker's side of budgets: alerts.
import { Module } from "@nestjs/common";
import { RealtimeModule } from "#src/realtime/realtime.module";
import { BudgetAlerts } from "./budget-alerts.js";
import { BudgetsModule } from "./budgets.module.js";

@Module({ imports: [BudgetsModule, RealtimeModule], providers: [BudgetAlerts], exports: [BudgetAlerts] })
export class BudgetsWorkerModule {}
