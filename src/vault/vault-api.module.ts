// Provider keys over REST.
import { Module } from "@nestjs/common";
import { TestKey } from "./test-key.js";
import { VaultController } from "./vault.controller.js";
import { VaultModule } from "./vault.module.js";

@Module({ imports: [VaultModule], controllers: [VaultController], providers: [TestKey] })
export class VaultApiModule {}
