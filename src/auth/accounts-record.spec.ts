// What accounts leave behind: their rows, their first workspace, and the lines of the audit log that tell of them.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Database } from "#libs/database/index";
import { AuditLog } from "#src/audit/audit-log";
import { INSTANCE } from "#src/audit/chain";
import { InvitesService } from "#src/workspaces/invites.service";
import { eventually } from "../../test/app/patience.js";
import { PASSWORD, World } from "../../test/app/world.js";
import { AccountsService } from "./accounts.service.js";
import type { Actor } from "./actor.js";
import { MembershipsRepository } from "./memberships.repository.js";
import { NO_PASSWORD } from "./passwords.js";

describe("an account", () => {
  let world: World;
  let accounts: AccountsService;
  let owner: Actor;

  before(async () => {
    world = await World.start({ LOGIN_LIMIT: "5" });
    accounts = world.get(AccountsService);
  });
  after(() => world.stop());

  const db = () => world.get(Database);
  const workspacesOf = (id: string) => world.get(MembershipsRepository).workspacesOf(id);
  const noted = (filter: { action?: string; userId?: string; targetId?: string }, chain: string = INSTANCE) =>
    world.get(AuditLog).list(chain, { ...filter, limit: 10 });
  const inTransaction = (by: Parameters<AccountsService["adopt"]>[0]) => db().transaction(() => accounts.adopt(by));

  it("is the operator's when it is the first, also of those that an operator makes", async () => {
    assert.equal(await accounts.hasAccounts(), false);
    const first = await accounts.create({ email: "First@Example.test", password: PASSWORD });
    assert.deepEqual(
      [first.email, first.name, first.isOperator, first.isFirst],
      ["first@example.test", "first", true, true],
    );
    assert.equal(await accounts.hasAccounts(), true);
    const second = await accounts.create({ email: "second@example.test", password: PASSWORD, name: "Two" });
    assert.deepEqual([second.name, second.isOperator, second.isFirst, second.disabledAt], ["Two", false, false, null]);
    owner = await world.anOwner();
  });

  it("is made once for each address, on the operator's word as well, and none is left by half", async () => {
    const taken = { status: 409, code: "email_taken", message: "An account with this e-mail exists already." };
    await assert.rejects(accounts.create({ email: "SECOND@example.test", password: PASSWORD }), taken);
    await assert.rejects(accounts.register({ email: "second@example.test", password: PASSWORD }), taken);
    const rows = await db().query("SELECT id FROM users WHERE email = 'second@example.test'");
    assert.equal(rows.length, 1);
  });

  it("is called as it says or as its address begins, and so is its workspace, in a hundred letters", async () => {
    const plain = await accounts.register({ email: "Some.Body@example.test", password: PASSWORD });
    assert.deepEqual([plain.name, (await workspacesOf(plain.id))[0]?.name], ["some.body", "some.body's workspace"]);
    const name = "n".repeat(100);
    const long = await accounts.register({ email: "long@example.test", password: PASSWORD, name });
    assert.deepEqual([long.name, (await workspacesOf(long.id))[0]?.name], [name, name]);
  });

  it("is noted with name and address as personal detail, and joining with the invite", async () => {
    const { invite, token } = await world.get(InvitesService).create(owner, { role: "viewer" });
    const email = "noted@example.test";
    const user = await accounts.register({ email, password: PASSWORD, name: "Noted", inviteToken: token });
    const [registered, ...more] = await noted({ userId: user.id });
    assert.deepEqual([registered?.action, registered?.facts, more], ["account.registered", {}, []]);
    assert.deepEqual([registered?.personal?.["email"], registered?.personal?.["name"]], [email, "Noted"]);
    const [joined, ...others] = await noted({ userId: user.id }, owner.workspaceId);
    assert.deepEqual([joined?.action, others], ["member.joined", []]);
    assert.deepEqual(joined?.facts, { role: "viewer", inviteId: invite.id });
  });

  it("of a sign-in provider has no password, and comes by an invite or the operator's settings", async () => {
    const email = "adopted@example.test";
    const user = await inTransaction({ email, name: "Adopted", inviteToken: undefined, invited: false });
    assert.deepEqual([user.passwordHash, user.isOperator], [NO_PASSWORD, false]);
    await assert.rejects(accounts.login(email, "", "192.0.2.1"), { code: "invalid_credentials" });
    const process = await world.launch({ REGISTRATION: "invite" });
    const strict = process.get(AccountsService, { strict: false });
    const adopt = (by: { email: string; inviteToken?: string; invited: boolean }) =>
      process
        .get(Database, { strict: false })
        .transaction(() => strict.adopt({ name: "N", inviteToken: undefined, ...by }));
    await assert.rejects(adopt({ email: "a1@example.test", invited: false }), {
      code: "invite_required",
      message: "It takes an invite to register on this server.",
    });
    assert.equal((await adopt({ email: "a2@example.test", invited: true })).email, "a2@example.test");
    const { token } = await world.get(InvitesService).create(owner, { role: "member", email: "a3@example.test" });
    const invalid = "This invite is not valid, has expired or was used already.";
    const elses = { email: "a4@example.test", inviteToken: token, invited: true };
    await assert.rejects(adopt(elses), { code: "invite_invalid", message: invalid });
    const invited = await adopt({ email: "a3@example.test", inviteToken: token, invited: false });
    assert.deepEqual((await workspacesOf(invited.id)).map(({ role }) => role).sort(), ["member", "owner"]);
    const closed = (await world.launch({ REGISTRATION: "closed" })).get(AccountsService, { strict: false });
    await assert.rejects(closed.register({ email: "a5@example.test", password: PASSWORD }), {
      code: "registration_closed",
      message: "Registration is closed on this server.",
    });
  });

  it("has its refused sign-ins noted, by its id alone; those of nobody are not", async () => {
    const ann = await world.anAccount();
    const message = "The e-mail or the password is wrong.";
    for (const who of [ann.email, "nobody.here@example.test"])
      await assert.rejects(accounts.login(who, "wrong", "192.0.2.2"), { status: 401, message });
    await db().execute("UPDATE users SET disabled_at = 1 WHERE id = ?", [ann.userId]);
    await assert.rejects(accounts.login(ann.email, PASSWORD, "192.0.2.2"), {
      code: "account_disabled",
      message: "This account is disabled. Ask the operator of this server.",
    });
    const ofAnn = () => noted({ action: "session.refused", targetId: ann.userId });
    await eventually(async () => (await ofAnn()).length === 2, "both to be noted");
    for (const { targetType, userId, facts } of await ofAnn())
      assert.deepEqual([targetType, userId, facts], ["account", null, {}]);
    const ids = (await noted({ action: "session.refused" })).map(({ targetId }) => targetId);
    assert.ok(!ids.includes(null));
  });

  it("keeps its hash at a sign-in when that is of today's strength", async () => {
    const ann = await world.anAccount();
    const hash = async () => db().one("SELECT password_hash FROM users WHERE id = ?", [ann.userId]);
    const before = await hash();
    await accounts.login(ann.email, PASSWORD, "192.0.2.3");
    assert.deepEqual(await hash(), before);
  });

  it("has a changed password noted, and confirming the right one is never slowed down", async () => {
    const ann = await world.anAccount();
    for (let n = 0; n < 8; n++) await accounts.confirmPassword(ann, PASSWORD, "192.0.2.4");
    const wrong = { status: 401, code: "invalid_credentials", message: "The current password is wrong." };
    await assert.rejects(accounts.confirmPassword(ann, "wrong", "192.0.2.4"), wrong);
    const changed = () => noted({ action: "account.password_changed", userId: ann.userId });
    await assert.rejects(accounts.changePassword(ann, "wrong", "another long password 43", "192.0.2.4"), wrong);
    assert.equal((await changed()).length, 0);
    for (const weak of ["password", ann.email, ann.name])
      await assert.rejects(accounts.changePassword(ann, PASSWORD, weak, "192.0.2.4"), {
        ...{ status: 400, code: "invalid_input" },
      });
    await accounts.changePassword(ann, PASSWORD, "another long password 43", "192.0.2.4");
    assert.equal((await changed()).length, 1);
    await assert.rejects(accounts.confirmPassword({ ...ann, userId: "nobody" }, PASSWORD, "192.0.2.5"), wrong);
  });
});
