// Who lets calls through whose price nobody knows, and what such a call holds in the budgets. Subjects: "instance", "w:<workspace>".
import { migration } from "./migration.js";

export const unknownPrices = migration(87, "UnknownPrices", [
  `CREATE TABLE unknown_prices (
    subject varchar(80) PRIMARY KEY NOT NULL,
    workspace_id varchar(36),
    held_pico bigint NOT NULL,
    updated_at bigint NOT NULL,
    CONSTRAINT fk_unknown_prices_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE
  )`,
  "CREATE INDEX ix_unknown_prices_workspace ON unknown_prices (workspace_id)",
]);
