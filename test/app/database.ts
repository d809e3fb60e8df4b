// The database of a test instance: a SQLite file, an encrypted one, or a private PostgreSQL.
import { startPostgres } from "./postgres.js";

export const DATABASES = ["sqlite", "sqlite-encrypted", "postgres"] as const;
/** On which database an instance runs. The same suite must pass on each. */
export type DatabaseKind = (typeof DATABASES)[number];

/** What an instance needs to know to use its database. */
export interface TestDatabase {
  env: Record<string, string>;
  /** Where a server of its own keeps its files. */
  folder?: string;
  /** What a server of its own says. */
  output?: () => string;
  stop(): Promise<void>;
}

/** Makes a fresh, empty database; SQLite's file lies in the instance's data folder. */
export async function aDatabase(kind: DatabaseKind): Promise<TestDatabase> {
  const stop = async (): Promise<void> => undefined;
  if (kind === "sqlite") return { env: {}, stop };
  if (kind === "sqlite-encrypted") return { env: { DATABASE_KEY: "a key of the tests, 42 times random" }, stop };
  const postgres = await startPostgres();
  const { url, folder, output, stop: stopServer } = postgres;
  return { env: { DATABASE_URL: url }, folder, output, stop: stopServer };
}
