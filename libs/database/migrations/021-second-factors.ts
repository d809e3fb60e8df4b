// The second factor of accounts: a sealed TOTP secret and the recovery codes that are left.
import { migration } from "./migration.js";

export const secondFactors = migration(21, "SecondFactors", [
  `CREATE TABLE second_factors (
    user_id varchar(36) PRIMARY KEY NOT NULL,
    sealed varchar(400) NOT NULL,
    last_step bigint NOT NULL,
    failures integer NOT NULL,
    failed_at bigint NOT NULL,
    confirmed_at bigint,
    CONSTRAINT fk_second_factors_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
  )`,
  `CREATE TABLE recovery_codes (
    user_id varchar(36) NOT NULL,
    code_hash varchar(64) NOT NULL,
    PRIMARY KEY (user_id, code_hash),
    CONSTRAINT fk_recovery_codes_factor FOREIGN KEY (user_id) REFERENCES second_factors (user_id) ON DELETE CASCADE
  )`,
]);
