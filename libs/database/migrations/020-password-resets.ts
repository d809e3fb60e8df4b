// One-time links that set a password.
import { migration } from "./migration.js";

export const passwordResets = migration(20, "PasswordResets", [
  `CREATE TABLE password_resets (
    token_hash varchar(64) PRIMARY KEY NOT NULL,
    user_id varchar(36) NOT NULL,
    expires_at bigint NOT NULL,
    CONSTRAINT fk_password_resets_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
  )`,
  "CREATE INDEX ix_password_resets_user ON password_resets (user_id)",
]);
