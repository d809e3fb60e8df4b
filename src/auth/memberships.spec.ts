// Workspaces, members and invites in the database: each act on its own workspace alone, lists by pages, invites while they hold.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Database, newId } from "#libs/database/index";
import { World } from "../../test/app/world.js";
import type { Actor } from "./actor.js";
import { ApiKeysRepository } from "./api-keys.repository.js";
import { MembershipsRepository } from "./memberships.repository.js";
import { hashToken, newToken } from "./tokens.js";
import { Invite } from "./workspace.entity.js";

describe("memberships", () => {
  let world: World;
  let memberships: MembershipsRepository;
  let ann: Actor;
  let bob: Actor;

  before(async () => {
    world = await World.start();
    memberships = world.get(MembershipsRepository);
    [ann, bob] = [await world.anOwner(), await world.anOwner()];
  });
  after(() => world.stop());

  it("begin with a workspace and its owner, and are of that workspace alone", async () => {
    const made = await memberships.create("Lab", ann.userId);
    assert.ok(Math.abs(Date.now() - made.createdAt) < 10_000);
    assert.deepEqual({ ...(await memberships.find(made.id)) }, { ...made, name: "Lab" });
    assert.equal(await memberships.roleOf(made.id, ann.userId), "owner");
    assert.equal(await memberships.roleOf(made.id, bob.userId), null);
    assert.deepEqual([await memberships.owners(made.id), await memberships.memberIds(made.id)], [1, [ann.userId]]);
    await memberships.rename(made.id, "Laboratory");
    assert.equal((await memberships.find(made.id))?.name, "Laboratory");
    assert.notEqual((await memberships.find(ann.workspaceId))?.name, "Laboratory");
    assert.equal(await memberships.lock(made.id), true);
    await memberships.delete(made.id);
    assert.deepEqual([await memberships.find(made.id), await memberships.lock(made.id)], [null, false]);
    assert.ok(await memberships.find(ann.workspaceId));
  });

  it("leave no workspace behind whose owner could not be added", async () => {
    const count = async () => (await world.get(Database).query("SELECT id FROM workspaces")).length;
    const before = await count();
    await assert.rejects(memberships.create("Nobody's", newId()));
    assert.equal(await count(), before);
  });

  it("keep the role of whoever is there already, and change one member's role in one workspace", async () => {
    const { workspaceId, userId } = await world.aMember(ann, "viewer");
    const other = await world.aMember(ann, "member");
    await memberships.add(bob.workspaceId, userId, "viewer");
    await memberships.add(workspaceId, userId, "owner");
    assert.equal(await memberships.roleOf(workspaceId, userId), "viewer");
    assert.equal(await memberships.owners(workspaceId), 1);
    await memberships.setRole(workspaceId, userId, "admin");
    assert.equal(await memberships.roleOf(workspaceId, userId), "admin");
    assert.equal(await memberships.roleOf(bob.workspaceId, userId), "viewer");
    assert.equal(await memberships.roleOf(workspaceId, other.userId), "member");
  });

  it("show members with name and address, in order of id, page by page", async () => {
    const owner = await world.anOwner();
    const joined = [await world.aMember(owner, "admin"), await world.aMember(owner, "viewer")];
    const ids = [owner, ...joined].map(({ userId }) => userId).sort();
    const page = async (limit: number, after?: string) =>
      (await memberships.members(owner.workspaceId, limit, after)).map(({ userId }) => userId);
    assert.deepEqual(await page(10), ids);
    assert.deepEqual([await page(2), await page(2, ids[1]), await page(2, ids[2])], [ids.slice(0, 2), [ids[2]], []]);
    assert.deepEqual((await memberships.memberIds(owner.workspaceId)).sort(), ids);
    const { createdAt, ...viewer } = (await memberships.member(owner.workspaceId, joined[1]!.userId))!;
    assert.ok(Math.abs(Date.now() - createdAt) < 10_000);
    const { userId, email, name } = joined[1]!;
    assert.deepEqual(viewer, { userId, email, name, role: "viewer" });
    assert.equal(await memberships.member(ann.workspaceId, userId), undefined);
  });

  it("show an account its workspaces in order of id, all or page by page", async () => {
    const { userId } = await world.anOwner();
    for (const name of ["a", "b"]) await memberships.create(name, userId);
    const page = async (limit: number, after?: string) =>
      (await memberships.workspacesOf(userId, { limit, after })).map(({ id }) => id);
    const ids = (await memberships.workspacesOf(userId)).map(({ id }) => id);
    assert.equal(ids.length, 3);
    assert.deepEqual(ids, ids.toSorted());
    assert.deepEqual([await page(2), await page(2, ids[1]), await page(2, ids[2])], [ids.slice(0, 2), [ids[2]], []]);
  });

  it("end with the member's keys in that workspace, and with no other keys", async () => {
    const member = await world.aMember(ann, "member");
    await memberships.add(bob.workspaceId, member.userId, "member");
    const ended = await world.aKey(member);
    const revoked = await world.aKey(member);
    const elsewhere = await world.aKey({ ...member, workspaceId: bob.workspaceId });
    const owners = await world.aKey(ann);
    await world.get(ApiKeysRepository).revoke(ann.workspaceId, revoked.row.id, 1_000);
    await memberships.remove(ann.workspaceId, member.userId);
    const revokedAt = async ({ row }: typeof ended) =>
      (
        await world
          .get(Database)
          .one<{ at: number | null }>("SELECT revoked_at AS at FROM api_keys WHERE id = ?", [row.id])
      )?.at;
    assert.ok(Math.abs(Date.now() - (await revokedAt(ended))!) < 10_000);
    assert.deepEqual(await Promise.all([revoked, elsewhere, owners].map(revokedAt)), [1_000, null, null]);
    assert.equal(await memberships.roleOf(ann.workspaceId, member.userId), null);
    assert.equal(await memberships.roleOf(bob.workspaceId, member.userId), "member");
    assert.equal(await memberships.roleOf(ann.workspaceId, ann.userId), "owner");
  });
});

