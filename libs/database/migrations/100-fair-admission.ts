// Answers that wait for their turn: handed to the queue only once they are admitted.
import { migration } from "./migration.js";

export const fairAdmission = migration(100, "FairAdmission", [
  "ALTER TABLE generations ADD COLUMN admitted_at bigint",
  "UPDATE generations SET admitted_at = created_at",
  "CREATE INDEX ix_generations_waiting ON generations (workspace_id, user_id, message_id) WHERE admitted_at IS NULL",
  "CREATE INDEX ix_generations_admitted ON generations (workspace_id, user_id) WHERE admitted_at IS NOT NULL",
]);
