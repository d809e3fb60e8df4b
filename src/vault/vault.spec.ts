// The vault in a real database: what was changed there does not open (vault tests V1, V2, V4, V5, V9, V13), what was not does.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Database, newId } from "#libs/database/index";
import { RedisClients } from "#libs/redis/index";
import { AuditLog } from "#src/audit/audit-log";
import type { Actor } from "#src/auth/actor";
import { WorkspacesService } from "#src/workspaces/workspaces.service";
import { World } from "../../test/app/world.js";
import { type ProviderKey } from "./provider-key.entity.js";
import { ProviderKeyring } from "./provider-keyring.js";
import { ProviderKeysService } from "./provider-keys.service.js";
import { toProviderKeyView } from "./vault.dto.js";
import { VaultService } from "./vault.service.js";

const KEK = `k1:${randomBytes(32).toString("base64")}`;
const SECRET = "sk-or-v1-9f3a7c51e0b84d26a7f1c9035e8b2d64cdef";
const BASE_URL = "https://8.8.8.8/v1";
const unreadable = { code: "provider_key_unreadable", status: 500 };

describe("the vault", () => {
  let world: World;
  let vault: VaultService;
  let keyring: ProviderKeyring;
  let keys: ProviderKeysService;
  let db: Database;
  let ann: Actor;

  before(async () => {
    world = await World.start({ VAULT_KEYS: KEK, OPENROUTER_API_KEY: "sk-or-v1-of-the-instance" });
    [vault, keyring, keys, db] = [
      world.get(VaultService),
      world.get(ProviderKeyring),
      world.get(ProviderKeysService),
      world.get(Database),
    ];
  });
  after(() => world.stop());

  async function aKey(actor: Actor, input: Partial<Parameters<ProviderKeysService["create"]>[1]> = {}) {
    return keys.create(actor, { provider: "openrouter", label: "a key", secret: SECRET, ...input });
  }

  async function set(id: string, changes: Record<string, string | number | null>): Promise<void> {
    for (const [column, value] of Object.entries(changes)) {
      await db.execute(`UPDATE provider_keys SET ${column} = ? WHERE id = ?`, [value, id]);
    }
  }

  it("gives the secret back for a call, in every process, and shows it to nobody", async () => {
    ann = await world.anOwner();
    const key = await aKey(ann);
    await world.launch();
    for (const process of [0, 1]) {
      const opened = await world.get(VaultService, process).reveal(ann.workspaceId, key.id);
      assert.deepEqual([opened.secret, opened.keyId], [SECRET, key.id]);
    }
    const { spentUsd, spentThisMonthUsd } = toProviderKeyView(key);
    assert.deepEqual([spentUsd, spentThisMonthUsd], ["0", "0"]);
    const view = JSON.stringify(toProviderKeyView(key));
    for (let at = 0; at + 6 <= SECRET.length; at++) assert.ok(!view.includes(SECRET.slice(at, at + 6)), view);
    assert.match(key.masked, /^…cdef$/);
    assert.match(key.fingerprint, /^[0-9a-f]{8}$/);
    assert.equal((await aKey(ann, { secret: "short-one" })).masked, "…");
  });

  it("keeps no readable secret in any file, nor in Redis", async () => {
    await db.execute("UPDATE users SET name = name");
    const files = readdirSync(world.config.dataDir, { recursive: true, withFileTypes: true }).filter((one) =>
      one.isFile(),
    );
    assert.ok(files.some(({ name }) => name.endsWith("-wal")));
    for (const file of files) {
      const bytes = readFileSync(join(file.parentPath, file.name));
      for (const text of [SECRET, Buffer.from(SECRET).toString("base64"), Buffer.from(SECRET).toString("hex")]) {
        assert.ok(!bytes.includes(text), file.name);
      }
    }
    const { main } = world.get(RedisClients);
    for (const key of await main.keys("*")) assert.ok(!(await main.dump(key))?.includes(SECRET), key);
  });

  it("V2: opens nothing that was moved to another row or workspace, or got another version", async () => {
    const bob = await world.anOwner();
    const [one, two, foreign] = [await aKey(ann), await aKey(ann, { secret: `${SECRET}-2` }), await aKey(bob)];
    for (const [victim, changes] of [
      [one, { sealed: two.sealed }],
      [one, { sealed: foreign.sealed }],
      [one, { secret_version: 2 }],
      [one, { sealed: "" }],
      [one, { sealed: "%%%" }],
    ] as [ProviderKey, Record<string, string | number>][]) {
      await set(victim.id, changes);
      await assert.rejects(vault.reveal(ann.workspaceId, victim.id), unreadable, JSON.stringify(changes));
      await set(victim.id, { sealed: victim.sealed, secret_version: victim.secretVersion });
      assert.equal((await vault.reveal(ann.workspaceId, victim.id)).secret, SECRET);
    }
    // The whole row under another tenant, or under another id.
    await set(two.id, { workspace_id: bob.workspaceId });
    await assert.rejects(vault.reveal(bob.workspaceId, two.id), unreadable);
    const id = newId();
    await set(one.id, { id });
    await assert.rejects(vault.reveal(ann.workspaceId, id), unreadable);
    await keys.delete(ann, id);
  });

  it("V5: does not open an older secret that was put back", async () => {
    const key = await aKey(ann);
    await keys.rotate(ann, key.id, `${SECRET}-new`);
    await set(key.id, { sealed: key.sealed });
    await assert.rejects(vault.reveal(ann.workspaceId, key.id), unreadable);
  });

  it("V5: nor when its version is put back with it: the audit log knows the newer one, and is told", async () => {
    const key = await aKey(ann);
    await keys.rotate(ann, key.id, `${SECRET}-new`);
    await set(key.id, { sealed: key.sealed, secret_version: key.secretVersion });
    for (let n = 0; n < 3; n++) await assert.rejects(vault.reveal(ann.workspaceId, key.id), unreadable);
    const noted = await world
      .get(AuditLog)
      .list(ann.workspaceId, { action: "vault.unreadable", targetId: key.id, limit: 9 });
    assert.equal(noted.length, 1, "once, however often it is asked for");
    assert.equal(noted[0]!.targetId, key.id);
    // Mended by a new secret, whose version no older one ever had.
    assert.equal((await keys.rotate(ann, key.id, `${SECRET}-third`)).secretVersion, 3);
    assert.equal((await vault.reveal(ann.workspaceId, key.id)).secret, `${SECRET}-third`);
    await keys.delete(ann, key.id);
  });

  it("V13: does not send a secret to another origin than it was given for", async () => {
    const bound = await aKey(ann, { provider: "openai-compatible", baseUrl: `${BASE_URL}/` });
    assert.equal(bound.baseUrl, BASE_URL);
    const operators = await aKey(ann);
    await set(bound.id, { base_url: "https://8.8.8.8/v2" });
    assert.equal((await vault.reveal(ann.workspaceId, bound.id)).baseUrl, "https://8.8.8.8/v2");
    for (const baseUrl of ["https://8.8.4.4/v1", "https://8.8.8.8:8443/v1", null]) {
      await set(bound.id, { base_url: baseUrl });
      await assert.rejects(vault.reveal(ann.workspaceId, bound.id), unreadable, String(baseUrl));
    }
    await set(operators.id, { base_url: BASE_URL });
    await assert.rejects(vault.reveal(ann.workspaceId, operators.id), unreadable);
    for (const baseUrl of ["http://127.0.0.1:6379", "https://169.254.169.254/v1", "https://[::1]/v1"]) {
      await set(operators.id, { base_url: baseUrl });
      await assert.rejects(vault.reveal(ann.workspaceId, operators.id), { code: "base_url_refused" }, baseUrl);
    }
  });

  it("follows the operator to another address with keys that are for wherever that is", async () => {
    const key = await aKey(ann);
    const moved = await world.launch({ OPENROUTER_BASE_URL: "https://openrouter.example.test/api/v1" });
    const opened = await moved.get(VaultService, { strict: false }).reveal(ann.workspaceId, key.id);
    assert.deepEqual([opened.secret, opened.baseUrl], [SECRET, "https://openrouter.example.test/api/v1"]);
  });

  it("takes the first enabled key for a call, then the instance's, then none", async () => {
    const bob = await world.anOwner();
    assert.deepEqual((await keyring.credentialFor(bob.workspaceId)).secret, "sk-or-v1-of-the-instance");
    const [one, two, three] = [await aKey(bob), await aKey(bob), await aKey(bob, { priority: 5 })];
    const used = async () => (await keyring.credentialFor(bob.workspaceId)).keyId;
    assert.equal(await used(), three.id);
    await keys.update(bob, three.id, { enabled: false });
    assert.equal(await used(), one.id);
    await keys.update(bob, one.id, { priority: 500 });
    assert.equal(await used(), two.id);
    const listed: string[] = [];
    for (let after: [number, string] | undefined; ; ) {
      const page = await keys.list(bob.workspaceId, 2, after);
      listed.push(...page.slice(0, 2).map(({ id }) => id));
      if (page.length <= 2) break;
      after = [page[1]!.priority, page[1]!.id];
    }
    assert.deepEqual(listed, [three.id, two.id, one.id]);
    for (const id of listed) await keys.delete(bob, id);
    assert.equal(await used(), null);
    const bare = await world.launch({ OPENROUTER_API_KEY: "" });
    const none = bare.get(ProviderKeyring, { strict: false }).credentialFor(bob.workspaceId);
    const message = "No provider key is set up: add one in Settings → Provider keys.";
    await assert.rejects(none, { code: "no_provider_key", status: 422, message });
  });

  it("asks with the key that an earlier call used, also after another has come before it", async () => {
    const bob = await world.anOwner();
    const old = await aKey(bob, { enabled: false });
    const today = await aKey(bob, { priority: 1, secret: `${SECRET}-today` });
    assert.equal((await keyring.credentialOf(bob.workspaceId, old.id)).secret, SECRET);
    assert.equal((await keyring.credentialOf(bob.workspaceId, null)).secret, "sk-or-v1-of-the-instance");
    await keys.delete(bob, old.id);
    assert.equal((await keyring.credentialOf(bob.workspaceId, old.id)).keyId, today.id);
    // The instance has no key any more: the workspace's own goes on with what the instance's began.
    const bare = await world.launch({ OPENROUTER_API_KEY: "" });
    const ofBare = bare.get(ProviderKeyring, { strict: false });
    assert.equal((await ofBare.credentialOf(bob.workspaceId, null)).keyId, today.id);
    // Ids of other workspaces are no ids here.
    assert.equal((await keyring.credentialOf(ann.workspaceId, today.id)).keyId !== today.id, true);
  });

  it("notes when a key was used, once a minute", async () => {
    const bob = await world.anOwner();
    const key = await aKey(bob);
    const lastUsed = async () => {
      await db.transaction(async () => undefined);
      return (await keys.list(bob.workspaceId, 1, undefined))[0]!.lastUsedAt;
    };
    assert.equal(await lastUsed(), null);
    await keyring.credentialFor(bob.workspaceId);
    const first = await lastUsed();
    assert.ok(first !== null && Date.now() - first < 10_000);
    await keyring.credentialFor(bob.workspaceId);
    assert.equal(await lastUsed(), first);
    await set(key.id, { last_used_at: Date.now() - 61_000 });
    await keyring.credentialFor(bob.workspaceId);
    assert.ok((await lastUsed())! >= first);
  });

  it("changes one secret at a time, in one workspace only", async () => {
    const bob = await world.anOwner();
    const key = await aKey(bob);
    for (const attempt of [
      () => keys.rotate(ann, key.id, "x"),
      () => keys.update(ann, key.id, { label: "mine" }),
      () => keys.delete(ann, key.id),
      () => vault.reveal(ann.workspaceId, key.id),
    ]) {
      await assert.rejects(attempt(), { status: 404, message: "This key was not found." });
    }
    const rotated = await keys.rotate(bob, key.id, `${SECRET}-new`);
    assert.deepEqual([rotated.secretVersion, rotated.label], [2, "a key"]);
    assert.notEqual(rotated.fingerprint, key.fingerprint);
    assert.equal((await keys.rotate(bob, key.id, SECRET)).fingerprint, key.fingerprint);
    assert.equal((await vault.reveal(bob.workspaceId, key.id)).secret, SECRET);
  });

  it("asks for a base URL where the provider has none of its own", async () => {
    await assert.rejects(aKey(ann, { provider: "openai-compatible" }), { status: 422, code: "invalid_input" });
  });

  it("V9: opens nothing of a workspace whose keys were destroyed, also what was open a moment ago", async () => {
    const bob = await world.anOwner();
    const key = await aKey(bob);
    await vault.reveal(bob.workspaceId, key.id);
    await vault.shred(bob.workspaceId);
    await assert.rejects(vault.reveal(bob.workspaceId, key.id), { code: "key_destroyed", status: 410 });
    await assert.rejects(aKey(bob), { code: "key_destroyed", status: 410 });
    const carl = await world.anOwner();
    await aKey(carl);
    await world.get(WorkspacesService).delete(carl);
    for (const table of ["workspace_deks", "provider_keys", "members"]) {
      assert.deepEqual(await db.query(`SELECT 1 FROM ${table} WHERE workspace_id = ?`, [carl.workspaceId]), []);
    }
  });

  it("V4: does not start with a key missing or another one under its id, says which, and changes nothing", async () => {
    const before = await db.query("SELECT * FROM workspace_deks ORDER BY workspace_id");
    const other = `k2:${randomBytes(32).toString("base64")}`;
    const refused = (env: string, words: RegExp) =>
      assert.rejects(world.launch({ VAULT_KEYS: env }), (error: Error) => words.test(error.message));
    await refused(other, /lacks the key "k1"/);
    await refused(`k1:${randomBytes(32).toString("base64")}`, /another key under the id "k1"/);
    await db.execute("UPDATE workspace_deks SET kek_check = NULL");
    await refused(`k1:${randomBytes(32).toString("base64")}`, /another key under the id "k1"/);
    await world.launch({ VAULT_KEYS: `${KEK},${other}` });
    await world.launch({ VAULT_KEYS: `${other},${KEK}` });
    const after = await db.query("SELECT * FROM workspace_deks ORDER BY workspace_id");
    const wraps = (rows: unknown[]) => rows.map((row) => (row as { wrapped: string }).wrapped);
    assert.deepEqual(wraps(after), wraps(before));
  });
});
