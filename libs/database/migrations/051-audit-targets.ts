// What was last done to something is looked up when a provider key is opened.
import { migration } from "./migration.js";

export const auditTargets = migration(51, "AuditTargets", [
  "CREATE INDEX ix_audit_events_target ON audit_events (chain, target_id, seq)",
]);
