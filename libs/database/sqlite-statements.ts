// Statements of one SQLite connection, prepared once each: the ORM's query runner costs as much again as most queries.
import { LRUCache } from "lru-cache";
import type { DataSource } from "typeorm";

/** The part of better-sqlite3's interface that is used here; both of its builds have it. */
interface Statement {
  readonly reader: boolean;
  all(...params: unknown[]): unknown[];
  run(...params: unknown[]): { changes: number };
}
interface Connection {
  prepare(sql: string): Statement;
}

/** What a statement came to. */
export interface SqliteResult {
  rows: unknown[];
  /** Rows that a write without RETURNING changed. */
  changed: number;
}

/** More than there are texts in the code; those made for lists of ids may come and go. */
const MOST_PREPARED = 500;

export class SqliteStatements {
  private readonly connection: Connection;
  private readonly prepared = new LRUCache<string, Statement>({ max: MOST_PREPARED });

  /** @param source an initialised data source of the better-sqlite3 driver */
  constructor(source: DataSource) {
    this.connection = (source.driver as unknown as { databaseConnection: Connection }).databaseConnection;
  }

  /** Runs one statement. @throws the driver's SqliteError */
  run(sql: string, params: readonly unknown[] = []): SqliteResult {
    const statement = this.statement(sql);
    if (statement.reader) {
      const rows = statement.all(...params);
      return { rows, changed: rows.length };
    }
    return { rows: [], changed: statement.run(...params).changes };
  }

  /** Runs one write once for each list of values. @returns how many rows each one changed. @throws as {@link run} */
  runMany(sql: string, lists: readonly (readonly unknown[])[]): number[] {
    const statement = this.statement(sql);
    return lists.map((params) => statement.run(...params).changes);
  }

  private statement(sql: string): Statement {
    let statement = this.prepared.get(sql);
    if (!statement) {
      statement = this.connection.prepare(sql);
      this.prepared.set(sql, statement);
    }
    return statement;
  }
}
