// Budgets, and what has been spent and reserved under them. Subjects: "instance", "w:<workspace>", "m:<workspace>:<user>", "k:<platform key>".
import { migration } from "./migration.js";

export const budgets = migration(80, "Budgets", [
  `CREATE TABLE budgets (
    subject varchar(80) NOT NULL,
    period varchar(5) NOT NULL,
    workspace_id varchar(36),
    soft_pico bigint,
    hard_pico bigint,
    updated_at bigint NOT NULL,
    CONSTRAINT pk_budgets PRIMARY KEY (subject, period),
    CONSTRAINT fk_budgets_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE
  )`,
  "CREATE INDEX ix_budgets_workspace ON budgets (workspace_id)",
  `CREATE TABLE spending_counters (
    subject varchar(80) NOT NULL,
    period varchar(5) NOT NULL,
    start varchar(10) NOT NULL,
    workspace_id varchar(36),
    spent bigint NOT NULL,
    reserved bigint NOT NULL,
    told integer NOT NULL,
    CONSTRAINT pk_spending_counters PRIMARY KEY (subject, period, start),
    CONSTRAINT fk_spending_counters_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE
  )`,
  "CREATE INDEX ix_spending_counters_workspace ON spending_counters (workspace_id)",
  "ALTER TABLE provider_calls ADD COLUMN reserved_pico bigint",
  "CREATE INDEX ix_provider_calls_api_key ON provider_calls (api_key_id)",
  "ALTER TABLE generations ADD COLUMN api_key_id varchar(36)",
]);
