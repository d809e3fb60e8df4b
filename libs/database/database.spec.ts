// Transactions on SQLite files as two processes would use them, plain and encrypted.
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import SqlCipher from "@signalapp/sqlcipher";
import { DataSource } from "typeorm";
import { type Config, loadConfig } from "#libs/config/index";
import { dataSourceOptions } from "./data-source.js";
import { Database } from "./database.js";
import { dialectOf } from "./dialect.js";
import { migrate } from "./migrate.js";

const KEY = "an encryption key of the tests";

for (const key of [undefined, KEY]) {
  describe(key ? "an encrypted database" : "a database", () => {
    const folder = mkdtempSync(join(tmpdir(), "parley-db-"));
    const env = { DATA_DIR: folder, NODE_ENV: "test", ...(key && { DATABASE_KEY: key }) };
    const config = loadConfig(env);
    const opened: DataSource[] = [];

    after(async () => {
      await Promise.all(opened.map((source) => source.destroy()));
      rmSync(folder, { recursive: true });
    });

    /** As one process opens it. */
    async function open(of: Config = config): Promise<Database> {
      const [writer, reader] = (["writer", "reader"] as const).map(
        (role) => new DataSource(dataSourceOptions(of, role)),
      );
      opened.push(await writer!.initialize(), await reader!.initialize());
      return new Database(writer!, reader!, dialectOf("sqlite"));
    }

    const count = async (db: Database): Promise<number> =>
      (await db.one<{ n: number }>("SELECT created_at AS n FROM workspaces WHERE id = 'w'"))?.n ?? -1;

    it("migrates once, also when two begin together", async () => {
      const ran = await Promise.all([migrate(config), migrate(config)]).catch(async () => [await migrate(config)]);
      assert.ok(ran.length > 0);
      assert.deepEqual(await migrate(config), []);
    });

    it("makes its files readable for nobody else, whoever may look into the folder", async () => {
      const wide = mkdtempSync(join(tmpdir(), "parley-db-"));
      const here = loadConfig({ ...env, DATA_DIR: wide });
      chmodSync(wide, 0o755);
      await migrate(here);
      const db = await open(here);
      await db.insert("workspaces", { id: "w", name: "n", created_at: 0 });
      const files = readdirSync(wide).filter((name) => name.startsWith("parley.db"));
      assert.ok(
        files.some((name) => name.endsWith("-wal")),
        files.join(", "),
      );
      for (const name of files) assert.equal((statSync(join(wide, name)).mode & 0o777).toString(8), "600", name);
      await Promise.all(opened.splice(-2).map((source) => source.destroy()));
      rmSync(wide, { recursive: true });
    });

    it("loses no update of two processes that read and write the same row", async () => {
      const [one, two] = [await open(), await open()];
      await one.insert("workspaces", { id: "w", name: "n", created_at: 0 });
      const bump = async (db: Database): Promise<void> => {
        for (let n = 0; n < 100; n++) {
          await db.transaction(async () => {
            const before = await count(db);
            await db.execute("UPDATE workspaces SET created_at = ? WHERE id = 'w'", [before + 1]);
          });
        }
      };
      await Promise.all([bump(one), bump(one), bump(two)]);
      assert.equal(await count(two), 300);
    });

    it("lets a process in that writes seldom, however busy another one is", async () => {
      const [busy, seldom] = [await open(), await open()];
      let writing = true;
      const hog = async (): Promise<void> => {
        while (writing) {
          await busy.transaction(async () => {
            await busy.execute("UPDATE workspaces SET name = 'busy' WHERE id = 'w'");
            await turn();
          });
        }
      };
      const hogs = Array.from({ length: 40 }, hog);
      const waits: number[] = [];
      for (let n = 0; n < 20; n++) {
        const started = performance.now();
        await seldom.execute("UPDATE workspaces SET name = 'seldom' WHERE id = 'w'");
        waits.push(performance.now() - started);
      }
      writing = false;
      await Promise.all(hogs);
      // It gives up after 5,000 ms: a tenth of that is far from it, also on a busy machine.
      const worst = Math.max(...waits);
      assert.ok(worst < 500, `${Math.round(worst)} ms`);
    });

    it("shows nobody outside what is not committed, and takes all of it back on an error", async () => {
      const db = await open();
      const before = await count(db);
      const called: string[] = [];
      const failing = db.transaction(async () => {
        await db.execute("UPDATE workspaces SET created_at = -5 WHERE id = 'w'");
        db.afterCommit(() => called.push("never"));
        // Nested: joins the transaction that is there.
        assert.equal(await db.transaction(() => count(db)), -5);
        throw new Error("no");
      });
      assert.equal(await count(db), before);
      await assert.rejects(failing, /no/);
      assert.equal(await count(db), before);
      await db.transaction(async () => db.afterCommit(() => called.push("then")));
      assert.deepEqual(called, ["then"]);
    });

    it("refuses a write that goes around transactions", async () => {
      const db = await open();
      await assert.rejects(db.query("UPDATE workspaces SET name = 'x'"), /readonly/);
    });

    it("does not change a message that has ended", async () => {
      const db = await open();
      await db.insert("conversations", {
        ...{ id: "c", workspace_id: "w", title: "", model: "m", params: "{}", pinned: 0, archived: 0, tags: "[]" },
        ...{ legal_hold: 0, cost_usd: "0", created_at: 1, updated_at: 1 },
      });
      await db.insert("messages", {
        ...{ id: "m", workspace_id: "w", conversation_id: "c", role: "assistant", status: "completed", attempt: 1 },
        ...{ content: "done", cost_state: "none", created_at: 1 },
      });
      await assert.rejects(db.execute("UPDATE messages SET content = 'other' WHERE id = 'm'"), /never changes/);
      await assert.rejects(db.execute("UPDATE messages SET status = 'failed' WHERE id = 'm'"), /never changes/);
      assert.equal(await db.execute("UPDATE messages SET cost_usd = '1' WHERE id = 'm'"), 1);
    });

    it(key ? "cannot be read without its key" : "is a plain SQLite file", async () => {
      const header = readFileSync(join(folder, "parley.db")).subarray(0, 15).toString("latin1");
      assert.equal(header === "SQLite format 3", key === undefined);
      if (key)
        await assert.rejects(open(loadConfig({ ...env, DATABASE_KEY: "a wrong encryption key" })), /not a database/);
    });

    if (key)
      it("V14: opens with its key in SQLCipher itself, another program than the one that wrote it", async () => {
        const db = await open();
        await db.execute("INSERT INTO workspaces (id, name, created_at) VALUES ('cipher', 'Ümläut', 1)");
        const other = new SqlCipher(join(folder, "parley.db"));
        try {
          other.pragma(`key = '${key.replaceAll("'", "''")}'`);
          assert.match(String(other.prepare("PRAGMA cipher_version").get()?.["cipher_version"]), /^4\./);
          assert.deepEqual(other.prepare("SELECT name FROM workspaces WHERE id = 'cipher'").get(), { name: "Ümläut" });
          assert.deepEqual(other.prepare("PRAGMA integrity_check").get(), { integrity_check: "ok" });
        } finally {
          other.close();
        }
      });
  });
}
