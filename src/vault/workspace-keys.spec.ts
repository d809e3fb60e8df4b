// The keys of workspaces: made once, open in memory until somebody destroys them, and the service does not start on wrong ones.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { ConfigError } from "#libs/config/index";
import { Database } from "#libs/database/index";
import { Logger } from "#libs/observability/index";
import { RedisClients } from "#libs/redis/index";
import type { Actor } from "#src/auth/actor";
import { World } from "../../test/app/world.js";
import { MasterKeyAnswers, MasterKeyHolders } from "./master-key-holders.js";
import { ProviderKeysService } from "./provider-keys.service.js";
import { RotateMasterKey } from "./rotate-master-key.js";
import { RotateMasterKeyProcessor } from "./rotate-master-key.processor.js";
import { RotateWorkspaceKey } from "./rotate-workspace-key.js";
import { kekCheck, SealBrokenError, unwrapDek } from "./sealing.js";
import { VaultService } from "./vault.service.js";
import { WorkspaceDeksRepository, type WrappedDek } from "./workspace-deks.repository.js";
import { WorkspaceKeys } from "./workspace-keys.js";

const [OLD_KEY, NEW_KEY] = [randomBytes(32), randomBytes(32)];
const [OLD, NEW] = [`old:${OLD_KEY.toString("base64")}`, `new:${NEW_KEY.toString("base64")}`];
const destroyed = {
  code: "key_destroyed",
  status: 410,
  message: "The key of this workspace was destroyed; its secrets are gone for good.",
};

