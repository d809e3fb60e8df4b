// Costs that turned out otherwise after they were settled: rows that are only added to. And how far each workspace's calls were asked about again.
import { migration } from "./migration.js";

const tables = [
  `CREATE TABLE cost_corrections (
    id varchar(36) PRIMARY KEY NOT NULL,
    call_id varchar(36) NOT NULL,
    seq integer NOT NULL,
    workspace_id varchar(36) NOT NULL,
    call_at bigint NOT NULL,
    cost_before_usd varchar(100) NOT NULL,
    cost_after_usd varchar(100) NOT NULL,
    delta_pico bigint NOT NULL,
    source varchar(20) NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT fk_cost_corrections_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    CONSTRAINT fk_cost_corrections_call FOREIGN KEY (call_id) REFERENCES provider_calls (id) ON DELETE CASCADE
  )`,
  "CREATE UNIQUE INDEX uq_cost_corrections_call ON cost_corrections (call_id, seq)",
  "CREATE INDEX ix_cost_corrections_time ON cost_corrections (workspace_id, call_at)",
  `CREATE TABLE cost_rechecks (
    workspace_id varchar(36) PRIMARY KEY NOT NULL,
    call_at bigint NOT NULL,
    call_id varchar(36) NOT NULL,
    next_at bigint NOT NULL,
    CONSTRAINT fk_cost_rechecks_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE
  )`,
  "CREATE INDEX ix_cost_rechecks_next ON cost_rechecks (next_at)",
];

const TEXT = "cost corrections are only added";
// They go with their workspace alone: its row is gone when theirs are deleted.
const THERE = "EXISTS (SELECT 1 FROM workspaces WHERE id = OLD.workspace_id)";

const onSqlite = [
  `CREATE TRIGGER tr_cost_corrections_update BEFORE UPDATE ON cost_corrections
   BEGIN SELECT RAISE(ABORT, '${TEXT}'); END`,
  `CREATE TRIGGER tr_cost_corrections_delete BEFORE DELETE ON cost_corrections WHEN ${THERE}
   BEGIN SELECT RAISE(ABORT, '${TEXT}'); END`,
];

const onPostgres = [
  `CREATE FUNCTION cost_corrections_kept() RETURNS trigger AS $$ BEGIN
     IF TG_OP = 'DELETE' AND NOT ${THERE} THEN RETURN OLD; END IF;
     RAISE EXCEPTION '${TEXT}';
   END $$ LANGUAGE plpgsql`,
  `CREATE TRIGGER tr_cost_corrections_kept BEFORE UPDATE OR DELETE ON cost_corrections FOR EACH ROW
   EXECUTE FUNCTION cost_corrections_kept()`,
];

export const costCorrections = migration(92, "CostCorrections", (kind) => [
  ...tables,
  ...(kind === "sqlite" ? onSqlite : onPostgres),
]);
