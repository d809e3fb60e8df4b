// Pages of the ledger, newest first, by each thing that can be filtered. What most rows have nothing of is not in an index, which is
// what makes room for the new ones: a call is no more entries than before.
import { migration } from "./migration.js";

const index = (name: string, columns: string, where?: string, unique = ""): string =>
  `CREATE ${unique}INDEX ${name} ON provider_calls (${columns})${where ? ` WHERE ${where}` : ""}`;

export const callFilters = migration(93, "CallFilters", [
  ...[
    "uq_provider_calls_generation",
    "ix_provider_calls_workspace",
    "ix_provider_calls_message",
    "ix_provider_calls_reconcile",
    "ix_provider_calls_api_key",
    "ix_provider_calls_time",
    "ix_provider_calls_provider_key",
  ].map((name) => `DROP INDEX ${name}`),
  index("uq_provider_calls_generation", "generation_id", "generation_id IS NOT NULL", "UNIQUE "),
  index("ix_provider_calls_message", "message_id", "message_id IS NOT NULL"),
  index("ix_provider_calls_reconcile", "reconcile_at", "reconcile_at IS NOT NULL"),
  index("ix_provider_calls_time", "workspace_id, created_at, id"),
  index("ix_provider_calls_model", "workspace_id, model, created_at, id"),
  index("ix_provider_calls_member", "workspace_id, user_id, created_at, id"),
  index("ix_provider_calls_kind", "workspace_id, kind, created_at, id"),
  index("ix_provider_calls_api_key", "api_key_id, workspace_id, created_at, id", "api_key_id IS NOT NULL"),
  index(
    "ix_provider_calls_provider_key",
    "provider_key_id, workspace_id, created_at, id",
    "provider_key_id IS NOT NULL",
  ),
  index(
    "ix_provider_calls_conversation",
    "conversation_id, workspace_id, created_at, id",
    "conversation_id IS NOT NULL",
  ),
  index("ix_provider_calls_state", "workspace_id, state, created_at, id", "state <> 'final'"),
  index("ix_provider_calls_error", "workspace_id, error_code, created_at, id", "error_code IS NOT NULL"),
  // By an expression, so that SQLite prefers it to the index of all calls by time.
  index(
    "ix_provider_calls_failed",
    "workspace_id, (CASE WHEN error_code IS NULL THEN 0 ELSE 1 END), created_at, id",
    "error_code IS NOT NULL",
  ),
]);
