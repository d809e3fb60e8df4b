// Ambient transactions, reads and writes over TypeORM data sources.
import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { DataSource, EntityManager, EntityTarget, ObjectLiteral, QueryRunner, Repository } from "typeorm";
import { type Dialect } from "./dialect.js";
import { type DoneWhen, GroupCommit } from "./group-commit.js";
import { LogSync } from "./log-sync.js";
import { SqliteStatements } from "./sqlite-statements.js";

/** A checkpoint that others are in the way of is tried so often, with so many ms between. */
const EMPTY_LOG_TRIES = 20;
const EMPTY_LOG_WAIT_MS = 50;

interface Scope {
  runner: QueryRunner;
  manager: EntityManager;
  afterCommit: (() => void)[];
  open: boolean;
}

/** How an entity is read by SQL. */
interface ReadPlan {
  table: string;
  columns: string;
  transformed: { name: string; from: (value: unknown) => unknown }[];
}

export type SqlValue = string | number | bigint | null | Buffer | undefined;

/**
 * The database of this process. Reads outside a transaction use a read-only connection (SQLite) or the pool;
 * writes happen in a transaction, theirs or the ambient one.
 */
export class Database {
  private readonly scopes = new AsyncLocalStorage<Scope>();
  private readonly writes: GroupCommit | undefined;
  private readonly log: LogSync | undefined;
  private readonly plans = new Map<new () => object, ReadPlan>();
  /** On SQLite: the statements of the two connections. */
  private readonly sqlite: { writer: SqliteStatements; reader: SqliteStatements } | undefined;

  constructor(
    private readonly writer: DataSource,
    private readonly reader: DataSource,
    readonly dialect: Dialect,
  ) {
    if (dialect.kind === "sqlite") {
      this.sqlite = { writer: new SqliteStatements(writer), reader: new SqliteStatements(reader) };
      this.log = new LogSync(`${String(writer.options.database)}-wal`);
      this.writes = new GroupCommit(this.sqlite.writer, () => this.log!.flush());
    }
  }

  /** Rows of a SELECT (or of a write with RETURNING inside a transaction). Placeholders are `?`. */
  async query<T>(sql: string, params: readonly SqlValue[] = []): Promise<T[]> {
    const scope = this.scope();
    const values = params.map((value) => value ?? null);
    if (this.sqlite) return this.sqlite[scope ? "writer" : "reader"].run(sql, values).rows as T[];
    const text = this.dialect.placeholders(sql);
    if (!scope) return (await this.reader.query(text, values)) as T[];
    const result = await scope.runner.query(text, values, true);
    return result.records as T[];
  }

  /**
   * Entities by SQL, for hot reads: the ORM's query builder and hydration cost several times the query itself.
   * Plain objects with the entity's properties and column transformers; column names in `rest` are the table's.
   * @param rest what follows `FROM table`
   */
  async select<E extends object>(entity: new () => E, rest: string, params: readonly SqlValue[] = []): Promise<E[]> {
    const { table, columns, transformed } = this.plan(entity);
    const rows = await this.query<Record<string, unknown>>(`SELECT ${columns} FROM ${table} ${rest}`, params);
    for (const row of rows) for (const { name, from } of transformed) row[name] = from(row[name]);
    return rows as E[];
  }

  /** The first row, or undefined. */
  async one<T>(sql: string, params: readonly SqlValue[] = []): Promise<T | undefined> {
    return (await this.query<T>(sql, params))[0];
  }

  /** Runs a write and returns the number of rows it changed; outside a transaction it is one of its own. */
  async execute(sql: string, params: readonly SqlValue[] = []): Promise<number> {
    const scope = this.scope();
    if (!scope) return this.transaction(() => this.execute(sql, params));
    const values = params.map((value) => value ?? null);
    if (this.sqlite) return this.sqlite.writer.run(sql, values).changed;
    const result = await scope.runner.query(this.dialect.placeholders(sql), values, true);
    return result.affected ?? result.records.length;
  }

  /**
   * Runs one write once for each list of values, all in one transaction; an INSERT on PostgreSQL as one statement.
   * @returns how many rows each one changed
   */
  async executeMany(sql: string, lists: readonly (readonly SqlValue[])[]): Promise<number[]> {
    if (lists.length === 0) return [];
    if (!this.scope()) return this.transaction(() => this.executeMany(sql, lists));
    if (this.sqlite) {
      const rows = lists.map((values) => values.map((value) => value ?? null));
      return this.sqlite.writer.runMany(sql, rows);
    }
    const row = /\bVALUES (\(.+\))$/s.exec(sql)?.[1];
    if (row !== undefined && lists.length > 1) {
      await this.execute(`${sql}${`, ${row}`.repeat(lists.length - 1)}`, lists.flat());
      return lists.map(() => 1);
    }
    const changed: number[] = [];
    for (const values of lists) changed.push(await this.execute(sql, values));
    return changed;
  }

