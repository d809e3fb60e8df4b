// Accounts of sign-in providers that are linked to accounts here, and the memberships that hang on them.
import { migration } from "./migration.js";

export const identities = migration(25, "Identities", [
  `CREATE TABLE identities (
    id varchar(36) PRIMARY KEY NOT NULL,
    user_id varchar(36) NOT NULL,
    issuer varchar(500) NOT NULL,
    subject varchar(255) NOT NULL,
    email varchar(320),
    operator_granted integer NOT NULL,
    created_at bigint NOT NULL,
    last_used_at bigint NOT NULL,
    CONSTRAINT fk_identities_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
  )`,
  "CREATE UNIQUE INDEX uq_identities_subject ON identities (issuer, subject)",
  "CREATE UNIQUE INDEX uq_identities_user ON identities (user_id, issuer)",
  `CREATE TABLE identity_grants (
    identity_id varchar(36) NOT NULL,
    workspace_id varchar(36) NOT NULL,
    role_before varchar(10),
    PRIMARY KEY (identity_id, workspace_id),
    CONSTRAINT fk_identity_grants_identity FOREIGN KEY (identity_id) REFERENCES identities (id) ON DELETE CASCADE,
    CONSTRAINT fk_identity_grants_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE
  )`,
  "CREATE INDEX ix_identity_grants_workspace ON identity_grants (workspace_id)",
]);
