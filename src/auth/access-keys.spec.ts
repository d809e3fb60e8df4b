// A platform key's access from call to call: its rights are read anew, its rate is told, and what refuses it says why.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Database, newId } from "#libs/database/index";
import { World } from "../../test/app/world.js";
import { AccessService } from "./access.service.js";
import type { Actor, KeyGrant } from "./actor.js";
import { ApiKeysRepository } from "./api-keys.repository.js";
import { MembershipsRepository } from "./memberships.repository.js";
import { PlatformKeys } from "./platform-keys.js";

describe("the access of a platform key", () => {
  let world: World;
  let access: AccessService;
  let keys: PlatformKeys;
  let rows: ApiKeysRepository;
  let owner: Actor;

  before(async () => {
    world = await World.start();
    [access, keys, rows] = [world.get(AccessService), world.get(PlatformKeys), world.get(ApiKeysRepository)];
    owner = await world.anOwner();
  });
  after(() => world.stop());

  it("is asked anew between two steps of long work, whatever was read a moment ago", async () => {
    const member = await world.aMember(owner, "member");
    const { row, token } = await world.aKey(member, { scopes: ["gateway"], models: ["a/b"], budgetUsd: "1.5" });
    const may = () => access.keyThatStillMay(row.id, "gateway.use");
    await access.authenticate({}, token);
    const { stamp, ...grant } = (await may())!;
    const { id, name, workspaceId, scopes, models, budgetUsd, budgetPeriod, requestsPerMinute, expiresAt } = row;
    assert.deepEqual(grant, {
      ...{ id, name, workspaceId, scopes, models, budgetUsd, budgetPeriod, requestsPerMinute, expiresAt },
    });
    assert.equal(stamp, `${row.updatedAt}/member`);
    assert.equal(await access.keyThatStillMay(row.id, "conversation.read"), null, "without the scope");
    const setRole = (role: "viewer" | "member") =>
      world.get(MembershipsRepository).setRole(owner.workspaceId, member.userId, role);
    await setRole("viewer");
    assert.equal(await may(), null, "the role may not");
    await setRole("member");
    assert.equal((await may())?.id, row.id);
    await rows.revoke(owner.workspaceId, row.id, Date.now());
    assert.equal(await may(), null, "revoked");
    assert.equal(await access.keyThatStillMay(newId(), "gateway.use"), null, "unknown");
  });

  it("says where a key is no credential, and what is wrong with it", async () => {
    const { row, token } = await world.aKey(owner);
    const account = (await access.authenticate({}, token))!;
    const other = await world.anOwner();
    const gone = { status: 404, message: "This workspace was not found." };
    await assert.rejects(access.actorIn(account, other.workspaceId), gone);
    await rows.revoke(owner.workspaceId, row.id, Date.now());
    await keys.currentAnew(row.id);
    const ended = { status: 401, message: "This platform key has expired or was revoked." };
    await assert.rejects(access.actorIn(account, owner.workspaceId), ended);
    const enter = (authorization?: string) =>
      access.actorOfKey(authorization ? { authorization } : {}, "gateway.use", { header: () => undefined });
    await assert.rejects(enter(), { status: 401, message: "Send a platform key: Authorization: Bearer pk_…" });
    const invalid = "This platform key is not valid: mistyped, expired or revoked.";
    await assert.rejects(enter(`Bearer ${token}`), { status: 401, message: invalid });
  });

  it("is counted against a rate of its own alone, in requests a minute", async () => {
    const told = new Map<string, string>();
    const answer = { header: (name: string, value: string) => told.set(name, value) };
    const free = { id: newId(), requestsPerMinute: null } as KeyGrant;
    for (let n = 0; n < 3; n++) await access.countRequest(free, answer);
    assert.equal(told.size, 0);
    const [slow, other] = [1, 2].map(() => ({ id: newId(), requestsPerMinute: 1 }) as KeyGrant) as [KeyGrant, KeyGrant];
    await access.countRequest(slow, answer);
    assert.equal(told.get("x-ratelimit-remaining-requests"), "0");
    assert.equal(told.get("x-ratelimit-limit-requests"), "1");
    for (const to of [answer, undefined])
      await assert.rejects(access.countRequest(slow, to), ({ status, message, retryAfterMs }: never) => {
        assert.deepEqual([status, message], [429, "This platform key may make 1 requests a minute."]);
        assert.ok(retryAfterMs > 30_000 && retryAfterMs <= 60_000, `${retryAfterMs} ms`);
        return true;
      });
    await access.countRequest(other);
  });

  it("that has changed is found by its stamp, among many", async () => {
    const member = await world.aMember(owner, "admin");
    const made = [await world.aKey(owner), await world.aKey(member), await world.aKey(owner), await world.aKey(owner)];
    const [same, ofMember, changed, revoked] = made.map(({ row }) => row.id) as [string, string, string, string];
    const soon = await world.aKey(owner, { expiresAt: new Date(Date.now() + 60_000).toISOString() });
    const stamps = new Map<string, string>();
    for (const id of [same, ofMember, changed, revoked, soon.row.id])
      stamps.set(id, (await keys.current(id))!.key!.stamp);
    assert.deepEqual(await keys.changed(stamps), new Set());
    assert.deepEqual(await keys.changed(new Map()), new Set());
    await world.get(MembershipsRepository).setRole(owner.workspaceId, member.userId, "member");
    const { updatedAt } = made[2]!.row;
    await rows.revoke(owner.workspaceId, revoked, Date.now());
    await changeAt(changed, updatedAt + 1);
    stamps.set("unknown", "0/owner");
    assert.deepEqual(await keys.changed(stamps), new Set([ofMember, changed, revoked, "unknown"]));
  });

  it("is shared by requests at once in one read, and read again after a fault", async () => {
    const { row } = await world.aKey(owner);
    const held = rows.held.bind(rows);
    let reads = 0;
    rows.held = async (id) => {
      reads += 1;
      if (reads === 1) throw new Error("the database is away");
      return held(id);
    };
    try {
      await assert.rejects(keys.current(row.id), /away/);
      const actors = await Promise.all([1, 2, 3].map(() => keys.current(row.id)));
      assert.deepEqual(
        actors.map((actor) => actor?.key?.id),
        [row.id, row.id, row.id],
      );
      assert.equal(reads, 2);
      for (let n = 0; n < 2; n++) assert.equal(await keys.current("unknown"), null);
      assert.equal(reads, 4, "an unknown key is not kept");
    } finally {
      rows.held = held;
    }
  });

  it("is noted as used when the process ends in order, before its second is over", async () => {
    const process = await world.launch();
    const { row, token } = await world.aKey(owner);
    assert.ok(await process.get(AccessService, { strict: false }).authenticate({}, token));
    await process.get(PlatformKeys, { strict: false }).onApplicationShutdown();
    const noted = (await rows.get(owner.workspaceId, row.id))?.lastUsedAt;
    assert.ok(noted && Math.abs(Date.now() - noted) < 10_000);
  });

  /** As a change of the key's rights leaves its row. */
  const changeAt = (id: string, updatedAt: number) =>
    world.get(Database).transaction(() => rows.update(owner.workspaceId, id, { updatedAt }));
});
