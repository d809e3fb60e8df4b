// Answers of the gateway that a workspace keeps for a while, its choice to do so, and the mark of a call that one answered.
import { migration } from "./migration.js";

export const gatewayCache = migration(71, "GatewayCache", [
  `CREATE TABLE gateway_settings (
    workspace_id varchar(36) PRIMARY KEY NOT NULL,
    cache_on integer NOT NULL,
    cache_ttl_s integer NOT NULL,
    updated_at bigint NOT NULL,
    CONSTRAINT fk_gateway_settings_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE
  )`,
  `CREATE TABLE gateway_answers (
    workspace_id varchar(36) NOT NULL,
    request varchar(64) NOT NULL,
    sealed text NOT NULL,
    bytes integer NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    CONSTRAINT pk_gateway_answers PRIMARY KEY (workspace_id, request),
    CONSTRAINT fk_gateway_answers_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE
  )`,
  "CREATE INDEX ix_gateway_answers_end ON gateway_answers (expires_at)",
  "ALTER TABLE provider_calls ADD COLUMN from_cache integer",
]);
