// Answers that are kept for repeated POSTs with the same Idempotency-Key; sealed, and gone after a day.
import { migration } from "./migration.js";

export const idempotency = migration(9, "Idempotency", [
  `CREATE TABLE idempotency_keys (
    scope_hash varchar(64) PRIMARY KEY NOT NULL,
    kek_id varchar(32) NOT NULL,
    body_hash varchar(64) NOT NULL,
    claim varchar(36) NOT NULL,
    locked_until bigint NOT NULL,
    status integer,
    answer text,
    expires_at bigint NOT NULL
  )`,
  "CREATE INDEX ix_idempotency_keys_expires ON idempotency_keys (expires_at)",
]);