describe("invites", () => {
  let world: World;
  let memberships: MembershipsRepository;
  let ann: Actor;
  let bob: Actor;

  before(async () => {
    world = await World.start();
    memberships = world.get(MembershipsRepository);
    [ann, bob] = [await world.anOwner(), await world.anOwner()];
  });
  after(() => world.stop());

  async function anInvite(by: Actor, lastsMs = 60_000): Promise<{ invite: Invite; token: string }> {
    const token = newToken();
    const invite = Object.assign(new Invite(), {
      ...{ id: newId(), workspaceId: by.workspaceId, role: "member", email: null, tokenHash: hashToken(token) },
      ...{ createdBy: by.userId, createdAt: Date.now(), expiresAt: Date.now() + lastsMs },
    });
    await memberships.addInvite(invite);
    return { invite, token };
  }
  const listed = async (of: Actor, limit = 10, before?: string) =>
    (await memberships.invites(of.workspaceId, limit, before)).map(({ id }) => id);

  it("are found by their token while they hold, and used up once", async () => {
    const { invite, token } = await anInvite(ann);
    assert.deepEqual({ ...(await memberships.openInvite(token)) }, { ...invite });
    for (const none of [invite.tokenHash, newToken(), ""]) assert.equal(await memberships.openInvite(none), null);
    assert.deepEqual([await memberships.consume(invite), await memberships.consume(invite)], [true, false]);
    assert.equal(await memberships.openInvite(token), null);
    const over = await anInvite(ann, -1);
    assert.equal(await memberships.openInvite(over.token), null);
  });

  it("are listed newest first and counted while they hold, each workspace's for itself", async () => {
    const owner = await world.anOwner();
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) ids.unshift((await anInvite(owner)).invite.id);
    await anInvite(owner, -1);
    await anInvite(bob);
    assert.deepEqual(await listed(owner), ids);
    assert.deepEqual(await listed(owner, 2), ids.slice(0, 2));
    assert.deepEqual(await listed(owner, 2, ids[1]), [ids[2]]);
    assert.equal(await memberships.countInvites(owner.workspaceId), 3);
    assert.equal(await memberships.countInvites(newId()), 0);
  });

  it("that are over are swept with the next one of their workspace", async () => {
    const [owner, other] = [await world.anOwner(), await world.anOwner()];
    const stored = async (of: Actor) =>
      (await world.get(Database).query("SELECT id FROM invites WHERE workspace_id = ?", [of.workspaceId])).length;
    for (const one of [owner, other]) await anInvite(one, -1);
    await anInvite(owner);
    assert.deepEqual([await stored(owner), await stored(other)], [1, 1]);
    await anInvite(owner);
    assert.equal(await stored(owner), 2);
  });

  it("are withdrawn in their own workspace only, or with all of their author's there", async () => {
    const admin = await world.aMember(ann, "admin");
    const { invite } = await anInvite(ann);
    assert.equal(await memberships.deleteInvite(bob.workspaceId, invite.id), false);
    const theirs = await anInvite(admin);
    await memberships.add(bob.workspaceId, admin.userId, "admin");
    const elsewhere = await anInvite({ ...admin, workspaceId: bob.workspaceId });
    await memberships.deleteInvitesBy(ann.workspaceId, admin.userId);
    assert.equal(await memberships.openInvite(theirs.token), null);
    assert.ok(await memberships.openInvite(elsewhere.token));
    assert.ok((await listed(ann)).includes(invite.id));
    const twice = [1, 2].map(() => memberships.deleteInvite(ann.workspaceId, invite.id));
    assert.deepEqual((await Promise.all(twice)).sort(), [false, true]);
  });
});
