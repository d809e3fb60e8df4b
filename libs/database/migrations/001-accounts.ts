// Accounts, sessions, workspaces, members, invites.
import { migration } from "./migration.js";

export const accounts = migration(1, "Accounts", [
  `CREATE TABLE users (
    id varchar(36) PRIMARY KEY NOT NULL,
    email varchar(320) NOT NULL,
    name varchar(100) NOT NULL,
    password_hash varchar(300) NOT NULL,
    is_operator integer NOT NULL,
    created_at bigint NOT NULL
  )`,
  "CREATE UNIQUE INDEX uq_users_email ON users (email)",
  // There is one instance owner at most: of two first registrations at once only one can win.
  "CREATE UNIQUE INDEX uq_users_operator ON users (is_operator) WHERE is_operator = 1",
  `CREATE TABLE sessions (
    id varchar(36) PRIMARY KEY NOT NULL,
    user_id varchar(36) NOT NULL,
    token_hash varchar(64) NOT NULL,
    user_agent varchar(300),
    created_at bigint NOT NULL,
    last_seen_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    CONSTRAINT fk_sessions_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
  )`,
  "CREATE UNIQUE INDEX uq_sessions_token ON sessions (token_hash)",
  "CREATE INDEX ix_sessions_user ON sessions (user_id)",
  `CREATE TABLE workspaces (
    id varchar(36) PRIMARY KEY NOT NULL,
    name varchar(100) NOT NULL,
    created_at bigint NOT NULL
  )`,
  `CREATE TABLE members (
    workspace_id varchar(36) NOT NULL,
    user_id varchar(36) NOT NULL,
    role varchar(10) NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, user_id),
    CONSTRAINT fk_members_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    CONSTRAINT fk_members_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
  )`,
  "CREATE INDEX ix_members_user ON members (user_id)",
  `CREATE TABLE invites (
    id varchar(36) PRIMARY KEY NOT NULL,
    workspace_id varchar(36) NOT NULL,
    role varchar(10) NOT NULL,
    email varchar(320),
    token_hash varchar(64) NOT NULL,
    created_by varchar(36) NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    CONSTRAINT fk_invites_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE
  )`,
  "CREATE UNIQUE INDEX uq_invites_token ON invites (token_hash)",
  "CREATE INDEX ix_invites_workspace ON invites (workspace_id, id)",
]);
