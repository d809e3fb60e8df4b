// Passkeys: public keys of authenticators (WebAuthn).
import { migration } from "./migration.js";

export const passkeys = migration(23, "Passkeys", [
  `CREATE TABLE passkeys (
    id varchar(36) PRIMARY KEY NOT NULL,
    user_id varchar(36) NOT NULL,
    credential_id varchar(1400) NOT NULL,
    public_key text NOT NULL,
    counter bigint NOT NULL,
    transports varchar(200) NOT NULL,
    rp_id varchar(253) NOT NULL,
    name varchar(100) NOT NULL,
    created_at bigint NOT NULL,
    last_used_at bigint,
    CONSTRAINT fk_passkeys_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
  )`,
  "CREATE UNIQUE INDEX ux_passkeys_credential ON passkeys (credential_id)",
  "CREATE INDEX ix_passkeys_user ON passkeys (user_id, id)",
]);
