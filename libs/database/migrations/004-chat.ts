// Conversations, the message tree, and the table of what is being generated.
import { migration } from "./migration.js";

const tables = [
  `CREATE TABLE conversations (
    id varchar(36) PRIMARY KEY NOT NULL,
    workspace_id varchar(36) NOT NULL,
    created_by varchar(36),
    title varchar(300) NOT NULL,
    model varchar(200) NOT NULL,
    system_prompt text,
    params text NOT NULL,
    pinned integer NOT NULL,
    archived integer NOT NULL,
    folder_id varchar(36),
    tags text NOT NULL,
    retention_days integer,
    legal_hold integer NOT NULL,
    active_leaf_id varchar(36),
    cost_usd varchar(100) NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    CONSTRAINT fk_conversations_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE
  )`,
  "CREATE INDEX ix_conversations_list ON conversations (workspace_id, updated_at, id)",
  `CREATE TABLE messages (
    id varchar(36) PRIMARY KEY NOT NULL,
    workspace_id varchar(36) NOT NULL,
    conversation_id varchar(36) NOT NULL,
    parent_id varchar(36),
    role varchar(10) NOT NULL,
    status varchar(12) NOT NULL,
    attempt integer NOT NULL,
    content text NOT NULL,
    reasoning text,
    reasoning_details text,
    tool_calls text,
    annotations text,
    model varchar(200),
    provider varchar(100),
    params text,
    finish_reason varchar(100),
    prompt_tokens integer,
    completion_tokens integer,
    reasoning_tokens integer,
    cached_tokens integer,
    cost_usd varchar(100),
    cost_state varchar(12) NOT NULL,
    latency_ms integer,
    first_token_ms integer,
    generation_id varchar(200),
    error text,
    stream_cuts text,
    client_message_id varchar(64),
    request_hash varchar(64),
    created_by varchar(36),
    created_at bigint NOT NULL,
    completed_at bigint,
    CONSTRAINT fk_messages_conversation FOREIGN KEY (conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
  )`,
  "CREATE UNIQUE INDEX uq_messages_client_message ON messages (conversation_id, client_message_id)",
  "CREATE INDEX ix_messages_conversation ON messages (conversation_id, id)",
  "CREATE INDEX ix_messages_parent ON messages (parent_id)",
  `CREATE TABLE generations (
    message_id varchar(36) PRIMARY KEY NOT NULL,
    workspace_id varchar(36) NOT NULL,
    conversation_id varchar(36) NOT NULL,
    user_id varchar(36),
    kind varchar(12) NOT NULL,
    epoch integer NOT NULL,
    attempt integer NOT NULL,
    worker_id varchar(60),
    lease_until bigint,
    sweep_at bigint NOT NULL,
    stop_requested integer NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT fk_generations_message FOREIGN KEY (message_id) REFERENCES messages (id) ON DELETE CASCADE
  )`,
  "CREATE INDEX ix_generations_sweep ON generations (sweep_at)",
  "CREATE INDEX ix_generations_conversation ON generations (conversation_id)",
];

// What a person has seen as final stays: a late worker, a bug or a second ending cannot change it.
const FROZEN = "('completed', 'stopped', 'interrupted', 'failed')";
const CHANGED = ["status", "content", "attempt"];

const frozenOnSqlite = [
  `CREATE TRIGGER tr_messages_frozen BEFORE UPDATE OF ${CHANGED.join(", ")} ON messages
   WHEN OLD.status IN ${FROZEN} AND (${CHANGED.map((column) => `NEW.${column} IS NOT OLD.${column}`).join(" OR ")})
   BEGIN SELECT RAISE(ABORT, 'a terminal message never changes'); END`,
];

const frozenOnPostgres = [
  `CREATE FUNCTION messages_frozen() RETURNS trigger AS $$
   BEGIN RAISE EXCEPTION 'a terminal message never changes'; END $$ LANGUAGE plpgsql`,
  `CREATE TRIGGER tr_messages_frozen BEFORE UPDATE OF ${CHANGED.join(", ")} ON messages FOR EACH ROW
   WHEN (OLD.status IN ${FROZEN} AND (${CHANGED.map((column) => `NEW.${column} IS DISTINCT FROM OLD.${column}`).join(" OR ")}))
   EXECUTE FUNCTION messages_frozen()`,
];

export const chat = migration(4, "Chat", (kind) => [
  ...tables,
  ...(kind === "sqlite" ? frozenOnSqlite : frozenOnPostgres),
]);
