// Provider keys over REST.
import { Module } from "@nestjs/common";
import { masterKeyAnswers } from "./master-key-answers.provider.js";
import { ProviderKeysService } from "./provider-keys.service.js";
import { RotationController } from "./rotation.controller.js";
import { TestKey } from "./test-key.js";
import { VaultController } from "./vault.controller.js";
import { VaultModule } from "./vault.module.js";
import { VaultStateController } from "./vault-state.controller.js";

@Module({
  imports: [VaultModule],
  controllers: [VaultController, VaultStateController, RotationController],
  providers: [ProviderKeysService, TestKey, masterKeyAnswers("API")],
})
export class VaultApiModule {}
