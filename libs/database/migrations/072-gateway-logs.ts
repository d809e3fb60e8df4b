// Requests and answers of the gateway that a workspace logs, sealed, and its choice to do so.
import { migration } from "./migration.js";

export const gatewayLogs = migration(72, "GatewayLogs", [
  "ALTER TABLE gateway_settings ADD COLUMN log_on integer NOT NULL DEFAULT 0",
  "ALTER TABLE gateway_settings ADD COLUMN log_days integer NOT NULL DEFAULT 30",
  `CREATE TABLE gateway_logs (
    id varchar(36) PRIMARY KEY NOT NULL,
    workspace_id varchar(36) NOT NULL,
    path varchar(40) NOT NULL,
    status varchar(10) NOT NULL,
    http_status integer,
    streamed integer NOT NULL,
    request_bytes integer NOT NULL,
    request_cut integer NOT NULL,
    answer_bytes integer NOT NULL,
    answer_cut integer NOT NULL,
    dek_version integer NOT NULL,
    sealed text NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT fk_gateway_logs_call FOREIGN KEY (id) REFERENCES provider_calls (id) ON DELETE CASCADE,
    CONSTRAINT fk_gateway_logs_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE
  )`,
  "CREATE INDEX ix_gateway_logs_time ON gateway_logs (workspace_id, created_at, id)",
  "CREATE INDEX ix_gateway_logs_dek ON gateway_logs (workspace_id, dek_version)",
]);
