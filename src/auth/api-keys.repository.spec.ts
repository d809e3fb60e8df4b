// Platform keys in the database: which hold, whose they are, page by page, and what is noted of their use.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Database, newId } from "#libs/database/index";
import { World } from "../../test/app/world.js";
import type { Actor } from "./actor.js";
import { ApiKeysRepository } from "./api-keys.repository.js";
import { MembershipsRepository } from "./memberships.repository.js";

describe("the rows of platform keys", () => {
  let world: World;
  let keys: ApiKeysRepository;
  let owner: Actor;
  let stranger: Actor;

  before(async () => {
    world = await World.start();
    keys = world.get(ApiKeysRepository);
    [owner, stranger] = [await world.anOwner(), await world.anOwner()];
  });
  after(() => world.stop());

  const disable = (userId: string, at: number | null) =>
    world.get(Database).execute("UPDATE users SET disabled_at = ? WHERE id = ?", [at, userId]);
  const idsOf = async (...page: Parameters<ApiKeysRepository["page"]>) =>
    (await keys.page(...page)).map(({ key }) => key.id);

  it("hold with their member as they are now, and not without one", async () => {
    const member = await world.aMember(owner, "member");
    const { row } = await world.aKey(member, { scopes: ["read", "chat"], models: ["a/b"] });
    const { key, ...of } = (await keys.held(row.id))!;
    assert.deepEqual({ ...key }, { ...row });
    assert.deepEqual(of, { email: member.email, userName: member.name, role: "member" });
    await world.get(MembershipsRepository).setRole(owner.workspaceId, member.userId, "viewer");
    assert.equal((await keys.held(row.id))?.role, "viewer");
    await disable(member.userId, Date.now());
    assert.equal(await keys.held(row.id), undefined);
    await disable(member.userId, null);
    assert.equal((await keys.held(row.id))?.key.id, row.id);
    assert.equal(await keys.held(newId()), undefined);
    await keys.revoke(owner.workspaceId, row.id, Date.now());
    assert.equal(await keys.held(row.id), undefined);
  });

  it("tell the rights of those that hold at a time, each with when they were changed", async () => {
    const member = await world.aMember(owner, "member");
    const [lasting, ending, revoked, disabled] = [
      await world.aKey(owner),
      await world.aKey(owner, { expiresAt: new Date(Date.now() + 60_000).toISOString() }),
      await world.aKey(owner),
      await world.aKey(member),
    ];
    const other = await world.aKey(owner);
    await keys.revoke(owner.workspaceId, revoked.row.id, Date.now());
    const asked = [lasting, ending, revoked, disabled].map(({ row }) => row.id);
    const rights = async (now: number) =>
      (await keys.rights([...asked, newId()], now)).sort((a, b) => asked.indexOf(a.id) - asked.indexOf(b.id));
    const stamp = ({ row }: typeof lasting, role: string) => ({ id: row.id, updatedAt: row.updatedAt, role });
    const now = Date.now();
    assert.deepEqual(await rights(now), [stamp(lasting, "owner"), stamp(ending, "owner"), stamp(disabled, "member")]);
    assert.deepEqual((await rights(ending.row.expiresAt!)).length, 2, "over at the very moment");
    await disable(member.userId, now);
    assert.deepEqual(await rights(ending.row.expiresAt!), [stamp(lasting, "owner")]);
    await disable(member.userId, null);
    assert.ok(!(await rights(now)).some(({ id }) => id === other.row.id), "only those that were asked for");
  });

  it("are found, changed and revoked in their own workspace only, and once", async () => {
    const { row } = await world.aKey(owner);
    assert.equal((await keys.get(owner.workspaceId, row.id))?.id, row.id);
    assert.equal(await keys.get(stranger.workspaceId, row.id), undefined);
    const db = world.get(Database);
    const update = (...to: Parameters<ApiKeysRepository["update"]>) => db.transaction(() => keys.update(...to));
    await update(stranger.workspaceId, row.id, { name: "Mine" });
    assert.equal((await keys.get(owner.workspaceId, row.id))?.name, row.name);
    await update(owner.workspaceId, row.id, { name: "Renamed", scopes: ["chat"], expiresAt: 9_999_999_999_999 });
    const { name, scopes, expiresAt } = (await keys.get(owner.workspaceId, row.id))!;
    assert.deepEqual([name, scopes, expiresAt], ["Renamed", ["chat"], 9_999_999_999_999]);
    assert.equal(await keys.revoke(stranger.workspaceId, row.id, 1), false);
    assert.equal(await keys.revoke(owner.workspaceId, row.id, 1_234), true);
    assert.equal(await keys.revoke(owner.workspaceId, row.id, 5_678), false);
    const sql = 'SELECT revoked_at AS "revokedAt" FROM api_keys WHERE id = ?';
    assert.deepEqual(await db.one(sql, [row.id]), { revokedAt: 1_234 });
    assert.equal(await keys.get(owner.workspaceId, row.id), undefined);
  });

  it("are listed newest first with their member's name, of all or of one member, page by page", async () => {
    const boss = await world.anOwner();
    const member = await world.aMember(boss, "member");
    const { workspaceId } = boss;
    assert.deepEqual(await keys.page(workspaceId, undefined, 10), []);
    const made: string[] = [];
    for (const one of [boss, member, boss, member]) made.unshift((await world.aKey(one)).row.id);
    await keys.revoke(workspaceId, (await world.aKey(boss)).row.id, Date.now());
    assert.deepEqual(await idsOf(workspaceId, undefined, 10), made);
    assert.deepEqual(await idsOf(workspaceId, undefined, 2), made.slice(0, 2));
    assert.deepEqual(await idsOf(workspaceId, undefined, 2, made[1]), made.slice(2));
    assert.deepEqual(await idsOf(workspaceId, member.userId, 10), [made[0], made[2]]);
    assert.deepEqual(await idsOf(workspaceId, member.userId, 10, made[0]), [made[2]]);
    assert.deepEqual(await idsOf(stranger.workspaceId, undefined, 10), []);
    await world.get(Database).execute("UPDATE users SET name = 'The member' WHERE id = ?", [member.userId]);
    assert.deepEqual(
      (await keys.page(workspaceId, undefined, 10)).map(({ userName }) => userName),
      ["The member", boss.name, "The member", boss.name],
    );
    assert.deepEqual(
      [await keys.count(workspaceId, member.userId), await keys.count(workspaceId, boss.userId)],
      [2, 2],
    );
    assert.equal(await keys.count(stranger.workspaceId, member.userId), 0);
  });

  it("note uses of many keys at once, each for itself", async () => {
    const [one, two, unused] = [await world.aKey(owner), await world.aKey(owner), await world.aKey(owner)];
    const noted = () =>
      Promise.all([one, two, unused].map(async ({ row }) => (await keys.held(row.id))?.key.lastUsedAt));
    const start = 1_800_000_000_000;
    await keys.touch(
      new Map([
        [one.row.id, start],
        [two.row.id, start + 1],
      ]),
      60_000,
    );
    assert.deepEqual(await noted(), [start, start + 1, null]);
    await keys.touch(new Map([[one.row.id, start + 59_999]]), 60_000);
    await keys.touch(new Map([[two.row.id, start + 60_001]]), 60_000);
    assert.deepEqual(await noted(), [start, start + 60_001, null]);
  });
});
