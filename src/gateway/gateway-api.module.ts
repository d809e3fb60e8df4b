// The gateway's side of the API process; its routes are added by `addGateway`.
import { Module } from "@nestjs/common";
import { AuthModule } from "#src/auth/auth.module";
import { BudgetsModule } from "#src/budgets/budgets.module";
import { CatalogModule } from "#src/catalog/catalog.module";
import { RealtimeModule } from "#src/realtime/realtime.module";
import { UsageModule } from "#src/usage/usage.module";
import { VaultModule } from "#src/vault/vault.module";
import { Gateway } from "./gateway.js";
import { GatewayModels } from "./gateway-models.js";
import { GatewayProcessesRepository } from "./gateway-processes.repository.js";
import { KeyWatch } from "./key-watch.js";
import { OpenCalls } from "./open-calls.js";

@Module({
  imports: [AuthModule, BudgetsModule, CatalogModule, RealtimeModule, UsageModule, VaultModule],
  providers: [Gateway, GatewayModels, GatewayProcessesRepository, KeyWatch, OpenCalls],
  exports: [Gateway, GatewayModels],
})
export class GatewayApiModule {}