describe("the keys of workspaces", () => {
  let world: World;
  let db: Database;
  let deks: WorkspaceDeksRepository;
  let keys: WorkspaceKeys;
  let places = 0;

  before(async () => {
    world = await World.start({ VAULT_KEYS: OLD });
    [db, deks, keys] = [world.get(Database), world.get(WorkspaceDeksRepository), world.get(WorkspaceKeys)];
  });
  after(() => world.stop());

  /** A workspace without a key. @param id begins its id */
  async function aWorkspace(id = "w"): Promise<string> {
    places += 1;
    const workspaceId = `${id}-${places}`;
    await db.insert("workspaces", { id: workspaceId, name: "n", created_at: 0 });
    return workspaceId;
  }
  /** The very bytes that are kept open. */
  const opened = (workspaceId: string): Promise<Buffer> =>
    db.transaction(() => keys.withCurrent(workspaceId, ({ key }) => key));
  const row = async (workspaceId: string): Promise<WrappedDek> => (await deks.newest(workspaceId))!;
  const isGone = (key: Buffer) => key.every((byte) => byte === 0);
  /** Another process, in which nothing is open. */
  const another = () => new WorkspaceKeys(deks, world.config);

  it("are made with the first secret, wrapped by the first key of VAULT_KEYS, and kept", async () => {
    const id = await aWorkspace();
    const [key, version] = await db.transaction(() =>
      keys.withCurrent(id, (dek) => [Buffer.from(dek.key), dek.version] as const),
    );
    assert.deepEqual([version, key.length, isGone(key)], [1, 32, false]);
    const { wrapped, ...rest } = await row(id);
    const facts = { workspaceId: id, version: 1, kekId: "old", kekCheck: kekCheck(OLD_KEY), state: "active" };
    assert.deepEqual({ ...rest }, facts);
    assert.deepEqual(unwrapDek(OLD_KEY, id, 1, wrapped), key);
    const [first, second] = [await opened(id), await opened(id)];
    assert.equal(first, second, "opened once");
    await keys.withVersion(id, 1, (dek) => assert.deepEqual(dek, { key: first, version: 1 }));
    assert.equal((await row(id)).wrapped, wrapped);
  });

  it("are the ones of whoever was first", async () => {
    const id = await aWorkspace();
    await opened(id);
    const { wrapped } = await row(id);
    await deks.add({ ...(await row(id)), wrapped: "another" });
    assert.equal((await row(id)).wrapped, wrapped);
  });

  it("are overwritten in memory and on disk when they are destroyed, and those of no other workspace", async () => {
    const id = await aWorkspace("w");
    // An id that begins as the other does.
    await db.insert("workspaces", { id: `${id}0`, name: "n", created_at: 0 });
    const [key, other] = [await opened(id), await opened(`${id}0`)];
    await keys.destroy(id);
    assert.deepEqual([isGone(key), isGone(other)], [true, false]);
    assert.deepEqual([(await row(id)).state, (await row(id)).wrapped], ["destroyed", ""]);
    assert.equal((await row(`${id}0`)).state, "active");
    await assert.rejects(opened(id), destroyed);
    await assert.rejects(
      keys.withVersion(id, 1, () => undefined),
      destroyed,
    );
    await assert.rejects(
      keys.withVersion(`${id}0`, 2, () => undefined),
      destroyed,
    );
    assert.equal(await opened(`${id}0`), other);
  });

  it("are overwritten in memory when the process ends", async () => {
    const id = await aWorkspace();
    const process = another();
    await opened(id);
    const key = await process.withVersion(id, 1, (dek) => dek.key);
    process.onApplicationShutdown();
    assert.equal(isGone(key), true);
    assert.equal(isGone(await opened(id)), false);
  });

  it("do not open under a key that is missing in VAULT_KEYS, or for another workspace", async () => {
    const [id, other] = [await aWorkspace(), await aWorkspace()];
    await Promise.all([opened(id), opened(other)]);
    const use = (place: string) => another().withVersion(place, 1, () => undefined);
    await db.execute("UPDATE workspace_deks SET kek_id = 'gone' WHERE workspace_id = ?", [id]);
    await assert.rejects(use(id), { message: 'VAULT_KEYS lacks the key "gone"' });
    const { wrapped } = await row(id);
    await db.execute("UPDATE workspace_deks SET wrapped = ? WHERE workspace_id = ?", [wrapped, other]);
    await assert.rejects(use(other), SealBrokenError);
    await db.execute("DELETE FROM workspace_deks WHERE workspace_id IN (?, ?)", [id, other]);
  });

  it("stop the start with each fault said once; those that were destroyed need no key", async () => {
    const start = () => another().onApplicationBootstrap();
    const faults = async () => {
      const error = await start().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof ConfigError, String(error));
      return error.message;
    };
    await start();
    const [one, two, three] = [await aWorkspace(), await aWorkspace(), await aWorkspace()];
    for (const id of [one, two, three]) await opened(id);
    const set = (id: string, kekId: string, check: string | null) =>
      db.execute("UPDATE workspace_deks SET kek_id = ?, kek_check = ? WHERE workspace_id = ?", [kekId, check, id]);
    await set(one, "lost", "0000000000000001");
    await set(two, "lost", null);
    await set(three, "old", "0000000000000002");
    const said = await faults();
    assert.equal(said.split('lacks the key "lost", with which this database was sealed').length, 2, said);
    const other = 'VAULT_KEYS holds another key under the id "old" than this database was sealed with';
    assert.equal(said.split(other).length, 2, said);
    // Without a check value it is tried out.
    await set(three, "old", null);
    assert.ok(!(await faults()).includes("another key"));
    await db.execute("UPDATE workspace_deks SET wrapped = 'AAAA' WHERE workspace_id = ?", [three]);
    assert.ok((await faults()).includes(other));
    for (const id of [one, two, three]) await keys.destroy(id);
    await start();
  });
});

