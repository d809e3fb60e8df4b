// The worker's side of the vault: rotation of the master key.
import { Module } from "@nestjs/common";
import { masterKeyAnswers } from "./master-key-answers.provider.js";
import { RotateMasterKeyProcessor } from "./rotate-master-key.processor.js";
import { VaultModule } from "./vault.module.js";

@Module({ imports: [VaultModule], providers: [RotateMasterKeyProcessor, masterKeyAnswers("worker")] })
export class VaultWorkerModule {}
