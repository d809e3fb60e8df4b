// The instance's secret: made once, the same in every process and under every later key, and never opened by another key or from another place.
import assert from "node:assert/strict";
import { createHmac, hkdfSync, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { DataSource } from "typeorm";
import { ConfigError, loadConfig } from "#libs/config/index";
import { Database, dataSourceOptions, dialectOf, migrate } from "#libs/database/index";
import { openText, sealText } from "#libs/sealing/index";
import { InstanceSecrets } from "./index.js";

const [OLD_KEY, NEW_KEY] = [randomBytes(32), randomBytes(32)];
const [OLD, NEW] = [`old:${OLD_KEY.toString("base64")}`, `new:${NEW_KEY.toString("base64")}`];
const PURPOSE = "platform-keys/1";

interface Row {
  name: string;
  kekId: string;
  kekCheck: string;
  wrapped: string;
  createdAt: number;
}

describe("the secret of an instance", () => {
  const folder = mkdtempSync(join(tmpdir(), "parley-secrets-"));
  const configOf = (keys: string) => loadConfig({ DATA_DIR: folder, NODE_ENV: "test", VAULT_KEYS: keys });
  const opened: DataSource[] = [];
  let db: Database;

  before(async () => {
    await migrate(configOf(OLD));
    db = await aDatabase();
  });
  beforeEach(() => db.execute("DELETE FROM instance_secrets"));
  after(async () => {
    await Promise.all(opened.map((source) => source.destroy()));
    rmSync(folder, { recursive: true });
  });

  /** As one process opens it. */
  async function aDatabase(): Promise<Database> {
    const [writer, reader] = (["writer", "reader"] as const).map(
      (role) => new DataSource(dataSourceOptions(configOf(OLD), role)),
    );
    opened.push(await writer!.initialize(), await reader!.initialize());
    return new Database(writer!, reader!, dialectOf("sqlite"));
  }
  /** A process of the instance with these keys. */
  const process = (keys = OLD, on = db) => new InstanceSecrets(on, configOf(keys));
  const rows = () =>
    db.query<Row>(
      `SELECT name, kek_id AS "kekId", kek_check AS "kekCheck", wrapped, created_at AS "createdAt" FROM instance_secrets`,
    );
  const set = (column: string, value: string) => db.execute(`UPDATE instance_secrets SET ${column} = ?`, [value]);
  const checkOf = (kek: Buffer) => createHmac("sha256", kek).update("id").digest("hex").slice(0, 16);

  it("is made by whoever asks first, wrapped by the first key, and then the same for everybody", async () => {
    const [first, again] = [process(`${OLD},${NEW}`), process()];
    const key = await first.subkey(PURPOSE);
    assert.equal(key.length, 32);
    for (const one of [first, again]) assert.deepEqual(await one.subkey(PURPOSE), key);
    const [row, ...others] = await rows();
    assert.deepEqual([row!.name, row!.kekId, row!.kekCheck, others], ["root", "old", checkOf(OLD_KEY), []]);
    assert.ok(Math.abs(row!.createdAt - Date.now()) < 10_000);
  });

  it("is one also when two processes make it at once", async () => {
    const [one, two] = [process(), process(OLD, await aDatabase())];
    const [left, right] = await Promise.all([one.subkey(PURPOSE), two.subkey(PURPOSE)]);
    assert.deepEqual(left, right);
    assert.deepEqual(await process().subkey(PURPOSE), left);
  });

  it("is another one in another instance", async () => {
    const key = await process().subkey(PURPOSE);
    await db.execute("DELETE FROM instance_secrets");
    assert.notDeepEqual(await process().subkey(PURPOSE), key);
  });

  it("gives each purpose a key of its own, by RFC 5869 from 32 random bytes that the row holds", async () => {
    const secrets = process();
    const [one, two] = [await secrets.subkey(PURPOSE), await secrets.subkey("another/1")];
    assert.notDeepEqual(one, two);
    const [row] = await rows();
    const root = Buffer.from(openText(OLD_KEY, "instance secret root", row!.wrapped), "base64");
    assert.equal(root.length, 32);
    assert.ok(root.some((byte) => byte !== 0));
    assert.deepEqual(one, Buffer.from(hkdfSync("sha256", root, "", PURPOSE, 32)));
  });

  it("stays under its key when a process starts with a new first one, so that those without that one still start", async () => {
    const key = await process().subkey(PURPOSE);
    const before = await rows();
    assert.deepEqual(await process(`${NEW},${OLD}`).subkey(PURPOSE), key);
    assert.deepEqual(await rows(), before);
    assert.deepEqual(await process().subkey(PURPOSE), key);
    assert.equal(await process().underOlderKey(), null);
    assert.equal(await process(`${NEW},${OLD}`).underOlderKey(), "old");
  });

  it("is wrapped again when it is asked for, once, and not when there is nothing to do", async () => {
    assert.equal(await process().rewrap(), false, "nothing is there yet");
    assert.deepEqual(await rows(), []);
    const key = await process().subkey(PURPOSE);
    const before = await rows();
    assert.equal(await process().rewrap(), false);
    assert.deepEqual(await rows(), before);
    const moved = process(`${NEW},${OLD}`);
    assert.deepEqual([await moved.rewrap(), await moved.rewrap()], [true, false]);
    assert.equal(await moved.underOlderKey(), null);
    const [row] = await rows();
    assert.deepEqual([row!.kekId, row!.kekCheck], ["new", checkOf(NEW_KEY)]);
    assert.deepEqual(await process(NEW).subkey(PURPOSE), key);
  });

  it("is not wrapped over what another process has written meanwhile", async () => {
    await process().subkey(PURPOSE);
    const [{ wrapped }] = (await rows()) as [Row];
    const theirs = await aDatabase();
    const execute = theirs.execute.bind(theirs);
    theirs.execute = async (sql, values) => {
      theirs.execute = execute;
      await process(`${NEW},${OLD}`).rewrap();
      return execute(sql, values);
    };
    assert.equal(await process(`${NEW},${OLD}`, theirs).rewrap(), false);
    const [row] = await rows();
    assert.notEqual(row!.wrapped, wrapped);
    assert.equal(row!.kekId, "new");
  });

  it("does not open without its key, or with another one under its id, and says which", async () => {
    await process().subkey(PURPOSE);
    for (const [keys, message] of [
      [NEW, 'VAULT_KEYS lacks the key "old", with which this database was sealed'],
      [
        `old:${NEW_KEY.toString("base64")}`,
        'VAULT_KEYS holds another key under the id "old" than this database was sealed with',
      ],
    ] as const) {
      await assert.rejects(process(keys).subkey(PURPOSE), (error: Error) => {
        assert.ok(error instanceof ConfigError);
        assert.ok(error.message.includes(message), error.message);
        return true;
      });
      await assert.rejects(process(keys).rewrap(), ConfigError);
    }
  });

  it("is found under its id among several keys", async () => {
    const key = await process().subkey(PURPOSE);
    const third = `third:${randomBytes(32).toString("base64")}`;
    const secrets = process(`${third},${NEW},${OLD}`);
    assert.deepEqual(await secrets.subkey(PURPOSE), key);
    assert.equal(await secrets.rewrap(), true);
    assert.equal((await rows())[0]!.kekId, "third");
  });

  it("is nothing that another sealed text, or a changed one, could stand in for", async () => {
    await process().subkey(PURPOSE);
    const [{ wrapped }] = (await rows()) as [Row];
    const flipped = Buffer.from(wrapped, "base64");
    flipped[flipped.length - 1]! ^= 1;
    for (const other of [flipped.toString("base64"), sealText(OLD_KEY, "a mail", randomBytes(32).toString("base64"))]) {
      await set("wrapped", other);
      await assert.rejects(process().subkey(PURPOSE));
    }
    await set("wrapped", wrapped);
    await process().subkey(PURPOSE);
  });

  it("is asked for again after a fault, and read once after that", async () => {
    const secrets = process();
    await db.execute("ALTER TABLE instance_secrets RENAME TO away");
    await assert.rejects(secrets.subkey(PURPOSE), /no such table/);
    await db.execute("ALTER TABLE away RENAME TO instance_secrets");
    const key = await secrets.subkey(PURPOSE);
    await db.execute("DELETE FROM instance_secrets");
    assert.deepEqual(await secrets.subkey(PURPOSE), key);
  });
});
