// Opens the database, and says in plain words why that does not work: one line that names the variable, no stack.
import { DataSource, type DataSourceOptions } from "typeorm";
import { ConfigError, StartFault } from "#libs/config/index";

/** What PostgreSQL says to a wrong user, password or database name (SQLSTATE). */
const REFUSED: Record<string, string> = {
  "28000": "names a user whom the server does not let in",
  "28P01": "has a password that the server refuses",
  "3D000": "names a database that the server does not have",
};
/** The server is not there, or not yet: another start may find it. */
const AWAY = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "57P03"]);

/** The file, or a folder on the way to it, cannot be made or opened. */
const NOT_OPENED = new Set(["SQLITE_CANTOPEN", "EEXIST", "ENOTDIR", "EACCES", "EPERM", "EROFS"]);

/** @throws ConfigError when the configuration is wrong, StartFault when the server is away */
export async function openDataSource(options: DataSourceOptions): Promise<DataSource> {
  try {
    return await new DataSource(options).initialize();
  } catch (error) {
    throw faultOf(error, options) ?? error;
  }
}

function faultOf(error: unknown, { type, database }: DataSourceOptions): Error | undefined {
  const code = String((error as { code?: unknown }).code);
  if (type === "postgres") {
    const refused = REFUSED[code];
    if (refused) return new ConfigError([`DATABASE_URL ${refused}`]);
    return AWAY.has(code) ? new StartFault(`The server of DATABASE_URL cannot be reached (${code}).`) : undefined;
  }
  if (code === "SQLITE_NOTADB")
    return new ConfigError([`DATABASE_KEY is not the key of ${String(database)}, or that is no SQLite file`]);
  if (NOT_OPENED.has(code)) return new ConfigError([`DATABASE_URL: ${String(database)} cannot be opened`]);
  return undefined;
}
