// Provider keys, sealed, and the workspace keys that seal them.
import { migration } from "./migration.js";

export const vault = migration(2, "Vault", [
  `CREATE TABLE workspace_deks (
    workspace_id varchar(36) NOT NULL,
    version integer NOT NULL,
    kek_id varchar(32) NOT NULL,
    wrapped text NOT NULL,
    state varchar(12) NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, version),
    CONSTRAINT fk_workspace_deks_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE
  )`,
  `CREATE TABLE provider_keys (
    id varchar(36) PRIMARY KEY NOT NULL,
    workspace_id varchar(36) NOT NULL,
    provider varchar(20) NOT NULL,
    label varchar(100) NOT NULL,
    base_url varchar(500),
    sealed text NOT NULL,
    secret_version integer NOT NULL,
    masked varchar(40) NOT NULL,
    fingerprint varchar(8) NOT NULL,
    created_by varchar(36) NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    last_used_at bigint,
    CONSTRAINT fk_provider_keys_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE
  )`,
  "CREATE INDEX ix_provider_keys_workspace ON provider_keys (workspace_id, id)",
]);
