// Whose the kept answers of POSTs are: they go with the account. Null: nobody was signed in.
import { migration } from "./migration.js";

export const idempotencyAccounts = migration(101, "IdempotencyAccounts", [
  `ALTER TABLE idempotency_keys ADD COLUMN user_id varchar(36)
   CONSTRAINT fk_idempotency_keys_user REFERENCES users (id) ON DELETE CASCADE`,
  "CREATE INDEX ix_idempotency_keys_user ON idempotency_keys (user_id)",
]);
