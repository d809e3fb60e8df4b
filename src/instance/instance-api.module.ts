// The operator's side of the instance over REST.
import { Module } from "@nestjs/common";
import { InstanceModule } from "./instance.module.js";
import { InstanceAdminController } from "./instance-admin.controller.js";

@Module({ imports: [InstanceModule], controllers: [InstanceAdminController] })
export class InstanceApiModule {}
