// Transactions that share a commit are still transactions: each is there as a whole, or not at all, and its caller knows which.
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { DataSource, type QueryRunner } from "typeorm";
import { GroupCommit } from "./group-commit.js";
import { SqliteStatements } from "./sqlite-statements.js";

describe("transactions that wait for each other", () => {
  const folder = mkdtempSync(join(tmpdir(), "parley-group-"));
  const statements: string[] = [];
  let source: DataSource;
  let runner: QueryRunner;
  let group: GroupCommit;
  let toDisk = (): Promise<void> => Promise.resolve();
  /** Every COMMIT fails. */
  let isBroken = false;

  before(async () => {
    source = await new DataSource({
      type: "better-sqlite3",
      database: join(folder, "test.db"),
      enableWAL: true,
    }).initialize();
    runner = source.createQueryRunner();
    await runner.query("CREATE TABLE notes (id INTEGER PRIMARY KEY, part INTEGER NOT NULL)");
    const connection = new SqliteStatements(source);
    const run = (sql: string) => {
      statements.push(sql);
      if (isBroken && sql === "COMMIT") throw new Error("disk I/O error");
      return connection.run(sql);
    };
    group = new GroupCommit({ run }, () => toDisk());
  });
  beforeEach(async () => {
    await runner.query("DELETE FROM notes");
    statements.length = 0;
  });
  after(async () => {
    await source.destroy();
    rmSync(folder, { recursive: true });
  });

  const insert = (id: number, part: number) =>
    runner.query("INSERT INTO notes (id, part) VALUES (?, ?)", [id, part]).then(() => undefined);
  const rows = async (): Promise<number[]> =>
    ((await runner.query("SELECT id FROM notes ORDER BY id")) as { id: number }[]).map(({ id }) => id);
  const count = (what: string): number => statements.filter((sql) => sql === what).length;

  it("are there or not there, each as a whole, whichever of them fail and wherever", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("good", "throws at once", "throws later", "breaks a rule"), { maxLength: 20 }),
        async (kinds) => {
          await runner.query("DELETE FROM notes");
          const outcomes = await Promise.allSettled(
            kinds.map((kind, n) =>
              group.run(async () => {
                if (kind === "throws at once") throw new Error(kind);
                await insert(2 * n, 1);
                await turn();
                if (kind === "throws later") throw new Error(kind);
                await insert(kind === "breaks a rule" ? 2 * n : 2 * n + 1, 2);
              }),
            ),
          );
          assert.deepEqual(
            outcomes.map(({ status }) => status),
            kinds.map((kind) => (kind === "good" ? "fulfilled" : "rejected")),
          );
          assert.deepEqual(
            await rows(),
            kinds.flatMap((kind, n) => (kind === "good" ? [2 * n, 2 * n + 1] : [])),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it("share a commit, and run in order of calls", async () => {
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 30 }, (_, n) =>
        group.run(async () => {
          order.push(n);
          await insert(n, n);
        }),
      ),
    );
    assert.deepEqual(
      order,
      Array.from({ length: 30 }, (_, n) => n),
    );
    assert.ok(count("COMMIT") < 10, `${count("COMMIT")} commits`);
    assert.equal(count("COMMIT"), count("BEGIN IMMEDIATE"));
  });

  it("are told of success after the commit only, and of its failure all of them", async () => {
    const told: string[] = [];
    await group.run(async () => insert(1, 1)).then(() => told.push(statements.at(-1) ?? ""));
    assert.deepEqual(told, ["COMMIT"]);
    isBroken = true;
    const outcomes = await Promise.allSettled([2, 3, 4].map((id) => group.run(() => insert(id, id))));
    isBroken = false;
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ["rejected", "rejected", "rejected"],
    );
    assert.deepEqual(await rows(), [1]);
  });

  it("are told of success once it is on the disk, while the next ones go on; a disk that fails is told, too", async () => {
    const syncs: PromiseWithResolvers<void>[] = [];
    toDisk = () => {
      const sync = Promise.withResolvers<void>();
      syncs.push(sync);
      return sync.promise;
    };
    const told: string[] = [];
    const first = group.run(() => insert(1, 1)).then(() => told.push("first"));
    while (syncs.length < 1) await turn();
    const second = group.run(() => insert(2, 2)).catch((error: Error) => told.push(error.message));
    while (syncs.length < 2) await turn();
    assert.deepEqual(told, []);
    assert.deepEqual(await rows(), [1, 2]);
    // Who is content with a commit does not wait, and asks for no sync.
    await group.run(() => insert(3, 3), "committed");
    assert.equal(syncs.length, 2);
    syncs[1]!.reject(new Error("I/O error"));
    await second;
    syncs[0]!.resolve();
    await first;
    assert.deepEqual(told, ["I/O error", "first"]);
    toDisk = () => Promise.resolve();
  });

  it("are all refused when SQLite itself has taken the transaction back", async () => {
    const outcomes = await Promise.allSettled([
      group.run(() => insert(1, 1)),
      group.run(async () => {
        await insert(2, 2);
        // What a full disk does: SQLite ends the transaction by itself, savepoints and all.
        await runner.query("ROLLBACK");
        throw new Error("database or disk is full");
      }),
      group.run(() => insert(3, 3)),
    ]);
    assert.deepEqual(
      outcomes.map((one) => (one.status === "fulfilled" ? "kept" : (one.reason as Error).message)),
      ["The database is locked by another writer", "database or disk is full", "kept"],
    );
    assert.deepEqual(await rows(), [3]);
  });

  it("run in the context of their own callers", async () => {
    const storage = new AsyncLocalStorage<number>();
    const seen: (number | undefined)[] = [];
    await Promise.all(
      [1, 2, 3].map((n) =>
        storage.run(n, () =>
          group.run(async () => {
            await turn();
            seen.push(storage.getStore());
          }),
        ),
      ),
    );
    assert.deepEqual(seen, [1, 2, 3]);
  });
});
