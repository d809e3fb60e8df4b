// Data source options for the three databases: SQLite, encrypted SQLite, PostgreSQL.
import { createRequire } from "node:module";
import pg from "pg";
import type { DataSourceOptions, EntitySchema } from "typeorm";
import { type Config } from "#libs/config/index";
import { migrations } from "./migrations/index.js";
import { SnakeCaseNaming } from "./naming.js";

export type Entities = (new () => object)[] | EntitySchema[];
/** `writer`: all transactions; `reader`: SQLite's read-only connection; `migrator`: waits long for locks. */
export type ConnectionRole = "writer" | "reader" | "migrator";

/** SQLite before 3.51.3 may corrupt a WAL file that two processes checkpoint (sqlite.org, WAL-reset bug). */
const OLDEST_SQLITE = [3, 51, 3];
/** The driver's own, synchronous wait for a lock, ms. The writer's is next to nothing: it stops the event loop, and GroupCommit waits without that. */
const BUSY_TIMEOUT_MS: Record<ConnectionRole, number> = { writer: 1, reader: 1_000, migrator: 10_000 };

// int8 comes as text from pg; everything that we keep in one (epoch ms, counts) is below 2^53. Sums are cast to text.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

interface SqliteConnection {
  pragma(text: string): unknown;
  prepare(sql: string): { pluck(): { get(): unknown } };
}

function refuseOldSqlite(connection: SqliteConnection): void {
  const version = String(connection.prepare("SELECT sqlite_version()").pluck().get());
  const parts = version.split(".").map(Number);
  const first = OLDEST_SQLITE.findIndex((part, index) => (parts[index] ?? 0) !== part);
  if (first >= 0 && (parts[first] ?? 0) < OLDEST_SQLITE[first]!) {
    throw new Error(`SQLite ${version} can corrupt WAL files (fixed in 3.51.3); refusing to open the database with it`);
  }
}

/** The writer's commits are brought to the disk by `LogSync`, outside of the event loop; nobody hears of them before. */
const SYNCHRONOUS: Record<ConnectionRole, string> = { writer: "NORMAL", reader: "FULL", migrator: "FULL" };

function prepare(role: ConnectionRole, key: string | undefined): (connection: SqliteConnection) => void {
  return (connection) => {
    if (key !== undefined) {
      connection.pragma("cipher='sqlcipher'");
      connection.pragma("legacy=4");
      connection.pragma(`key='${key.replaceAll("'", "''")}'`);
    }
    refuseOldSqlite(connection);
    connection.pragma(`synchronous = ${SYNCHRONOUS[role]}`);
    connection.pragma("temp_store = MEMORY");
    connection.pragma("secure_delete = ON");
    connection.pragma("cache_size = -16000");
  };
}

/** Options of one connection (SQLite) or pool (PostgreSQL) of the configured database. */
export function dataSourceOptions(config: Config, role: ConnectionRole, entities: Entities = []): DataSourceOptions {
  const common = { entities, migrations, namingStrategy: new SnakeCaseNaming(), logging: false as const };
  if (config.database.kind === "postgres") {
    return { ...common, type: "postgres", url: config.database.url, poolSize: config.databasePool };
  }
  const { file, key } = config.database;
  const driver = key === undefined ? {} : { driver: createRequire(import.meta.url)("better-sqlite3-multiple-ciphers") };
  return {
    ...common,
    ...driver,
    type: "better-sqlite3",
    database: file,
    enableWAL: role !== "reader",
    readonly: role === "reader",
    fileMustExist: role === "reader",
    timeout: BUSY_TIMEOUT_MS[role],
    statementCacheSize: 500,
    prepareDatabase: prepare(role, key),
  };
}
