// Accounts can be disabled, and more than one may be an operator; which one was the first is kept apart.
import { migration } from "./migration.js";

export const accountState = migration(61, "AccountState", [
  "ALTER TABLE users ADD COLUMN disabled_at bigint",
  "ALTER TABLE users ADD COLUMN is_first integer NOT NULL DEFAULT 0",
  "UPDATE users SET is_first = is_operator",
  // Of two first registrations at once only one can win.
  "CREATE UNIQUE INDEX uq_users_first ON users (is_first) WHERE is_first = 1",
  "DROP INDEX uq_users_operator",
]);
