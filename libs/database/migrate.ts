// Runs migrations: once, by the launcher or the operator's CLI, before api and worker start.

import { open } from "node:fs/promises";
import { type Config } from "#libs/config/index";
import { dataSourceOptions } from "./data-source.js";
import { openDataSource } from "./open.js";

/** Any fixed number: the PostgreSQL advisory lock under which one process migrates while others wait. */
const ADVISORY_LOCK = 7_276_539;

/**
 * Brings the schema up to date. Safe to call from two processes at once.
 * @returns the names of the migrations that ran now
 * @throws ConfigError, StartFault when the database cannot be opened
 */
export async function migrate(config: Config): Promise<string[]> {
  if (config.database.kind === "sqlite") await makePrivate(config.database.file);
  const source = await openDataSource(dataSourceOptions(config, "migrator"));
  try {
    if (config.database.kind === "postgres") await source.query(`SELECT pg_advisory_lock(${ADVISORY_LOCK})`);
    const ran = await source.runMigrations({ transaction: "each" });
    if (config.database.kind === "postgres") await source.query(`SELECT pg_advisory_unlock(${ADVISORY_LOCK})`);
    return ran.map((migration) => migration.name);
  } finally {
    await source.destroy();
  }
}

/** A file that is new is its owner's alone; SQLite makes those beside it with the same rights. A fault is told by who opens it next. */
async function makePrivate(file: string): Promise<void> {
  const made = await open(file, "ax", 0o600).catch(() => undefined);
  await made?.close();
}
