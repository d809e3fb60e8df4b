// The only place that knows which database is behind: SQL differences, error classes, placeholders.
import { QueryFailedError } from "typeorm";

/** SQLite or PostgreSQL; everything that differs between them is a member here. */
export interface Dialect {
  readonly kind: "sqlite" | "postgres";
  /** Turns `?` placeholders into the driver's own. SQL texts hold no literal question marks. */
  placeholders(sql: string): string;
  /** Appended to a SELECT whose rows are about to be changed; SQLite's writer is alone anyway. */
  readonly forUpdate: string;
  /** Keeps other writers out of a table until the transaction ends; SQLite's writer is alone anyway. */
  lockTable(db: { execute(sql: string): Promise<unknown> }, table: string): Promise<void>;
  /** Keeps those out who would {@link lockTable}, until the transaction ends, as every write to the table does. */
  holdTable(db: { execute(sql: string): Promise<unknown> }, table: string): Promise<void>;
  /** Appended to a SELECT of rows to be changed, without those that others hold. */
  readonly skipLocked: string;
  /** Keeps everybody else out who asks for the same name, until the transaction ends; SQLite's writer is alone anyway. */
  lockName(db: { query(sql: string, params: readonly string[]): Promise<unknown> }, name: string): Promise<void>;
}

const sqlite: Dialect = {
  kind: "sqlite",
  placeholders: (sql) => sql,
  forUpdate: "",
  skipLocked: "",
  lockName: () => Promise.resolve(),
  lockTable: () => Promise.resolve(),
  holdTable: () => Promise.resolve(),
};

const numbered = new Map<string, string>();
const postgres: Dialect = {
  kind: "postgres",
  placeholders(sql) {
    let result = numbered.get(sql);
    if (result === undefined) {
      let n = 0;
      result = sql.replace(/\?/g, () => `$${++n}`);
      if (numbered.size > 2_000) numbered.clear();
      numbered.set(sql, result);
    }
    return result;
  },
  forUpdate: " FOR UPDATE",
  skipLocked: " FOR UPDATE SKIP LOCKED",
  async lockName(db, name) {
    await db.query("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", [name]);
  },
  async lockTable(db, table) {
    // Against ROW EXCLUSIVE, which every write takes; readers go on (PostgreSQL manual, 13.3.1).
    await db.execute(`LOCK TABLE ${table} IN SHARE ROW EXCLUSIVE MODE`);
  },
  async holdTable(db, table) {
    await db.execute(`LOCK TABLE ${table} IN ROW EXCLUSIVE MODE`);
  },
};

/** @param kind the configured database */
export function dialectOf(kind: Dialect["kind"]): Dialect {
  return kind === "sqlite" ? sqlite : postgres;
}

function driverCode(error: unknown): string | undefined {
  const inner = error instanceof QueryFailedError ? error.driverError : error;
  const code = (inner as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : undefined;
}

/** True when another connection holds the lock that this statement needs. */
export function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(driverCode(error) ?? "");
}

/** True for a broken UNIQUE or PRIMARY KEY constraint (SQLITE_CONSTRAINT_*, SQLSTATE 23505). */
export function isUniqueViolation(error: unknown): boolean {
  return ["SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "23505"].includes(driverCode(error) ?? "");
}
