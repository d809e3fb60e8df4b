// Calls of the gateway: the platform key that asked, and the process that runs them, so that a dead process's calls are found.
import { migration } from "./migration.js";

export const gateway = migration(70, "Gateway", [
  "ALTER TABLE provider_calls ADD COLUMN api_key_id varchar(36)",
  "ALTER TABLE provider_calls ADD COLUMN process_id varchar(36)",
  "CREATE INDEX ix_provider_calls_process ON provider_calls (process_id) WHERE process_id IS NOT NULL",
  `CREATE TABLE gateway_processes (
    id varchar(36) PRIMARY KEY NOT NULL,
    seen_at bigint NOT NULL
  )`,
]);
