// The gateway's side of the API process; its routes are added by `addGateway`.
import { Module } from "@nestjs/common";
import { AuthModule } from "#src/auth/auth.module";
import { BudgetsModule } from "#src/budgets/budgets.module";
import { CatalogModule } from "#src/catalog/catalog.module";
import { RealtimeModule } from "#src/realtime/realtime.module";
import { UsageModule } from "#src/usage/usage.module";
import { VaultModule } from "#src/vault/vault.module";
import { AnswerCache } from "./answer-cache.js";
import { CallLimits } from "./call-limits.js";
import { Gateway } from "./gateway.js";
import { GatewayDoor } from "./gateway-door.js";
import { GatewayLogsController } from "./gateway-logs.controller.js";
import { GatewayLogs } from "./gateway-logs.js";
import { GatewayLogsRepository } from "./gateway-logs.repository.js";
import { GatewayModels } from "./gateway-models.js";
import { GatewayProcessesRepository } from "./gateway-processes.repository.js";
import { GatewaySettingsController } from "./gateway-settings.controller.js";
import { GatewaySettingsService } from "./gateway-settings.js";
import { KeepAnswers } from "./keep-answers.js";
import { KeyWatch } from "./key-watch.js";
import { OpenCalls } from "./open-calls.js";
import { RequestLog } from "./request-log.js";

@Module({
  imports: [AuthModule, BudgetsModule, CatalogModule, RealtimeModule, UsageModule, VaultModule],
  controllers: [GatewaySettingsController, GatewayLogsController],
  providers: [
    CallLimits,
    AnswerCache,
    Gateway,
    GatewayDoor,
    GatewayLogs,
    GatewayLogsRepository,
    GatewayModels,
    GatewayProcessesRepository,
    GatewaySettingsService,
    KeepAnswers,
    KeyWatch,
    OpenCalls,
    RequestLog,
  ],
  exports: [GatewayDoor, GatewayModels],
})
export class GatewayApiModule {}
