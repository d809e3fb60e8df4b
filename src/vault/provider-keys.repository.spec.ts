// Provider keys in the database: a change counts for what was read, and what this process changes it sees at once.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { Database } from "#libs/database/index";
import type { Actor } from "#src/auth/actor";
import { World } from "../../test/app/world.js";
import { type ProviderKey } from "./provider-key.entity.js";
import { ProviderKeysRepository } from "./provider-keys.repository.js";
import { ProviderKeysService } from "./provider-keys.service.js";

describe("provider keys in the database", () => {
  let world: World;
  let rows: ProviderKeysRepository;
  let ann: Actor;
  let key: ProviderKey;

  before(async () => {
    world = await World.start();
    rows = world.get(ProviderKeysRepository);
  });
  after(() => world.stop());
  beforeEach(async () => {
    ann = await world.anOwner();
    key = await create();
  });

  const create = () =>
    world.get(ProviderKeysService).create(ann, { provider: "openrouter", label: "k", secret: "a secret of the tests" });
  const find = async () => (await rows.find(ann.workspaceId, key.id))!;
  const rest = async () => {
    const { pausedReason, pausedUntil } = await find();
    return [pausedReason, pausedUntil];
  };

  it("rest until the latest of the ends that were told, and say whether that is new", async () => {
    const steps: [string, number | null, boolean][] = [
      ["rate_limited", 1_000, true],
      ["provider_busy", 1_000, false],
      ["provider_busy", 999, false],
      ["daily_limit_reached", 1_001, true],
      ["invalid_key", null, true],
      ["invalid_key", null, false],
      ["rate_limited", 2_000, false],
    ];
    let expected: [string, number | null] | undefined;
    for (const [reason, until, isNew] of steps) {
      assert.equal(await rows.pause(key, reason, until), isNew, `${reason} ${until}`);
      if (isNew) expected = [reason, until];
      assert.deepEqual(await rest(), expected);
    }
  });

  it("do not rest for what an older secret, another workspace or another key was refused for", async () => {
    const other = await create();
    for (const change of [{ secretVersion: 2 }, { workspaceId: "another" }, { id: "another" }])
      for (const until of [null, 1_000])
        assert.equal(await rows.pause({ ...key, ...change }, "invalid_key", until), false);
    assert.deepEqual(await rest(), [null, null]);
    await rows.pause(other, "invalid_key", null);
    assert.deepEqual(await rest(), [null, null]);
  });

  it("end the rest that was read, and no newer one", async () => {
    for (const until of [1_000, null]) {
      await rows.pause(key, "rate_limited", until);
      const read = await find();
      const others: Partial<ProviderKey>[] = [
        { pausedUntil: 5 },
        { pausedUntil: until === null ? 1_000 : null },
        { pausedReason: "invalid_key" },
        { secretVersion: 2 },
        { workspaceId: "another" },
        { id: "another" },
      ];
      for (const change of others) {
        await rows.resume({ ...read, ...change });
        assert.deepEqual(await rest(), ["rate_limited", until], JSON.stringify(change));
      }
      await rows.resume(read);
      assert.deepEqual(await rest(), [null, null]);
    }
  });

  it("change as long as they have the secret that was read", async () => {
    const change = (row: ProviderKey, label: string) =>
      world.get(Database).transaction(() => rows.change(row, { label }));
    assert.equal(await change(key, "new"), true);
    assert.equal(await change({ ...key, secretVersion: 2 }, "newer"), false);
    assert.equal(await change({ ...key, workspaceId: "another" }, "newer"), false);
    assert.equal((await find()).label, "new");
    await rows.reseal({ ...key, sealed: "another" }, { sealed: "x", fingerprint: "y" });
    assert.equal((await find()).sealed, key.sealed);
    await rows.touch("another", key.id, 5);
    assert.equal((await find()).lastUsedAt, null);
    await rows.touch(ann.workspaceId, key.id, 5);
    assert.equal((await find()).lastUsedAt, 5);
    assert.equal(await rows.delete("another", key.id), false);
    assert.equal(await rows.delete(ann.workspaceId, key.id), true);
    assert.equal(await rows.delete(ann.workspaceId, key.id), false);
  });

  it("come in pages by priority and id, and all by id", async () => {
    const made = [key, await create(), await create(), await create()];
    const [a, b, c, d] = made.map(({ id }) => id).sort() as [string, string, string, string];
    for (const [id, priority] of [
      [a, 2],
      [b, 1],
      [c, 2],
      [d, 1],
    ] as const)
      await world.get(Database).execute("UPDATE provider_keys SET priority = ? WHERE id = ?", [priority, id]);
    const ids = (found: ProviderKey[]) => found.map(({ id }) => id);
    const page = async (limit: number, after?: [number, string]) => ids(await rows.page(ann.workspaceId, limit, after));
    assert.deepEqual(await page(9), [b, d, a, c]);
    assert.deepEqual(await page(2), [b, d]);
    assert.deepEqual(await page(9, [1, b]), [d, a, c]);
    assert.deepEqual(await page(9, [1, d]), [a, c]);
    assert.deepEqual(await page(9, [2, a]), [c]);
    assert.deepEqual(await page(9, [2, c]), []);
    assert.deepEqual(ids(await rows.enabled(ann.workspaceId)), [b, d, a, c]);
    assert.deepEqual(ids(await rows.all(ann.workspaceId)), [a, b, c, d]);
    await world.get(ProviderKeysService).update(ann, d, { enabled: false });
    assert.deepEqual(ids(await rows.enabled(ann.workspaceId)), [b, a, c]);
    assert.deepEqual(ids(await rows.all(ann.workspaceId)), [a, b, c, d]);
  });

  it("are read once for calls that begin together, and anew after each change of this process", async () => {
    const { workspaceId } = ann;
    const read = rows.recent(workspaceId);
    assert.equal(rows.recent(workspaceId), read);
    assert.notEqual(rows.recent("another"), read);
    const paused = { ...key, pausedReason: "rate_limited", pausedUntil: 5 };
    const changes: [string, () => Promise<unknown>][] = [
      ["pause", () => rows.pause(key, "rate_limited", 5)],
      ["resume", () => rows.resume(paused)],
      ["change", () => world.get(Database).transaction(() => rows.change(key, { label: "new" }))],
      ["reseal", () => rows.reseal(key, { sealed: "x", fingerprint: "y" })],
      ["add", create],
      ["delete", () => rows.delete(workspaceId, key.id)],
    ];
    for (const [name, change] of changes) {
      const before = rows.recent(workspaceId);
      await before;
      await change();
      const after = rows.recent(workspaceId);
      assert.notEqual(after, before, name);
      assert.deepEqual(await after, await rows.enabled(workspaceId), name);
    }
  });

  it("are read again after a read that failed", async () => {
    const db = world.get(Database);
    await db.execute("ALTER TABLE provider_keys RENAME TO away");
    await assert.rejects(rows.recent(ann.workspaceId), /no such table/);
    await db.execute("ALTER TABLE away RENAME TO provider_keys");
    assert.equal((await rows.recent(ann.workspaceId)).length, 1);
  });
});
