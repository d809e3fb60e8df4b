// Members and their roles: nobody rises above themselves or takes down what is above, and an owner always stays.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Database, newId } from "#libs/database/index";
import { Mailer } from "#libs/mail/index";
import { CONTROL_CHANNEL, RedisClients } from "#libs/redis/index";
import { AccessService } from "#src/auth/access.service";
import { type Actor, ROLES, type Role } from "#src/auth/actor";
import { MembershipsRepository } from "#src/auth/memberships.repository";
import { isAtLeast } from "#src/auth/policies";
import { VaultService } from "#src/vault/vault.service";
import { within } from "../../test/app/patience.js";
import { World } from "../../test/app/world.js";
import { InvitesService, MOST_INVITES } from "./invites.service.js";
import { WorkspacesService } from "./workspaces.service.js";

/** Tables whose rows stay when a workspace is deleted; each with a reason. */
const OUTLIVE_THEIR_WORKSPACE: string[] = [];

describe("members", () => {
  let world: World;
  let workspaces: WorkspacesService;
  let owner: Actor;

  before(async () => {
    world = await World.start();
    workspaces = world.get(WorkspacesService);
    owner = await world.anOwner();
  });
  after(() => world.stop());

  const roleOf = (actor: Actor) => world.get(MembershipsRepository).roleOf(actor.workspaceId, actor.userId);

  it("change roles and go by every pair of roles as the table says", async () => {
    for (const by of ROLES) {
      for (const of of ROLES) {
        for (const to of ROLES) {
          const actor = await world.aMember(owner, by);
          const other = await world.aMember(owner, of);
          const may = isAtLeast(by, "admin") && isAtLeast(by, of) && isAtLeast(by, to);
          const change = workspaces.changeRole(actor, other.userId, to);
          if (may) assert.equal((await change).role, to);
          else await assert.rejects(change, { status: 403 });
          assert.equal(await roleOf(other), may ? to : of, `${by} makes ${of} ${to}`);
        }
        const actor = await world.aMember(owner, by);
        const other = await world.aMember(owner, of);
        const removal = workspaces.remove(actor, other.userId);
        const may = isAtLeast(by, "admin") && isAtLeast(by, of);
        if (may) await removal;
        else await assert.rejects(removal, { status: 403 });
        assert.equal(await roleOf(other), may ? null : of, `${by} removes ${of}`);
      }
    }
  });

  it("leave by themselves, whatever they are", async () => {
    for (const role of ROLES) {
      const member = await world.aMember(owner, role);
      await workspaces.remove(member, member.userId);
      assert.equal(await roleOf(member), null);
    }
  });

  it("always keep an owner", async () => {
    const alone = await world.anOwner();
    const last = { status: 409, code: "last_owner" };
    await assert.rejects(workspaces.remove(alone, alone.userId), last);
    await assert.rejects(workspaces.changeRole(alone, alone.userId, "admin"), last);
    await workspaces.changeRole(alone, alone.userId, "owner");
    const second = await world.aMember(alone, "owner");
    await workspaces.changeRole(alone, alone.userId, "viewer");
    await assert.rejects(workspaces.remove(second, second.userId), last);
  });

  it("act with the role they have now, not with the one that their request began with", async () => {
    const admin = await world.aMember(owner, "admin");
    const other = await world.aMember(owner, "member");
    await workspaces.changeRole(owner, admin.userId, "viewer");
    await assert.rejects(workspaces.changeRole(admin, other.userId, "viewer"), { status: 403 });
    await workspaces.remove(owner, admin.userId);
    await assert.rejects(workspaces.remove(admin, other.userId), { status: 404 });
  });

  it("are only those of the workspace", async () => {
    const stranger = await world.anOwner();
    for (const userId of [stranger.userId, newId()]) {
      const notFound = { status: 404, message: "This member was not found." };
      await assert.rejects(workspaces.changeRole(owner, userId, "viewer"), notFound);
      await assert.rejects(workspaces.remove(owner, userId), notFound);
    }
    assert.equal(await roleOf(stranger), "owner");
  });

  it("are listed page by page, each once", async () => {
    const crowded = await world.anOwner();
    for (let n = 0; n < 4; n++) await world.aMember(crowded, "viewer");
    const seen: string[] = [];
    for (let after: string | undefined; ; after = seen.at(-1)) {
      const page = await workspaces.members(crowded, 2, after);
      seen.push(...page.slice(0, 2).map(({ userId }) => userId));
      if (page.length <= 2) break;
    }
    assert.equal(seen.length, 5);
    assert.deepEqual(seen, [...new Set(seen)].sort());
  });

  it("take their open invites along when they fall or go", async () => {
    const invites = world.get(InvitesService);
    for (const fall of [
      (admin: Actor) => workspaces.changeRole(owner, admin.userId, "member"),
      (admin: Actor) => workspaces.remove(owner, admin.userId),
    ]) {
      const admin = await world.aMember(owner, "admin");
      const { token } = await invites.create(admin, { role: "admin" });
      await fall(admin);
      await assert.rejects(invites.accept(await world.anAccount(), token), { status: 404 });
    }
  });

  it("invite nobody with the role that their request began with", async () => {
    const invites = world.get(InvitesService);
    const admin = await world.aMember(owner, "admin");
    await workspaces.changeRole(owner, admin.userId, "member");
    await assert.rejects(invites.create(admin, { role: "admin" }), { status: 403 });
    await assert.rejects(invites.create(admin, { role: "viewer" }), { status: 403 });
    await workspaces.remove(owner, admin.userId);
    await assert.rejects(invites.create(admin, { role: "viewer" }), { status: 404 });
    const fallen = await world.aMember(owner, "owner");
    await workspaces.changeRole(owner, fallen.userId, "admin");
    await assert.rejects(invites.create(fallen, { role: "owner" }), { status: 403 });
  });

  it("and their sockets' processes are told of every change", async () => {
    const heard: string[] = [];
    let wake = () => {};
    await world.get(RedisClients).subscribe(CONTROL_CHANNEL, (text) => {
      const { type, workspaceId, userId } = JSON.parse(text) as Record<string, string>;
      if (type === "membership:changed") heard.push(`${workspaceId} ${userId}`);
      wake();
    });
    const told = (actor: Actor) =>
      within(
        new Promise<void>((resolve) => {
          wake = () => heard.includes(`${actor.workspaceId} ${actor.userId}`) && resolve();
          wake();
        }),
        "word of the change",
      );
    const member = await world.aMember(owner, "member");
    await workspaces.changeRole(owner, member.userId, "viewer");
    await told(member);
    heard.length = 0;
    await workspaces.remove(owner, member.userId);
    await told(member);
    const doomed = await world.anOwner();
    const guest = await world.aMember(doomed, "viewer");
    await workspaces.delete(doomed);
    await told(doomed);
    await told(guest);
  });

  it("are handed the workspace by an owner, who stays as an admin", async () => {
    const first = await world.anOwner();
    const second = await world.aMember(first, "viewer");
    assert.equal((await workspaces.transfer(first, second.userId)).role, "owner");
    assert.deepEqual([await roleOf(first), await roleOf(second)], ["admin", "owner"]);
    await assert.rejects(workspaces.transfer(first, second.userId), { status: 403 });
    await assert.rejects(workspaces.transfer(second, second.userId), { status: 409, code: "already_yours" });
    await assert.rejects(workspaces.transfer(second, owner.userId), { status: 404 });
    const others = await Promise.all(["admin", "member"].map((role) => world.aMember(second, role as Role)));
    // Two at once: the second no longer owns it.
    const both = await Promise.allSettled(others.map(({ userId }) => workspaces.transfer(second, userId)));
    assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    const owners = (await workspaces.members(second, 100, undefined)).filter(({ role }) => role === "owner");
    assert.equal(owners.length, 1);
  });

  it("lose the workspace's secrets for good before anything else of it is deleted", async () => {
    const doomed = await world.anOwner();
    const vault = world.get(VaultService);
    const database = world.get(Database);
    const place = { id: newId(), workspaceId: doomed.workspaceId, secretVersion: 1, baseUrl: null };
    await database.transaction(() => vault.seal(place, "sk-or-v1-some-secret"));
    const state = () =>
      database.query("SELECT state, wrapped FROM workspace_deks WHERE workspace_id = ?", [doomed.workspaceId]);
    const [dek] = (await state()) as { state: string; wrapped: string }[];
    assert.equal(dek!.state, "active");
    // The rest of the deletion fails once.
    const repository = world.get(MembershipsRepository);
    repository.delete = () => Promise.reject(new Error("the disk is full"));
    await assert.rejects(workspaces.delete(doomed), /disk is full/);
    Reflect.deleteProperty(repository, "delete");
    assert.deepEqual(await state(), [{ state: "destroyed", wrapped: "" }]);
    assert.equal(await roleOf(doomed), "owner");
    await workspaces.delete(doomed);
    assert.deepEqual(await state(), []);
    await assert.rejects(workspaces.delete(doomed), { status: 404 });
  });

  it("leave nothing behind in a deleted workspace: every table of workspaces goes with it", async () => {
    const database = world.get(Database);
    const ofWorkspaces = await database.query<{ name: string }>(
      `SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'workspace_id' WHERE m.type = 'table'`,
    );
    const cascades = await database.query<{ child: string; parent: string }>(
      `SELECT m.name AS child, k."table" AS parent FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) k
       ON k.on_delete = 'CASCADE' WHERE m.type = 'table'`,
    );
    const goes = new Set(["workspaces"]);
    for (let size = 0; size !== goes.size; ) {
      size = goes.size;
      for (const { child, parent } of cascades) if (goes.has(parent)) goes.add(child);
    }
    const stays = ofWorkspaces.map(({ name }) => name).filter((name) => !goes.has(name));
    assert.deepEqual(stays, OUTLIVE_THEIR_WORKSPACE);
  });

  it("lose the workspace when it is deleted, and nothing else", async () => {
    const doomed = await world.anOwner();
    const member = await world.aMember(doomed, "member");
    await workspaces.delete(doomed);
    for (const actor of [doomed, member]) {
      await assert.rejects(world.get(AccessService).actorIn(actor, doomed.workspaceId), { status: 404 });
    }
    const left = await world.get(MembershipsRepository).workspacesOf(member.userId);
    assert.equal(left.length, 1);
  });

  it("see a new name, and page through their workspaces", async () => {
    const busy = await world.anOwner();
    const names = ["b", "c", "d"];
    for (const name of names) await workspaces.create(busy, name);
    assert.equal((await workspaces.rename(busy, "a")).name, "a");
    assert.equal((await workspaces.rename(busy, undefined)).name, "a");
    const repository = world.get(MembershipsRepository);
    const first = await repository.workspacesOf(busy.userId, { limit: 2, after: undefined });
    const rest = await repository.workspacesOf(busy.userId, { limit: 9, after: first.at(-1)!.id });
    assert.deepEqual(
      [...first, ...rest].map(({ name }) => name),
      ["a", ...names],
    );
  });
});

