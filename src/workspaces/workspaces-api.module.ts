// Workspaces over REST.

import { Module } from "@nestjs/common";
import { AuthModule } from "#src/auth/auth.module";
import { AccountDeletionController } from "./account-deletion.controller.js";
import { AccountProof } from "./account-proof.js";
import { InvitesService } from "./invites.service.js";
import { WorkspaceController, WorkspacesController } from "./workspaces.controller.js";
import { WorkspacesModule } from "./workspaces.module.js";

@Module({
  imports: [AuthModule, WorkspacesModule],
  controllers: [WorkspacesController, WorkspaceController, AccountDeletionController],
  providers: [InvitesService, AccountProof],
})
export class WorkspacesApiModule {}
