// An account as it is shown to itself: all its workspaces, to a platform key its own alone, and to nobody who is gone.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Database } from "#libs/database/index";
import { World } from "../../test/app/world.js";
import { AccessService } from "./access.service.js";
import type { Actor } from "./actor.js";
import { MembershipsRepository } from "./memberships.repository.js";
import { NO_PASSWORD } from "./passwords.js";
import { Profiles } from "./profiles.js";

describe("a profile", () => {
  let world: World;
  let profiles: Profiles;
  let ann: Actor;
  let bob: Actor;

  before(async () => {
    world = await World.start();
    profiles = world.get(Profiles);
    [ann, bob] = [await world.anOwner(), await world.anOwner()];
    await world.get(MembershipsRepository).add(bob.workspaceId, ann.userId, "viewer");
  });
  after(() => world.stop());

  it("shows a person the account and every workspace with the role in it, and nothing of the password", async () => {
    const { user, workspaces } = await profiles.me(ann);
    const { id, email, name, hasPassword, isOperator, createdAt, ...more } = user;
    assert.deepEqual([id, email, name], [ann.userId, ann.email, ann.name]);
    assert.deepEqual([hasPassword, isOperator, more], [true, true, {}]);
    assert.ok(Math.abs(Date.now() - Date.parse(createdAt)) < 60_000);
    assert.deepEqual(
      workspaces.map(({ id, role }) => [id, role]),
      [
        [ann.workspaceId, "owner"],
        [bob.workspaceId, "viewer"],
      ].sort(([a], [b]) => (a! < b! ? -1 : 1)),
    );
  });

  it("says of an account without a password that it has none", async () => {
    const { userId } = await world.anAccount();
    await world.get(Database).execute("UPDATE users SET password_hash = ? WHERE id = ?", [NO_PASSWORD, userId]);
    const { user } = await profiles.me({ userId });
    assert.deepEqual([user.hasPassword, user.isOperator], [false, false]);
  });

  it("shows a platform key its own workspace alone", async () => {
    const { token } = await world.aKey(ann);
    const account = await world.get(AccessService).authenticate({}, token);
    const { user, workspaces } = await profiles.me(account!);
    assert.equal(user.id, ann.userId);
    assert.deepEqual(
      workspaces.map(({ id }) => id),
      [ann.workspaceId],
    );
  });

  it("gets another name, which is everywhere at once and in the audit log", async () => {
    const { user } = await profiles.rename(ann, "Ann Newname");
    assert.equal(user.name, "Ann Newname");
    const members = await world.get(MembershipsRepository).members(ann.workspaceId, 10, undefined);
    assert.deepEqual(
      members.map(({ name }) => name),
      ["Ann Newname"],
    );
    assert.notEqual((await profiles.me(bob)).user.name, "Ann Newname");
    const sql = "SELECT action FROM audit_events WHERE chain = 'instance' AND user_id = ? ORDER BY seq DESC LIMIT 1";
    const act = await world.get(Database).one<{ action: string }>(sql, [ann.userId]);
    assert.equal(act?.action, "account.updated");
  });

  it("is none of an account that is gone", async () => {
    await assert.rejects(profiles.me({ userId: "nobody" }), { status: 401, code: "unauthorized" });
  });

  it("has its workspaces page by page, in order of id", async () => {
    const all = (await profiles.workspaces(ann.userId)).map(({ id }) => id);
    assert.deepEqual(all, [ann.workspaceId, bob.workspaceId].sort());
    const page = async (after?: string) =>
      (await profiles.workspaces(ann.userId, { limit: 1, after })).map(({ id }) => id);
    assert.deepEqual([await page(), await page(all[0]), await page(all[1])], [[all[0]], [all[1]], []]);
  });
});
