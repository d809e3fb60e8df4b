// Reports read the ledger by workspace and time, or by workspace and what is grouped.
import { migration } from "./migration.js";

export const analytics = migration(90, "Analytics", [
  "CREATE INDEX ix_provider_calls_time ON provider_calls (workspace_id, created_at)",
]);
