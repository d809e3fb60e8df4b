// The audit log over REST.
import { Module } from "@nestjs/common";
import { AuditController } from "./audit.controller.js";
import { AuditModule } from "./audit.module.js";
import { InstanceAuditController } from "./instance-audit.controller.js";

@Module({ imports: [AuditModule], controllers: [AuditController, InstanceAuditController] })
export class AuditApiModule {}
