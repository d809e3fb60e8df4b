// What lies on the disk: an older page that is put back is noticed, and a destroyed key is nowhere any more (vault tests V6, V9).
import assert from "node:assert/strict";
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { DataSource } from "typeorm";
import { Database } from "#libs/database/index";
import { RedisClients } from "#libs/redis/index";
import { WorkspacesService } from "#src/workspaces/workspaces.service";
import { World } from "../../test/app/world.js";
import { ProviderKeysService } from "./provider-keys.service.js";
import { RotateWorkspaceKey } from "./rotate-workspace-key.js";
import { VaultService } from "./vault.service.js";

const PAGE = 4096;

describe("the file of the database", () => {
  let world: World;
  let db: Database;
  let file: string;

  before(async () => {
    world = await World.start();
    await world.launch();
    db = world.get(Database);
    const { database } = world.config;
    if (database.kind === "sqlite") file = database.file;
  });
  after(() => world.stop());

  const aKey = async (owner: Parameters<ProviderKeysService["create"]>[0], secret: string) =>
    world.get(ProviderKeysService).create(owner, { provider: "openrouter", label: "k", secret });

  /** A copy of the file with everything in it that was committed. */
  async function copyTo(name: string): Promise<string> {
    assert.ok(await db.emptyLog());
    const copy = join(world.config.dataDir, name);
    copyFileSync(file, copy);
    return copy;
  }

  it("V6: is accepted by SQLite with an older page over a newer one, and the key on it is not", async () => {
    const owner = await world.anOwner();
    const key = await aKey(owner, "sk-or-v1-the-first-secret");
    const before = readFileSync(await copyTo("before.db"));
    const rotated = await world.get(ProviderKeysService).rotate(owner, key.id, "sk-or-v1-the-second-secret");
    const mixed = await copyTo("mixed.db");
    const pages = readFileSync(mixed);
    let replaced = 0;
    for (let at = 0; at < pages.length; at += PAGE) {
      const page = pages.subarray(at, at + PAGE);
      if (!page.includes(rotated.sealed.slice(0, 300))) continue;
      before.copy(pages, at, at, at + PAGE);
      replaced += 1;
    }
    assert.equal(replaced, 1);
    assert.ok(pages.includes(key.sealed.slice(0, 300)));
    writeFileSync(mixed, pages);
    const sqlite = await new DataSource({ type: "better-sqlite3", database: mixed, readonly: true }).initialize();
    assert.deepEqual(await sqlite.query("PRAGMA integrity_check"), [{ integrity_check: "ok" }]);
    await sqlite.destroy();
    const process = await world.launch({ DATABASE_URL: `sqlite:${mixed}` });
    const vault = process.get(VaultService, { strict: false });
    await assert.rejects(vault.reveal(owner.workspaceId, key.id), { code: "provider_key_unreadable" });
    assert.equal(
      (await world.get(VaultService).reveal(owner.workspaceId, key.id)).secret,
      "sk-or-v1-the-second-secret",
    );
  });

  async function nowhere(bytes: readonly string[]): Promise<void> {
    const names = readdirSync(world.config.dataDir).filter((name) => name.startsWith("parley.db"));
    assert.ok(names.length > 0);
    for (const name of names) {
      const content = readFileSync(join(world.config.dataDir, name));
      for (const text of bytes) assert.equal(content.includes(text), false, name);
    }
    const { main } = world.get(RedisClients);
    for (const key of await main.keys("*"))
      for (const text of bytes) assert.ok(!(await main.dump(key))?.includes(text), key);
  }

  const wrapsOf = async (workspaceId: string): Promise<string[]> =>
    (
      await db.query<{ wrapped: string }>(
        "SELECT wrapped FROM workspace_deks WHERE workspace_id = ? AND wrapped <> ''",
        [workspaceId],
      )
    ).map(({ wrapped }) => wrapped);

  it("V9: holds no byte of the keys of a workspace that was deleted, nor does its log", async () => {
    const owner = await world.anOwner();
    await aKey(owner, "sk-or-v1-of-a-workspace-that-goes");
    const wraps = await wrapsOf(owner.workspaceId);
    assert.equal(wraps.length, 1);
    await db.emptyLog();
    assert.ok(readFileSync(file).includes(wraps[0]!), "it was there");
    await world.get(WorkspacesService).delete(owner);
    await nowhere(wraps);
  });

  it("V9: holds no byte of a workspace's older key after it got a new one", async () => {
    const owner = await world.anOwner();
    const key = await aKey(owner, "sk-or-v1-of-a-workspace-that-stays");
    const wraps = await wrapsOf(owner.workspaceId);
    await world.get(RotateWorkspaceKey, 1).execute(owner.workspaceId, owner);
    await nowhere([...wraps, key.sealed]);
    assert.equal(
      (await world.get(VaultService).reveal(owner.workspaceId, key.id)).secret,
      "sk-or-v1-of-a-workspace-that-stays",
    );
  });
});
