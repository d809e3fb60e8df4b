// The audit log: chains of events that are only ever added to, the newest of each, and the keys of personal detail.
import { migration } from "./migration.js";

const tables = [
  `CREATE TABLE audit_events (
    chain varchar(36) NOT NULL,
    seq integer NOT NULL,
    at bigint NOT NULL,
    action varchar(60) NOT NULL,
    user_id varchar(36),
    key_id varchar(36),
    target_type varchar(40),
    target_id varchar(80),
    facts text,
    subject varchar(60),
    detail text,
    mac varchar(64) NOT NULL,
    CONSTRAINT pk_audit_events PRIMARY KEY (chain, seq)
  )`,
  "CREATE INDEX ix_audit_events_action ON audit_events (chain, action, seq)",
  "CREATE INDEX ix_audit_events_user ON audit_events (chain, user_id, seq)",
  `CREATE TABLE audit_heads (
    chain varchar(36) PRIMARY KEY NOT NULL,
    seq integer NOT NULL,
    mac varchar(64) NOT NULL
  )`,
  `CREATE TABLE audit_subjects (
    subject varchar(60) PRIMARY KEY NOT NULL,
    wrapped varchar(120) NOT NULL
  )`,
];

// Whoever writes an event over must first take the trigger away, and is found by the chain all the same.
const TEXT = "audit events are only added";

const onSqlite = ["UPDATE", "DELETE"].map(
  (what) => `CREATE TRIGGER tr_audit_events_${what.toLowerCase()} BEFORE ${what} ON audit_events
   BEGIN SELECT RAISE(ABORT, '${TEXT}'); END`,
);

const onPostgres = [
  `CREATE FUNCTION audit_events_kept() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION '${TEXT}'; END $$ LANGUAGE plpgsql`,
  `CREATE TRIGGER tr_audit_events_kept BEFORE UPDATE OR DELETE ON audit_events FOR EACH ROW
   EXECUTE FUNCTION audit_events_kept()`,
];

export const audit = migration(40, "Audit", (kind) => [...tables, ...(kind === "sqlite" ? onSqlite : onPostgres)]);
