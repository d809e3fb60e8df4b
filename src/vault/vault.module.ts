// Provider keys at rest.
import { Module } from "@nestjs/common";
import { VaultService } from "./vault.service.js";
import { WorkspaceKeys } from "./workspace-keys.js";

@Module({ providers: [VaultService, WorkspaceKeys], exports: [VaultService] })
export class VaultModule {}
