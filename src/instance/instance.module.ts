// All accounts and workspaces of the instance: for the operator's routes and command line.
import { Module } from "@nestjs/common";
import { AuthModule } from "#src/auth/auth.module";
import { WorkspacesModule } from "#src/workspaces/workspaces.module";
import { AccountControl } from "./account-control.js";
import { InstanceDirectory } from "./instance-directory.js";

@Module({
  imports: [AuthModule, WorkspacesModule],
  providers: [AccountControl, InstanceDirectory],
  exports: [AccountControl, InstanceDirectory, WorkspacesModule],
})
export class InstanceModule {}
