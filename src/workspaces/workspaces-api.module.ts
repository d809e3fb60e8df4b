// Workspaces over REST.

import { Module } from "@nestjs/common";
import { AuthModule } from "#src/auth/auth.module";
import { VaultModule } from "#src/vault/vault.module";
import { InvitesService } from "./invites.service.js";
import { WorkspaceController, WorkspacesController } from "./workspaces.controller.js";
import { WorkspacesService } from "./workspaces.service.js";

@Module({
  imports: [AuthModule, VaultModule],
  controllers: [WorkspacesController, WorkspaceController],
  providers: [WorkspacesService, InvitesService],
})
export class WorkspacesApiModule {}
