// Which provider keys were refused, and until when others go first; the ledger by provider key.
import { migration } from "./migration.js";

export const keyPauses = migration(50, "KeyPauses", [
  "ALTER TABLE provider_keys ADD COLUMN paused_reason varchar(40)",
  "ALTER TABLE provider_keys ADD COLUMN paused_until bigint",
  `CREATE INDEX ix_provider_calls_provider_key ON provider_calls (workspace_id, provider_key_id, created_at)
   WHERE provider_key_id IS NOT NULL`,
]);
