// What a workspace allows, calls and prefers, what each member keeps at hand, and the names by which models were asked for.
import { migration } from "./migration.js";

export const workspaceModels = migration(86, "WorkspaceModels", [
  `CREATE TABLE workspace_models (
    workspace_id varchar(36) PRIMARY KEY NOT NULL,
    allowed text,
    default_model varchar(200),
    aliases text NOT NULL,
    updated_at bigint NOT NULL,
    CONSTRAINT fk_workspace_models_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE
  )`,
  `CREATE TABLE model_favourites (
    workspace_id varchar(36) NOT NULL,
    user_id varchar(36) NOT NULL,
    model_id varchar(200) NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT pk_model_favourites PRIMARY KEY (workspace_id, user_id, model_id),
    CONSTRAINT fk_model_favourites_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id) ON DELETE CASCADE,
    CONSTRAINT fk_model_favourites_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
  )`,
  "CREATE INDEX ix_model_favourites_user ON model_favourites (user_id)",
  "ALTER TABLE generations ADD COLUMN alias varchar(64)",
  "ALTER TABLE provider_calls ADD COLUMN alias varchar(64)",
]);
