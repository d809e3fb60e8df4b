// Platform keys of programs, and the instance's own secrets.
import { migration } from "./migration.js";

export const platformKeys = migration(30, "PlatformKeys", [
  `CREATE TABLE instance_secrets (
    name varchar(40) PRIMARY KEY NOT NULL,
    kek_id varchar(32) NOT NULL,
    kek_check varchar(16) NOT NULL,
    wrapped varchar(200) NOT NULL,
    created_at bigint NOT NULL
  )`,
  `CREATE TABLE api_keys (
    id varchar(36) PRIMARY KEY NOT NULL,
    workspace_id varchar(36) NOT NULL,
    user_id varchar(36) NOT NULL,
    name varchar(100) NOT NULL,
    token_hash varchar(64) NOT NULL,
    masked varchar(20) NOT NULL,
    scopes text NOT NULL,
    models text,
    budget_usd varchar(61),
    budget_period varchar(10),
    requests_per_minute integer,
    expires_at bigint,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    last_used_at bigint,
    revoked_at bigint,
    CONSTRAINT fk_api_keys_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    CONSTRAINT fk_api_keys_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
  )`,
  "CREATE INDEX ix_api_keys_workspace ON api_keys (workspace_id, id)",
  "CREATE INDEX ix_api_keys_user ON api_keys (workspace_id, user_id, id)",
]);
