// The worker's side of the audit log: anchors.
import { Module } from "@nestjs/common";
import { AnchorHeads } from "./anchor-heads.js";
import { AuditModule } from "./audit.module.js";

@Module({ imports: [AuditModule], providers: [AnchorHeads] })
export class AuditWorkerModule {}
