// Workspaces as other features and the command line need them: without routes.
import { Module } from "@nestjs/common";
import { AuthModule } from "#src/auth/auth.module";
import { VaultModule } from "#src/vault/vault.module";
import { AccountDeletion } from "./account-deletion.js";
import { DeletionPlans } from "./deletion-plan.js";
import { WorkspacesService } from "./workspaces.service.js";

@Module({
  imports: [AuthModule, VaultModule],
  providers: [WorkspacesService, AccountDeletion, DeletionPlans],
  exports: [WorkspacesService, AccountDeletion, DeletionPlans],
})
export class WorkspacesModule {}
