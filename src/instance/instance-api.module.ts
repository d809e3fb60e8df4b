// The operator's side of the instance over REST.
import { Module } from "@nestjs/common";
import { AuthModule } from "#src/auth/auth.module";
import { AccountControl } from "./account-control.js";
import { InstanceAdminController } from "./instance-admin.controller.js";
import { InstanceDirectory } from "./instance-directory.js";

@Module({
  imports: [AuthModule],
  controllers: [InstanceAdminController],
  providers: [AccountControl, InstanceDirectory],
})
export class InstanceApiModule {}
