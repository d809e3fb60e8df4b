// The master key is changed while everything runs: broken off at any statement and begun again, it comes to the same end (vault test V8).
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { Database } from "#libs/database/index";
import { World } from "../../test/app/world.js";
import { ProviderKeysService } from "./provider-keys.service.js";
import { RewrapKeys, type RewrapProgress } from "./rewrap-keys.js";
import { RotateMasterKey } from "./rotate-master-key.js";
import { VaultService } from "./vault.service.js";
import { WorkspaceDeksRepository } from "./workspace-deks.repository.js";

const [OLD, NEW] = ["old", "new"].map((id) => `${id}:${randomBytes(32).toString("base64")}`);
const PLACES = 105;

describe("changing the key-encryption key", () => {
  let world: World;
  let db: Database;
  const places: { workspaceId: string; keyId: string; secret: string }[] = [];

  before(async () => {
    world = await World.start({ VAULT_KEYS: OLD! });
    db = world.get(Database);
    const owner = await world.anOwner();
    for (let n = 0; n < PLACES; n++) {
      const workspaceId = `workspace-${String(n).padStart(3, "0")}`;
      await db.insert("workspaces", { id: workspaceId, name: "n", created_at: 0 });
      const secret = `secret number ${n}`;
      const body = { provider: "openrouter", label: "k", secret } as const;
      const { id } = await world.get(ProviderKeysService).create({ ...owner, workspaceId }, body);
      places.push({ workspaceId, keyId: id, secret });
    }
    await world.launch({ VAULT_KEYS: `${NEW},${OLD}` });
  });
  after(() => world.stop());

  const kekIds = async () =>
    (await db.query<{ id: string }>("SELECT DISTINCT kek_id AS id FROM workspace_deks ORDER BY 1")).map(({ id }) => id);

  async function allOpen(process: number): Promise<void> {
    for (const { workspaceId, keyId, secret } of places) {
      assert.equal((await world.get(VaultService, process).reveal(workspaceId, keyId)).secret, secret);
    }
  }

  it("V8: may be broken off at any statement, and loses nothing", async () => {
    const deks = world.get(WorkspaceDeksRepository, 1);
    const rewrap = world.get(RewrapKeys, 1);
    const real = { swap: deks.swap.bind(deks), notUnder: deks.notUnder.bind(deks) };
    for (const stopAt of [0, 1, 2, 50, 100, 101, 3]) {
      let statements = 0;
      const step = () => {
        if (statements++ >= stopAt) throw new Error("the process was killed");
      };
      deks.swap = async (...given) => {
        step();
        return real.swap(...given);
      };
      deks.notUnder = async (...given) => {
        step();
        return real.notUnder(...given);
      };
      await assert.rejects(rewrap.execute(), /was killed/, `at ${stopAt}`);
      Object.assign(deks, real);
      await allOpen(1);
    }
    // The first batch of a hundred was committed by the last runs, the rest was not.
    assert.deepEqual(await kekIds(), ["new", "old"]);
  });

  it("goes on where it was, tells how far it is, and is done when nothing is left", async () => {
    const told: RewrapProgress[] = [];
    const { userId } = await world.anAccount();
    // The account's own workspace has no key yet.
    const done = await world.get(RotateMasterKey, 1).execute({ userId }, (progress) => told.push(progress));
    assert.equal(done, PLACES - 100);
    assert.deepEqual(told, [{ done, left: 0 }]);
    assert.deepEqual(await kekIds(), ["new"]);
    assert.equal(await world.get(RotateMasterKey, 1).execute({ userId }), 0);
    await allOpen(1);
    // One event of the instance's audit log: the second time there was nothing to do.
    const sql = `SELECT user_id AS "user", facts FROM audit_events WHERE action = 'vault.rotated'`;
    const [event, ...others] = await db.query<{ user: string; facts: string }>(sql);
    assert.deepEqual(
      [event?.user, JSON.parse(event?.facts ?? "null")],
      [userId, { kekId: "new", workspaceKeys: done }],
    );
    assert.deepEqual(others, []);
  });

  it("lets the old key go, and never the new one", async () => {
    const app = await world.launch({ VAULT_KEYS: NEW! });
    for (const { workspaceId, keyId, secret } of places.slice(0, 5)) {
      assert.equal((await app.get(VaultService, { strict: false }).reveal(workspaceId, keyId)).secret, secret);
    }
    await assert.rejects(world.launch({ VAULT_KEYS: OLD! }), /lacks the key "new"/);
  });
});
