// The last good copy of the provider's catalog, and what each model has cost over time.
import { migration } from "./migration.js";

export const catalog = migration(85, "Catalog", [
  `CREATE TABLE catalog_copy (
    id integer PRIMARY KEY NOT NULL,
    source varchar(64) NOT NULL,
    models text NOT NULL,
    fetched_at bigint NOT NULL,
    CONSTRAINT ck_catalog_copy_one CHECK (id = 1)
  )`,
  `CREATE TABLE model_prices (
    id varchar(36) PRIMARY KEY NOT NULL,
    model_id varchar(200) NOT NULL,
    pricing text NOT NULL,
    valid_from bigint NOT NULL,
    valid_until bigint,
    CONSTRAINT ck_model_prices_time CHECK (valid_until IS NULL OR valid_until > valid_from)
  )`,
  "CREATE UNIQUE INDEX uq_model_prices_from ON model_prices (model_id, valid_from)",
  "CREATE UNIQUE INDEX uq_model_prices_open ON model_prices (model_id) WHERE valid_until IS NULL",
]);