  /** Inserts one row given by column names (snake_case). Column names are code, never input. */
  async insert(table: string, row: Record<string, SqlValue>, onConflict = ""): Promise<number> {
    const columns = Object.keys(row);
    const sql = `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")}) ${onConflict}`;
    return this.execute(sql, Object.values(row));
  }

  /** A TypeORM repository bound to the ambient transaction. Use insert/update/delete and finds; never save(). */
  repository<E extends ObjectLiteral>(entity: EntityTarget<E>): Repository<E> {
    const scope = this.scope();
    return (scope ? scope.manager : this.reader.manager).getRepository(entity);
  }

  /**
   * Runs `fn` in a transaction that every call inside it joins (also across functions). Nested calls join the outer one.
   * Commits when `fn` resolves, rolls back when it throws.
   * @param doneWhen on SQLite; a nested call is done with the outer one
   * @throws DatabaseBusyError when the write lock was not to be had
   */
  async transaction<T>(fn: () => Promise<T>, doneWhen: DoneWhen = "on disk"): Promise<T> {
    if (this.scope()) return fn();
    const scope: Scope = { ...this.connection(), afterCommit: [], open: true };
    const run = (): Promise<T> => this.inScope(scope, fn);
    const result = this.writes ? await onSqlite(this.writes, run, doneWhen) : await this.onPostgres(scope, run);
    for (const callback of scope.afterCommit) callback();
    return result;
  }

  /** Calls back once the ambient transaction has committed; at once when there is none. Never on rollback. */
  afterCommit(callback: () => void): void {
    const scope = this.scope();
    if (scope) scope.afterCommit.push(callback);
    else callback();
  }

  /**
   * SQLite: brings everything that was committed into the file and empties the write-ahead log, so that what was
   * overwritten is in neither (`secure_delete` clears the pages). PostgreSQL: nothing; its log is the operator's.
   * @returns false when readers or writers of other processes were in the way all the time
   */
  async emptyLog(): Promise<boolean> {
    if (!this.writes) return true;
    for (let attempt = 1; attempt <= EMPTY_LOG_TRIES; attempt++) {
      const [row] = (await this.writes.outside("PRAGMA wal_checkpoint(TRUNCATE)")) as { busy: number }[];
      if (row?.busy === 0) return true;
      await sleep(EMPTY_LOG_WAIT_MS);
    }
    return false;
  }

  /** Resolves once everything is on the disk that was committed before. PostgreSQL: it is there when it is committed. */
  async onDisk(): Promise<void> {
    await this.log?.flush();
  }

  /** Lets go of what it holds beside the data sources. */
  async close(): Promise<void> {
    await this.log?.close();
  }

  private plan(entity: new () => object): ReadPlan {
    let plan = this.plans.get(entity);
    if (!plan) {
      const { tableName, columns } = this.reader.getMetadata(entity);
      const transformed = columns.flatMap(({ propertyName: name, transformer }) =>
        transformer && !Array.isArray(transformer) ? [{ name, from: transformer.from.bind(transformer) }] : [],
      );
      const list = columns.map(({ databaseName, propertyName }) => `${tableName}.${databaseName} AS "${propertyName}"`);
      plan = { table: tableName, columns: list.join(", "), transformed };
      this.plans.set(entity, plan);
    }
    return plan;
  }

  private scope(): Scope | undefined {
    const scope = this.scopes.getStore();
    return scope?.open ? scope : undefined;
  }

  private connection(): Pick<Scope, "runner" | "manager"> {
    const runner = this.writer.createQueryRunner();
    return { runner, manager: this.writer.createEntityManager(runner) };
  }

  private async inScope<T>(scope: Scope, fn: () => Promise<T>): Promise<T> {
    try {
      return await this.scopes.run(scope, fn);
    } finally {
      scope.open = false;
    }
  }

  private async onPostgres<T>({ runner }: Scope, run: () => Promise<T>): Promise<T> {
    try {
      await runner.startTransaction();
      const result = await run();
      await runner.commitTransaction();
      return result;
    } catch (error) {
      // A failing ROLLBACK must not hide the first error.
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  }
}

async function onSqlite<T>(writes: GroupCommit, run: () => Promise<T>, doneWhen: DoneWhen): Promise<T> {
  let result: T | undefined;
  await writes.run(async () => {
    result = await run();
  }, doneWhen);
  return result as T;
}
