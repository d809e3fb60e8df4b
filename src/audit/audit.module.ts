// The audit log: recorder for every feature, reader and verifier for the doors.
import { Global, Module } from "@nestjs/common";
import { AuditTrail } from "#src/auth/audit-trail";
import { Anchors } from "./anchors.js";
import { AuditLog } from "./audit-log.js";
import { AuditRecorder } from "./audit-recorder.js";
import { AuditVerifier } from "./audit-verifier.js";
import { EraseDetail } from "./erase-detail.js";
import { PersonalDetails } from "./personal-details.js";

/** Global, because every feature records what it does; they know the port alone. */
@Global()
@Module({
  providers: [
    PersonalDetails,
    AuditRecorder,
    { provide: AuditTrail, useExisting: AuditRecorder },
    Anchors,
    AuditVerifier,
    AuditLog,
    EraseDetail,
  ],
  exports: [AuditTrail, AuditVerifier, AuditLog, Anchors, PersonalDetails, EraseDetail],
})
export class AuditModule {}
