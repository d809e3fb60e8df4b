// Which provider key is used first, and by which key-encryption key a workspace key was wrapped.
import { migration } from "./migration.js";

export const vaultUse = migration(10, "VaultUse", [
  "ALTER TABLE provider_keys ADD COLUMN enabled integer NOT NULL DEFAULT 1",
  "ALTER TABLE provider_keys ADD COLUMN priority integer NOT NULL DEFAULT 100",
  "CREATE INDEX ix_provider_keys_use ON provider_keys (workspace_id, priority, id)",
  "ALTER TABLE workspace_deks ADD COLUMN kek_check varchar(16)",
]);
