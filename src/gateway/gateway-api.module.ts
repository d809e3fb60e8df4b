// The gateway's side of the API process; its routes are added by `addGateway`.
import { Module } from "@nestjs/common";
import { UsageModule } from "#src/usage/usage.module";
import { VaultModule } from "#src/vault/vault.module";
import { Gateway } from "./gateway.js";
import { GatewayModels } from "./gateway-models.js";
import { GatewayProcessesRepository } from "./gateway-processes.repository.js";
import { OpenCalls } from "./open-calls.js";

@Module({
  imports: [UsageModule, VaultModule],
  providers: [Gateway, GatewayModels, GatewayProcessesRepository, OpenCalls],
  exports: [Gateway, GatewayModels],
})
export class GatewayApiModule {}
