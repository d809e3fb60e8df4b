// Platform keys as credentials: they hold for one workspace, never more than their member may now, and not a second longer than they should.
import assert from "node:assert/strict";
import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { after, before, describe, it, mock } from "node:test";
import timers from "node:timers/promises";
import { Database } from "#libs/database/index";
import { ApiKeysService } from "#src/api-keys/api-keys.service";
import { RotateMasterKey } from "#src/vault/rotate-master-key";
import { WorkspacesService } from "#src/workspaces/workspaces.service";
import { eventually } from "../../test/app/patience.js";
import { World } from "../../test/app/world.js";
import { AccessService, type CredentialHeaders } from "./access.service.js";
import type { Account, Actor } from "./actor.js";
import { ApiKeysRepository } from "./api-keys.repository.js";
import { newKey } from "./key-token.js";
import { PlatformKeys } from "./platform-keys.js";
import { assertCan } from "./policies.js";

/** Checks of each kind at once, and how often: 500 batches at night are 100,000 of each (security-reliability §2, V11). */
const BATCH = 200;
const TIMED_BATCHES = Number(process.env["TIMED_BATCHES"] ?? 20);
/** Two samples whose t is smaller are not told apart (Goodwill et al., Test Vector Leakage Assessment). */
const MOST_T = 4.5;

/** Welch's t of the times, ms, that refusals of unknown ids and of wrong secrets take, mixed at random. */
async function tOfRefusals(check: (token: string) => Promise<unknown>, id: string, batches: number): Promise<number> {
  const times: [number[], number[]] = [[], []];
  for (let batch = 0; batch < batches; batch += 1) {
    const tries = [0, 1].flatMap((kind) =>
      Array.from({ length: BATCH }, () => ({
        kind,
        token: newKey(kind === 0 ? undefined : id).token,
        at: Math.random(),
      })),
    );
    tries.sort((a, b) => a.at - b.at);
    for (const { kind, token } of tries) {
      const began = performance.now();
      const answer = check(token).then(() => times[kind as 0 | 1].push(performance.now() - began));
      // One after the other as far as the look-up goes; what waits, waits together.
      await Promise.race([answer, new Promise(setImmediate)]);
    }
    await new Promise((resolve) => setTimeout(resolve, 12));
  }
  // What the machine did beside, e.g. collecting garbage, is cut off for both alike.
  const most = times.flat().sort((a, b) => a - b)[Math.floor(batches * BATCH * 2 * 0.95)]!;
  const [unknown, wrong] = times.map((kind) => kind.map((time) => Math.min(time, most))) as typeof times;
  return welch(unknown, wrong);
}