describe("invites", () => {
  let world: World;
  let invites: InvitesService;
  let owner: Actor;
  before(async () => {
    world = await World.start();
    invites = world.get(InvitesService);
    owner = await world.anOwner();
  });
  after(() => world.stop());

  it("give at most the inviter's own role", async () => {
    for (const [by, to, may] of [
      ["admin", "admin", true],
      ["admin", "owner", false],
      ["owner", "owner", true],
    ] as [Role, Role, boolean][]) {
      const attempt = invites.create(by === "owner" ? owner : await world.aMember(owner, by), { role: to });
      if (may) await attempt;
      else await assert.rejects(attempt, { status: 403 });
    }
  });

  it("are kept as a hash, listed while they are open, and withdrawn in their own workspace only", async () => {
    const fresh = await world.anOwner();
    const { invite, token } = await invites.create(fresh, { role: "viewer", expiresInDays: 2 });
    assert.equal(Math.round((invite.expiresAt - invite.createdAt) / 3_600_000), 48);
    const listed = await invites.list(fresh, 10, undefined);
    assert.deepEqual(
      listed.map(({ id }) => id),
      [invite.id],
    );
    assert.ok(!JSON.stringify(listed).includes(token));
    await assert.rejects(invites.withdraw(owner, invite.id), { status: 404 });
    await invites.withdraw(fresh, invite.id);
    await assert.rejects(invites.withdraw(fresh, invite.id), { status: 404 });
    await assert.rejects(invites.accept(await world.anAccount(), token), { status: 404 });
  });

  it("are for one person, and a member who opens one keeps role and invite", async () => {
    const { token } = await invites.create(owner, { role: "viewer" });
    assert.equal(await invites.accept(owner, token), owner.workspaceId);
    const member = await world.aMember(owner, "member");
    await invites.accept(member, token);
    assert.equal((await world.get(AccessService).actorIn(member, owner.workspaceId)).role, "member");
    const people = await Promise.all([1, 2, 3].map(() => world.anAccount()));
    const tries = await Promise.allSettled(people.map((one) => invites.accept(one, token)));
    assert.deepEqual(tries.map(({ status }) => status).sort(), ["fulfilled", "rejected", "rejected"]);
  });

  it("tell their holder what they offer, until they are used or over", async () => {
    const { token } = await invites.create(owner, { role: "member", email: "Guest@Example.test" });
    const offer = await invites.offer(token);
    assert.equal(offer.workspaceName, (await world.get(WorkspacesService).get(owner)).name);
    assert.deepEqual([offer.role, offer.email], ["member", "guest@example.test"]);
    await assert.rejects(invites.accept(await world.anAccount(), token), { status: 404 });
    await invites.accept(await world.anAccount({ email: "guest@example.test" }), token);
    await assert.rejects(invites.offer(token), { status: 404 });
    const { invite, token: late } = await invites.create(owner, { role: "member" });
    await world.get(Database).execute("UPDATE invites SET expires_at = ? WHERE id = ?", [Date.now() - 1, invite.id]);
    await assert.rejects(invites.offer(late), { status: 404 });
    await assert.rejects(invites.accept(await world.anAccount(), late), { status: 404 });
  });

  it("are so many at most", async () => {
    const busy = await world.anOwner();
    const database = world.get(Database);
    await database.transaction(async () => {
      for (let n = 0; n < MOST_INVITES; n += 1) await invites.create(busy, { role: "viewer" });
    });
    await assert.rejects(invites.create(busy, { role: "viewer" }), { status: 409, code: "too_many_invites" });
  });

  it("go by mail to the address that they name, where mail is configured, and else nowhere", async () => {
    assert.equal((await invites.create(owner, { role: "viewer", email: "a@example.test" })).mailed, false);
    const settings = { SMTP_URL: "smtp://127.0.0.1:1", MAIL_FROM: "a@b.test", PUBLIC_URL: "https://chat.example.test" };
    const process = await world.launch(settings);
    const mailing = process.get(InvitesService, { strict: false });
    assert.equal((await mailing.create(owner, { role: "viewer" })).mailed, false);
    const { token, mailed } = await mailing.create(owner, { role: "viewer", email: "a@example.test" });
    assert.equal(mailed, true);
    const mailer = process.get(Mailer, { strict: false });
    const [due, ...more] = await mailer.due(Date.now(), 10);
    assert.deepEqual(more, []);
    const mail = await mailer.claim(due!.id, 60_000);
    assert.equal(mail!.to, "a@example.test");
    assert.equal(mail!.content.action!.url, `https://chat.example.test/register#invite=${token}`);
  });
});
