// The worker's side of usage: reconciliation.

import { Module } from "@nestjs/common";
import { VaultModule } from "#src/vault/vault.module";
import { ReconcileCallProcessor } from "./reconcile-call.processor.js";
import { UsageModule } from "./usage.module.js";

@Module({ imports: [UsageModule, VaultModule], providers: [ReconcileCallProcessor] })
export class UsageWorkerModule {}