function welch(a: readonly number[], b: readonly number[]): number {
  const [left, right] = [a, b].map((values) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return {
      mean,
      error: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) / values.length,
    };
  }) as [{ mean: number; error: number }, { mean: number; error: number }];
  return (left.mean - right.mean) / Math.sqrt(left.error + right.error);
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe("platform keys", () => {
  let world: World;
  let access: AccessService;
  let owner: Actor;

  before(async () => {
    world = await World.start();
    access = world.get(AccessService);
    owner = await world.anOwner();
  });
  after(() => world.stop());

  async function accountOf(token: string): Promise<Account> {
    const account = await access.authenticate(bearer(token));
    assert.ok(account);
    return account;
  }

  it("act for their member in their workspace, never as operator", async () => {
    const { row, token } = await world.aKey(owner, { scopes: ["chat"], requestsPerMinute: 7, models: ["a/b"] });
    const account = await accountOf(token);
    assert.deepEqual([account.userId, account.isOperator, account.sessionId], [owner.userId, false, row.id]);
    const actor = await access.actorIn(account, owner.workspaceId);
    assert.deepEqual([actor.role, actor.key?.scopes, actor.key?.requestsPerMinute], ["owner", ["chat"], 7]);
    assertCan(actor, "conversation.write");
    assert.throws(() => assertCan(actor, "vault.read"), { status: 403, code: "insufficient_scope" });
  });

  it("are one credential in every form of header, and the only one that counts", async () => {
    const { token } = await world.aKey(owner);
    for (const authorization of [`Bearer ${token}`, `bearer ${token}`, `BEARER  ${token} `]) {
      assert.equal((await access.authenticate({ authorization }))?.userId, owner.userId, authorization);
    }
    assert.equal((await access.authenticate({}, token))?.userId, owner.userId);
    const person = await world.anAccount();
    const cookie = `parley_session=${person.token}`;
    assert.equal((await access.authenticate({ cookie, ...bearer(token) }))?.userId, owner.userId);
    for (const authorization of ["Bearer", "Bearer ", `Bearer ${token}x`, `Bearer ${token} x`, `Bearer "${token}"`]) {
      assert.equal(await access.authenticate({ cookie, authorization }), null, authorization);
    }
    // The token of the handshake is looked at first: it is the more particular one.
    assert.equal(await access.authenticate(bearer(token), "pk_wrong"), null);
  });

  it("do not exist in other workspaces, also in their member's own", async () => {
    const { token } = await world.aKey(await world.aMember(owner, "admin"));
    const stranger = await world.anOwner();
    const account = await accountOf(token);
    for (const workspaceId of [stranger.workspaceId, "00000000-0000-7000-8000-000000000000"])
      await assert.rejects(access.actorIn(account, workspaceId), { status: 404 });
  });

  it("that are mistyped never reach the database, and those with another secret never hold", async () => {
    const { row, token } = await world.aKey(owner);
    const repository = world.get(ApiKeysRepository);
    const asked: string[] = [];
    const held = repository.held.bind(repository);
    repository.held = async (id) => {
      asked.push(id);
      return held(id);
    };
    const last = token.at(-1) === "0" ? "1" : "0";
    for (const wrong of [token.slice(0, -1), token.slice(0, -1) + last, "pk_", "", "x".repeat(100_000)])
      assert.equal(await access.authenticate({}, wrong), null);
    assert.deepEqual(asked, []);
    assert.equal(await access.authenticate(bearer(newKey(row.id).token)), null);
    assert.equal(await access.authenticate(bearer(newKey().token)), null);
    assert.equal(asked.length, 2);
    repository.held = held;
    await accountOf(token);
  });

  it("V11: are compared in constant time, once, whether they are known or not", async () => {
    const { row, token } = await world.aKey(owner);
    const compare = mock.method(crypto, "timingSafeEqual");
    syncBuiltinESMExports();
    try {
      for (const tried of [token, newKey(row.id).token, newKey().token]) {
        const before = compare.mock.callCount();
        assert.equal((await access.authenticate(bearer(tried))) !== null, tried === token);
        const calls = compare.mock.calls.slice(before);
        assert.deepEqual(
          calls.map(({ arguments: [left, right] }) => [left.byteLength, right.byteLength]),
          [[64, 64]],
        );
      }
    } finally {
      compare.mock.restore();
      syncBuiltinESMExports();
    }
  });

  it("V11: are refused after the same time, whether an id is unknown or its secret wrong", async (context) => {
    const { row, token } = await world.aKey(owner);
    const check = (tried: string) => world.get(PlatformKeys).find(tried);
    await check(token);
    const pause = mock.method(timers, "setTimeout", async () => undefined);
    syncBuiltinESMExports();
    const planted = await tOfRefusals(check, row.id, 60);
    pause.mock.restore();
    syncBuiltinESMExports();
    assert.ok(Math.abs(planted) > MOST_T, `without the pause the look-up is seen: t = ${planted}`);
    const t = await tOfRefusals(check, row.id, TIMED_BATCHES);
    context.diagnostic(
      `${TIMED_BATCHES * BATCH} of each: t = ${t.toFixed(2)}, without the pause ${planted.toFixed(0)}`,
    );
    assert.ok(Math.abs(t) < MOST_T, `t = ${t}`);
  });

  it("open the gateway: alone, with its scope, a role that may, and within their rate", async () => {
    const told = new Map<string, string>();
    const answer = { header: (name: string, value: string) => told.set(name, value) };
    const enter = (headers: CredentialHeaders) => access.actorOfKey(headers, "gateway.use", answer);
    const { token } = await world.aKey(owner, { scopes: ["gateway"], requestsPerMinute: 2 });
    const actor = await enter(bearer(token));
    assert.deepEqual([actor.workspaceId, actor.role, actor.key.scopes], [owner.workspaceId, "owner", ["gateway"]]);
    assert.equal(told.get("x-ratelimit-remaining-requests"), "1");
    await enter(bearer(token));
    await assert.rejects(enter(bearer(token)), { status: 429 });
    assert.equal(told.get("x-ratelimit-remaining-requests"), "0");

    const person = await world.anAccount();
    const cookie = `parley_session=${person.token}`;
    for (const headers of [{}, { cookie }, { cookie, authorization: "Bearer" }, bearer(newKey().token)])
      await assert.rejects(enter(headers), { status: 401, code: "unauthorized" });
    const narrow = await world.aKey(owner, { scopes: ["read", "chat"] });
    await assert.rejects(enter(bearer(narrow.token)), { status: 403, code: "insufficient_scope" });
    const member = await world.aMember(owner, "member");
    const key = await world.aKey(member, { scopes: ["gateway"] });
    await enter(bearer(key.token));
    await world.get(WorkspacesService).changeRole(owner, member.userId, "viewer");
    await eventually(async () => (await world.get(PlatformKeys).current(key.row.id))?.role === "viewer");
    await assert.rejects(enter(bearer(key.token)), { status: 403, code: "forbidden" });
  });

  it("are kept as a keyed hash alone", async () => {
    const { row, token } = await world.aKey(owner);
    const stored = JSON.stringify(await world.get(Database).one("SELECT * FROM api_keys WHERE id = ?", [row.id]));
    for (let at = 3; at < token.length - 8; at++) assert.ok(!stored.includes(token.slice(at, at + 8)));
    assert.match(row.tokenHash, /^[0-9a-f]{64}$/);
  });

  it("end with their time", async () => {
    const expiresAt = new Date(Date.now() + 400).toISOString();
    const { token } = await world.aKey(owner, { expiresAt });
    const account = await accountOf(token);
    await eventually(async () => (await access.authenticate(bearer(token))) === null);
    assert.ok(Date.now() >= Date.parse(expiresAt));
    await assert.rejects(access.actorIn(account, owner.workspaceId), { status: 401 });
  });

  it("end when they are revoked, on every process, and also when Redis does not say so", async () => {
    const other = (await world.launch()).get(AccessService, { strict: false });
    const { row, token } = await world.aKey(owner);
    for (const one of [access, other]) assert.ok(await one.authenticate(bearer(token)));
    await world.get(ApiKeysService).revoke(owner, row.id);
    const at = performance.now();
    for (const one of [access, other]) await eventually(async () => (await one.authenticate(bearer(token))) === null);
    assert.ok(performance.now() - at < 1_000);
    const second = await world.aKey(owner);
    await accountOf(second.token);
    await world.get(ApiKeysRepository).revoke(owner.workspaceId, second.row.id, Date.now());
    const since = performance.now();
    await eventually(async () => (await access.authenticate(bearer(second.token))) === null);
    assert.ok(performance.now() - since < 1_000);
  });

  it("narrow with their member, and end for good when the member goes", async () => {
    const admin = await world.aMember(owner, "admin");
    const { row, token } = await world.aKey(admin, { scopes: ["members.manage", "read"] });
    const account = await accountOf(token);
    assertCan(await access.actorIn(account, owner.workspaceId), "members.manage");
    const workspaces = world.get(WorkspacesService);
    await workspaces.changeRole(owner, admin.userId, "viewer");
    await eventually(async () => (await access.actorIn(account, owner.workspaceId)).role === "viewer");
    const viewer = await access.actorIn(account, owner.workspaceId);
    assertCan(viewer, "conversation.read");
    assert.throws(() => assertCan(viewer, "members.manage"), { code: "forbidden" });
    await workspaces.remove(owner, admin.userId);
    await eventually(async () => (await access.authenticate(bearer(token))) === null);
    const ended = await world
      .get(Database)
      .one<{ revokedAt: number | null }>('SELECT revoked_at AS "revokedAt" FROM api_keys WHERE id = ?', [row.id]);
    assert.ok(ended?.revokedAt);
  });

  it("outlive a new vault key, and the old one's removal", async () => {
    const { token } = await world.aKey(owner);
    const [old] = world.config.vaultKeys;
    const written = (id: string, key: Buffer) => `${id}:${key.toString("base64")}`;
    const fresh = Buffer.from("0123456789abcdef0123456789abcdef");
    assert.ok(old);
    const both = `${written("k2", fresh)},${written(old.id, old.key)}`;
    const during = await world.launch({ VAULT_KEYS: both });
    assert.ok(await during.get(AccessService, { strict: false }).authenticate(bearer(token)));
    const alone = { VAULT_KEYS: written("k2", fresh) };
    await assert.rejects(world.launch(alone), /lacks the key "k1"/);
    await during.get(RotateMasterKey, { strict: false }).execute(null);
    const later = await world.launch(alone);
    assert.ok(await later.get(AccessService, { strict: false }).authenticate(bearer(token)));
    await assert.rejects(world.launch({ VAULT_KEYS: written(old.id, old.key) }), /lacks the key "k2"/);
    await assert.rejects(world.launch({ VAULT_KEYS: written("k2", old.key) }), /another key under the id "k2"/);
  });

  it("note their last use, soon and then at most once a minute", async () => {
    const { row, token } = await world.aKey(owner);
    const repository = world.get(ApiKeysRepository);
    await accountOf(token);
    const lastUse = async () => (await repository.get(owner.workspaceId, row.id))?.lastUsedAt ?? null;
    await eventually(async () => (await lastUse()) !== null);
    const noted = await lastUse();
    assert.ok(noted && Math.abs(Date.now() - noted) < 10_000);
    await repository.touch(new Map([[row.id, noted + 59_999]]), 60_000);
    assert.equal(await lastUse(), noted);
    await repository.touch(new Map([[row.id, noted + 60_000]]), 60_000);
    assert.equal(await lastUse(), noted + 60_000);
  });
});
