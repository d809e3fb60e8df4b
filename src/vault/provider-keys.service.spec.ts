// Provider keys as admins change them and as calls open them: what stays, what the audit log is told, and what does not open.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { Database, newId } from "#libs/database/index";
import { Logger } from "#libs/observability/index";
import { AuditLog } from "#src/audit/audit-log";
import type { Actor } from "#src/auth/actor";
import { AuditTrail } from "#src/auth/audit-trail";
import { World } from "../../test/app/world.js";
import { Egress } from "./egress.js";
import { ProviderKeysRepository } from "./provider-keys.repository.js";
import { ProviderKeysService } from "./provider-keys.service.js";
import { open } from "./sealing.js";
import { VaultService } from "./vault.service.js";
import { WorkspaceKeys } from "./workspace-keys.js";

const SECRET = "sk-or-v1-a-secret-of-the-tests";
const NEW_SECRET = "sk-or-v1-another-secret-of-the-tests";
const HOUR = 3_600_000;
const UNREADABLE = {
  code: "provider_key_unreadable",
  status: 500,
  message: "This provider key cannot be opened: what is stored was changed or moved. Enter the secret again.",
};
const notFound = { status: 404, message: "This key was not found." };

describe("provider keys", () => {
  let world: World;
  let db: Database;
  let keys: ProviderKeysService;
  let rows: ProviderKeysRepository;
  let vault: VaultService;
  let ann: Actor;
  const lines: string[] = [];

  before(async () => {
    world = await World.start();
    [db, keys, rows] = [world.get(Database), world.get(ProviderKeysService), world.get(ProviderKeysRepository)];
    const audit: AuditTrail = world.get(AuditTrail as never);
    const destination = { write: (line: string) => void lines.push(line) };
    const logger = new Logger({ level: "debug", service: "test", destination });
    vault = new VaultService(rows, world.get(WorkspaceKeys), audit, world.get(Egress), world.config, logger);
  });
  after(() => world.stop());
  beforeEach(async () => {
    lines.length = 0;
    ann = await world.anOwner();
  });

  const aKey = (input: Partial<Parameters<ProviderKeysService["create"]>[1]> = {}) =>
    keys.create(ann, { provider: "openrouter", label: "k", secret: SECRET, ...input });
  const find = async (id: string) => (await rows.find(ann.workspaceId, id))!;
  /** What the log of the workspace knows of a key, oldest first. */
  const told = async (id: string) =>
    (await world.get(AuditLog).list(ann.workspaceId, { targetId: id, limit: 20 }))
      .map(({ action, targetType, userId, facts }) => ({ action, targetType, userId, facts }))
      .reverse();
  const pause = async (id: string) => rows.pause(await find(id), "insufficient_credits", Date.now() + HOUR);
  const damage = (id: string) => db.execute("UPDATE provider_keys SET sealed = 'AQAAAAE=' WHERE id = ?", [id]);

  it("are stored as they were given, with defaults for the rest", async () => {
    const begun = Date.now();
    const plain = await find((await aKey()).id);
    const { provider, label, baseUrl, enabled, priority, secretVersion, createdBy, lastUsedAt } = plain;
    assert.deepEqual(
      { provider, label, baseUrl, enabled, secretVersion, createdBy, lastUsedAt },
      {
        ...{ provider: "openrouter", label: "k", baseUrl: null, enabled: true, secretVersion: 1 },
        ...{ createdBy: ann.userId, lastUsedAt: null },
      },
    );
    assert.ok(plain.createdAt >= begun && plain.createdAt === plain.updatedAt);
    const own = await find(
      (await aKey({ enabled: false, priority: priority + 1, baseUrl: "https://8.8.8.8/v1///" })).id,
    );
    assert.deepEqual([own.enabled, own.priority, own.baseUrl], [false, priority + 1, "https://8.8.8.8/v1"]);
    // Of a short secret nothing is shown, of a longer one the end.
    assert.equal((await aKey({ secret: "12345678901" })).masked, "…");
    assert.equal((await aKey({ secret: "123456789012" })).masked, "…9012");
  });

  it("are refused without an address where the provider has none, and with a private one; nothing is stored", async () => {
    for (const [baseUrl, message] of [
      [undefined, "is required for openai-compatible"],
      ["https://10.0.0.1/v1", "points at a private address, which the operator has not allowed"],
    ] as const) {
      const input = { provider: "openai-compatible", ...(baseUrl !== undefined && { baseUrl }) } as const;
      await assert.rejects(aKey(input), { status: 422, errors: [{ path: "baseUrl", message }] });
    }
    assert.deepEqual(await rows.all(ann.workspaceId), []);
  });

  it("change in what is named alone; one that is switched on is tried again", async () => {
    const { id, label, priority, updatedAt } = await aKey();
    await db.execute("UPDATE provider_keys SET updated_at = 0 WHERE id = ?", [id]);
    await pause(id);
    const view = async () => {
      const row = await find(id);
      return [row.label, row.enabled, row.priority, row.pausedReason !== null];
    };
    await keys.update(ann, id, { label: "new" });
    assert.deepEqual(await view(), ["new", true, priority, true]);
    assert.ok((await find(id)).updatedAt >= updatedAt);
    await keys.update(ann, id, { priority: 0 });
    assert.deepEqual(await view(), ["new", true, 0, true]);
    await keys.update(ann, id, { enabled: false });
    assert.deepEqual(await view(), ["new", false, 0, true]);
    const row = await keys.update(ann, id, { enabled: true, label });
    assert.deepEqual(await view(), [label, true, 0, false]);
    assert.deepEqual({ ...row }, { ...(await find(id)) });
    assert.equal((await vault.reveal(ann.workspaceId, id)).secret, SECRET);
  });

  it("with a new secret are tried again; all of it is in the audit log, and nothing of what failed", async () => {
    const { id } = await aKey();
    await pause(id);
    await keys.update(ann, id, { label: "new" });
    await keys.rotate(ann, id, NEW_SECRET);
    assert.deepEqual([(await find(id)).pausedReason, (await find(id)).pausedUntil], [null, null]);
    await keys.delete(ann, id);
    for (const act of [
      () => keys.delete(ann, id),
      () => keys.update(ann, id, { label: "x" }),
      () => keys.rotate(ann, id, "x"),
    ])
      await assert.rejects(act(), notFound);
    const by = { targetType: "provider_key", userId: ann.userId };
    assert.deepEqual(await told(id), [
      { action: "provider_key.created", ...by, facts: { provider: "openrouter", secretVersion: 1 } },
      { action: "provider_key.changed", ...by, facts: { secretVersion: 1 } },
      { action: "provider_key.rotated", ...by, facts: { secretVersion: 2 } },
      { action: "provider_key.deleted", ...by, facts: {} },
    ]);
  });

  it("that are not what was read any more are a conflict, worth another try, and nothing is noted", async () => {
    const { id } = await aKey();
    // The row is another one by the time it is written.
    await db.execute("CREATE TRIGGER gone BEFORE UPDATE ON provider_keys BEGIN SELECT RAISE(IGNORE); END");
    const message = "Somebody else changed this key at the same moment.";
    const conflict = { code: "key_changed", status: 409, retryable: true, message };
    await assert.rejects(keys.update(ann, id, { label: "new" }), conflict);
    await db.execute("DROP TRIGGER gone");
    assert.equal((await told(id)).length, 1);
  });

  it("that were read before they changed open as what is there now", async () => {
    const old = await aKey();
    await keys.rotate(ann, old.id, NEW_SECRET);
    const credential = await vault.open(old);
    assert.deepEqual([credential.secret, credential.keyId, credential.provider], [NEW_SECRET, old.id, "openrouter"]);
    assert.equal(credential.baseUrl, world.config.openrouterBaseUrl);
    await keys.delete(ann, old.id);
    await assert.rejects(vault.open(old), notFound);
    await assert.rejects(vault.reveal(ann.workspaceId, old.id), notFound);
    assert.deepEqual(lines, []);
  });

  it("are sealed to the same place as ever, so that one version of the program opens what another has sealed", async () => {
    const [operators, own] = [await aKey(), await aKey({ baseUrl: "https://8.8.8.8:8443/v1" })];
    for (const [key, origin] of [
      [operators, "operator"],
      [own, "https://8.8.8.8:8443"],
    ] as const) {
      const { workspaceId, id: rowId, secretVersion, sealed } = key;
      const place = { table: "provider_keys", column: "sealed", workspaceId, rowId, secretVersion, origin };
      const secret = await world.get(WorkspaceKeys).withVersion(workspaceId, 1, (dek) => open(dek, place, sealed));
      assert.equal(secret, SECRET);
    }
  });

  it("from before there was an audit log open, and get the next version", async () => {
    const id = newId();
    const made = await aKey();
    await db.transaction(async () => {
      const sealed = await vault.seal({ ...made, id, secretVersion: 4 }, NEW_SECRET);
      await rows.add({ ...made, ...sealed, id });
    });
    assert.equal((await vault.reveal(ann.workspaceId, id)).secret, NEW_SECRET);
    assert.equal((await keys.rotate(ann, id, SECRET)).secretVersion, 5);
    // A row that was put back gets a version above those that are known.
    assert.equal(await vault.nextVersion({ ...(await find(id)), secretVersion: 2 }), 6);
    assert.equal(await vault.nextVersion({ ...(await find(id)), secretVersion: 9 }), 10);
  });

  it("that do not open are noted in both logs, in the audit log once an hour", async (test) => {
    const { id } = await aKey();
    await damage(id);
    const asked = async () => {
      await assert.rejects(vault.reveal(ann.workspaceId, id), (error: Error) => {
        assert.partialDeepStrictEqual({ ...error, message: error.message }, UNREADABLE);
        return error.cause instanceof Error;
      });
      return (await told(id)).filter(({ action }) => action === "vault.unreadable");
    };
    const event = { action: "vault.unreadable", targetType: "provider_key", userId: null, facts: {} };
    const now = Date.now();
    test.mock.timers.enable({ apis: ["Date"], now });
    assert.deepEqual(await asked(), [event]);
    test.mock.timers.setTime(now + HOUR);
    assert.deepEqual(await asked(), [event]);
    test.mock.timers.setTime(now + HOUR + 1);
    assert.deepEqual(await asked(), [event, event]);
    const seen = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const fields = ["error", "provider_key_unreadable", ann.workspaceId, id];
    assert.deepEqual(
      seen.map((line) => [line["level"], line["event"], line["workspaceId"], line["keyId"]]),
      [fields, fields, fields],
    );
  });

  it("of a workspace that was destroyed are gone, which is no fault of theirs", async () => {
    const { id } = await aKey();
    await vault.shred(ann.workspaceId);
    await assert.rejects(vault.reveal(ann.workspaceId, id), { code: "key_destroyed" });
    assert.deepEqual((await told(id)).length, 1);
    assert.deepEqual(lines, []);
  });

  it("have a fault of the database told as it is", async () => {
    const key = await aKey();
    await db.execute("ALTER TABLE workspace_deks RENAME TO away");
    await assert.rejects(vault.open(key), /no such table/);
    await db.execute("ALTER TABLE away RENAME TO workspace_deks");
    assert.equal((await vault.open(key)).secret, SECRET);
  });
});