describe("the rotation of the master key", () => {
  let world: World;
  let db: Database;
  let owner: Actor;
  let keyId: string;

  before(async () => {
    world = await World.start({ VAULT_KEYS: OLD });
    db = world.get(Database);
    owner = await world.anOwner();
    const body = { provider: "openrouter", label: "k", secret: "a secret of the tests" } as const;
    keyId = (await world.get(ProviderKeysService).create(owner, body)).id;
    const gone = await world.anOwner();
    await world.get(ProviderKeysService).create(gone, body);
    await world.get(VaultService).shred(gone.workspaceId);
    await world.launch({ VAULT_KEYS: `${NEW},${OLD}` });
    await world.launch({ VAULT_KEYS: `${OLD},${NEW}` });
  });
  after(() => world.stop());

  const status = (process: number) => world.get(RotateMasterKey, process).status();
  const events = async () =>
    (
      await db.query<{ facts: string; user: string; chain: string }>(
        `SELECT facts, user_id AS "user", chain FROM audit_events WHERE action = 'vault.rotated' ORDER BY chain, seq`,
      )
    ).map(({ facts, user, chain }) => ({ facts: JSON.parse(facts) as unknown, user, chain }));

  it("says how things stand, with the instance's own key and without what was destroyed", async () => {
    assert.deepEqual(await status(0), { target: "old", wrapped: [{ kekId: "old", count: 1 }], left: 0 });
    assert.deepEqual(await status(1), { target: "new", wrapped: [{ kekId: "old", count: 2 }], left: 2 });
  });

  it("is not begun by the worker's job while a running process lacks the key", async () => {
    const clients = new RedisClients(world.config);
    new MasterKeyAnswers(clients, world.config, "API 7").onApplicationBootstrap();
    while ((await clients.main.pubsub("NUMSUB", "{parley}:vault-keys"))[1] !== 1);
    const job = new RotateMasterKeyProcessor(
      world.get(RotateMasterKey, 1),
      world.get(MasterKeyHolders, 1),
      world.get(Logger, 1),
    );
    await assert.rejects(job.handle({ userId: owner.userId }), { code: "master_key_missing", message: /API 7/ });
    await clients.onApplicationShutdown();
    assert.deepEqual(await status(1), { target: "new", wrapped: [{ kekId: "old", count: 2 }], left: 2 });
  });

  it("is done by the worker's job, which tells how many it was", async () => {
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    const logger = new Logger({ level: "info", service: "test", destination });
    const job = new RotateMasterKeyProcessor(world.get(RotateMasterKey, 1), world.get(MasterKeyHolders, 1), logger);
    await job.handle({ userId: owner.userId });
    assert.deepEqual(await status(1), { target: "new", wrapped: [{ kekId: "new", count: 1 }], left: 0 });
    const [line, ...others] = lines.map((text) => JSON.parse(text) as Record<string, unknown>);
    assert.deepEqual([line?.["event"], line?.["count"], others], ["master_key_rotated", 1, []]);
    const [event] = await events();
    assert.deepEqual(event, { facts: { kekId: "new", workspaceKeys: 1 }, user: owner.userId, chain: "instance" });
    const opened = await world.get(VaultService, 1).reveal(owner.workspaceId, keyId);
    assert.equal(opened.secret, "a secret of the tests");
  });

  it("is told also when the instance's own secret alone was under the older key", async () => {
    const before = (await events()).length;
    await world.get(RotateMasterKey, 2).execute(null);
    await world.get(RotateMasterKey, 2).execute(null);
    const told = (await events()).slice(before);
    assert.deepEqual(told, [{ facts: { kekId: "old", workspaceKeys: 1 }, user: null, chain: "instance" }]);
    await db.execute("UPDATE workspace_deks SET kek_id = 'new', kek_check = ? WHERE state <> 'destroyed'", [
      kekCheck(NEW_KEY),
    ]);
    await world.get(RotateMasterKey, 1).execute(null);
    assert.deepEqual((await events()).at(-1)?.facts, { kekId: "new", workspaceKeys: 0 });
    await db.execute("UPDATE workspace_deks SET kek_id = 'old', kek_check = ? WHERE state <> 'destroyed'", [
      kekCheck(OLD_KEY),
    ]);
  });

  it("gives a workspace its next key under the first of VAULT_KEYS, and tells its own log", async () => {
    const told = await world.get(RotateWorkspaceKey, 1).execute(owner.workspaceId, owner);
    assert.deepEqual(told, { version: 2, done: 1, left: 0 });
    const { kekId, kekCheck: check, state } = (await world.get(WorkspaceDeksRepository).newest(owner.workspaceId))!;
    assert.deepEqual([kekId, check, state], ["new", kekCheck(NEW_KEY), "active"]);
    const event = (await events()).find(({ chain }) => chain === owner.workspaceId);
    assert.deepEqual(event, { facts: { version: 2 }, user: owner.userId, chain: owner.workspaceId });
  });

  it("cannot go on without the key that something is under, and has nothing to do for what was destroyed", async () => {
    await db.execute("UPDATE workspace_deks SET kek_id = 'gone' WHERE state <> 'destroyed'");
    await assert.rejects(world.get(RotateMasterKey, 1).execute(null), { message: 'VAULT_KEYS lacks the key "gone"' });
    await db.execute("UPDATE workspace_deks SET kek_id = 'new' WHERE state <> 'destroyed'");
    await world.get(VaultService).shred(owner.workspaceId);
    assert.deepEqual(await status(1), { target: "new", wrapped: [], left: 0 });
    const none = { version: 0, done: 0, left: 0 };
    await db.execute("DELETE FROM provider_keys");
    assert.deepEqual(await world.get(RotateWorkspaceKey, 1).execute(owner.workspaceId, owner), none);
  });
});
