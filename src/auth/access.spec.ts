// One function says who asks, for requests and sockets: a token that is given decides alone, and strangers' workspaces do not exist.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { newId } from "#libs/database/index";
import { WorkspacesService } from "#src/workspaces/workspaces.service";
import { World } from "../../test/app/world.js";
import { AccessService } from "./access.service.js";
import type { Account, Actor } from "./actor.js";

describe("access", () => {
  let world: World;
  let access: AccessService;
  let ann: Account & { token: string };
  let cookie: string;

  before(async () => {
    world = await World.start();
    access = world.get(AccessService);
    ann = await world.anAccount();
    cookie = `parley_session=${ann.token}`;
  });
  after(() => world.stop());

  it("is by the cookie", async () => {
    assert.equal((await access.authenticate({ cookie }))?.userId, ann.userId);
    assert.equal(await access.authenticate({}), null);
    assert.equal(await access.authenticate({ cookie: `parley_session=${ann.token}x` }), null);
  });

  it("is refused to a token that does not hold, although a good cookie came along", async () => {
    for (const authorization of ["Bearer pk_nothing", "bearer  x", `Bearer ${ann.token}`, "Bearer "]) {
      assert.equal(await access.authenticate({ cookie, authorization }), null, authorization);
    }
    for (const token of ["pk_nothing", "", null, [], {}, ann.token]) {
      assert.equal(await access.authenticate({ cookie }, token), null, JSON.stringify(token));
    }
  });

  it("does not mind the credentials of a proxy in front", async () => {
    assert.ok(await access.authenticate({ cookie, authorization: "Basic cHJveHk6c2VjcmV0" }));
  });

  it("to a workspace is for its members, and to others it is one that never existed", async () => {
    const owner: Actor = await world.anOwner();
    assert.equal((await access.actorIn(owner, owner.workspaceId)).role, "owner");
    const answers = [];
    for (const workspaceId of [owner.workspaceId, newId(), "", "' OR 1=1 --"]) {
      answers.push(
        await access.actorIn(ann, workspaceId).catch(({ status, code, message }) => ({ status, code, message })),
      );
    }
    for (const answer of answers)
      assert.deepEqual(answer, { status: 404, code: "not_found", message: "This workspace was not found." });
  });

  it("follows the role from one call to the next", async () => {
    const owner = await world.anOwner();
    const member = await world.aMember(owner, "member");
    const workspaces = world.get(WorkspacesService);
    await workspaces.changeRole(owner, member.userId, "viewer");
    assert.equal((await access.actorIn(member, owner.workspaceId)).role, "viewer");
    await workspaces.remove(owner, member.userId);
    await assert.rejects(access.actorIn(member, owner.workspaceId), { status: 404 });
  });
});
