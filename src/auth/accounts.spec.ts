// Who may register, as what; signing in; changing the password.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import argon2 from "argon2";
import { Database } from "#libs/database/index";
import { InvitesService } from "#src/workspaces/invites.service";
import { PASSWORD, World } from "../../test/app/world.js";
import { AccountsService } from "./accounts.service.js";
import type { Actor, Role } from "./actor.js";
import { MembershipsRepository } from "./memberships.repository.js";
import { PasswordResets } from "./password-resets.js";
import { SessionsService } from "./sessions.service.js";

describe("registering", () => {
  let world: World;
  let owner: Actor;
  /** One process for each value of REGISTRATION, on the same database. */
  const modes = { open: 0, invite: 1, closed: 2 };
  let n = 0;
  const aPerson = () => ({ email: `new-${++n}@example.test`, password: PASSWORD });

  before(async () => {
    world = await World.start({ REGISTRATION: "open" });
    await world.launch({ REGISTRATION: "invite" });
    await world.launch({ REGISTRATION: "closed" });
  });
  after(() => world.stop());

  const accounts = (mode: keyof typeof modes) => world.get(AccountsService, modes[mode]);
  const invite = async (input: { role?: Role; email?: string } = {}) =>
    (await world.get(InvitesService).create(owner, { role: "member", ...input })).token;

  it("is open to the first account even when it is closed, and makes it the owner of the instance", async () => {
    const first = await accounts("closed").register({ ...aPerson(), name: "First" });
    assert.equal(first.isOperator, true);
    const [own, ...others] = await world.get(MembershipsRepository).workspacesOf(first.id);
    assert.deepEqual([own?.name, own?.role, others], ["First's workspace", "owner", []]);
    owner = await world.anOwner();
    assert.equal(owner.isOperator, false);
  });

  it("is closed to everybody else, invite or not", async () => {
    const refused = { status: 403, code: "registration_closed" };
    await assert.rejects(accounts("closed").register(aPerson()), refused);
    await assert.rejects(accounts("closed").register({ ...aPerson(), inviteToken: await invite() }), refused);
  });

  it("takes no password that is guessed first, and leaves the invite for another try", async () => {
    const inviteToken = await invite();
    const person = { ...aPerson(), name: "A long enough name", inviteToken };
    for (const password of ["password", "12345678", person.email, person.name.toUpperCase()])
      await assert.rejects(accounts("invite").register({ ...person, password }), (error: Error) => {
        assert.deepEqual(
          (error as unknown as { errors: { path: string }[] }).errors.map(({ path }) => path),
          ["password"],
        );
        return true;
      });
    await accounts("invite").register(person);
  });

  it("takes an invite where it is for the invited", async () => {
    await assert.rejects(accounts("invite").register(aPerson()), { status: 403, code: "invite_required" });
    const user = await accounts("invite").register({ ...aPerson(), inviteToken: await invite({ role: "admin" }) });
    const workspaces = await world.get(MembershipsRepository).workspacesOf(user.id);
    assert.deepEqual(workspaces.map(({ role }) => role).sort(), ["admin", "owner"]);
  });

  it("refuses an invite that is unknown, used, expired or somebody else's, also where it is open", async () => {
    const used = await invite();
    await accounts("open").register({ ...aPerson(), inviteToken: used });
    const expired = await invite();
    await world.get(Database).execute("UPDATE invites SET expires_at = ?", [Date.now() - 1]);
    const elses = await invite({ email: "Somebody.Else@example.test" });
    for (const inviteToken of ["no-such-invite", used, expired, elses]) {
      for (const mode of ["open", "invite"] as const) {
        const attempt = accounts(mode).register({ ...aPerson(), inviteToken });
        await assert.rejects(attempt, { status: 403, code: "invite_invalid" });
      }
    }
    await accounts("invite").register({ ...aPerson(), email: "somebody.ELSE@example.test", inviteToken: elses });
  });

  it("gives one invite to one of many who come at once, and leaves no half account", async () => {
    const inviteToken = await invite();
    const people = Array.from({ length: 5 }, aPerson);
    const tries = await Promise.allSettled(people.map((one) => accounts("invite").register({ ...one, inviteToken })));
    assert.equal(tries.filter(({ status }) => status === "fulfilled").length, 1);
    const rows = await world.get(Database).query(
      `SELECT id FROM users WHERE email IN (${people.map(() => "?").join(",")})`,
      people.map(({ email }) => email),
    );
    assert.equal(rows.length, 1);
  });

  it("tells who may register which addresses are taken, but of few", async () => {
    const { email } = aPerson();
    await accounts("open").register({ email, password: PASSWORD }, "192.0.2.66");
    const tries = [];
    for (let n = 0; n < 6; n++) {
      const again = accounts("open").register({ email, password: PASSWORD }, "192.0.2.66");
      tries.push(await again.catch(({ code }: { code: string }) => code));
    }
    assert.deepEqual(tries, [...Array(5).fill("email_taken"), "too_many_requests"]);
    // Other addresses are asked for from there as before, and whoever takes a free one is never slowed down.
    await accounts("open").register(aPerson(), "192.0.2.66");
    for (let n = 0; n < 30; n++) await accounts("open").register(aPerson(), "192.0.2.67");
  });

  it("takes each address once, in whatever case", async () => {
    const { email } = aPerson();
    await accounts("open").register({ email, password: PASSWORD });
    const again = accounts("open").register({ email: email.toUpperCase(), password: PASSWORD });
    await assert.rejects(again, { status: 409, code: "email_taken" });
  });
});

describe("signing in", () => {
  let world: World;
  let accounts: AccountsService;
  before(async () => {
    world = await World.start({ LOGIN_LIMIT: "5" });
    accounts = world.get(AccountsService);
  });
  after(() => world.stop());

  it("takes the right password, and refuses in the same words whatever was wrong", async () => {
    const { email } = await world.anAccount();
    assert.equal((await accounts.login(email.toUpperCase(), PASSWORD, "192.0.2.1")).email, email);
    const answers = [];
    for (const who of [email, "nobody@example.test"]) {
      const { status, code, message } = await accounts.login(who, "wrong", "192.0.2.1").catch((error) => error);
      answers.push({ status, code, message });
    }
    assert.equal(answers[0]?.code, "invalid_credentials");
    assert.deepEqual(answers[0], answers[1]);
  });

  it("is slowed down for an account that does not exist just as for one that does", async () => {
    const { email } = await world.anAccount();
    for (const who of [email, "no.such.account@example.test"]) {
      const codes: string[] = [];
      for (let i = 0; i < 6; i++) {
        const error = await accounts.login(who, "wrong", "192.0.2.7").catch((thrown: { code: string }) => thrown);
        codes.push((error as { code: string }).code);
      }
      assert.deepEqual(codes, [...Array(5).fill("invalid_credentials"), "too_many_requests"], who);
    }
  });

  it("hashes an old password anew", async () => {
    const { email, userId } = await world.anAccount();
    const weak = await argon2.hash(PASSWORD, { type: argon2.argon2id, memoryCost: 4_096, timeCost: 2, parallelism: 1 });
    const db = world.get(Database);
    await db.execute("UPDATE users SET password_hash = ? WHERE id = ?", [weak, userId]);
    await accounts.login(email, PASSWORD, "192.0.2.2");
    const row = await db.one<{ hash: string }>("SELECT password_hash AS hash FROM users WHERE id = ?", [userId]);
    assert.match(row!.hash, /m=19456/);
    await accounts.login(email, PASSWORD, "192.0.2.2");
  });

  it("does not undo a new password when it hashes the old one anew meanwhile", async () => {
    const ann = await world.anAccount();
    const db = world.get(Database);
    const weak = { type: argon2.argon2id, memoryCost: 4_096, timeCost: 2, parallelism: 1 } as const;
    const sql = "UPDATE users SET password_hash = ? WHERE id = ?";
    await db.execute(sql, [await argon2.hash(PASSWORD, weak), ann.userId]);
    const next = "another long password 43";
    // The sign-in has checked the old password and is about to write its new hash.
    const execute = db.execute.bind(db);
    db.execute = async (text, values) => {
      db.execute = execute;
      await accounts.changePassword(ann, PASSWORD, next, "192.0.2.5");
      return execute(text, values);
    };
    await accounts.login(ann.email, PASSWORD, "192.0.2.5");
    assert.equal(db.execute, execute, "the change came in between");
    assert.equal((await accounts.login(ann.email, next, "192.0.2.5")).id, ann.userId);
  });

  it("takes back an open reset link when the password changes", async () => {
    const ann = await world.anAccount();
    const resets = world.get(PasswordResets);
    const { token } = await resets.issue(null, ann.userId);
    const next = "another long password 43";
    await accounts.changePassword(ann, PASSWORD, next, "192.0.2.6");
    await assert.rejects(resets.redeem(token, PASSWORD), { status: 404 });
    assert.equal((await accounts.login(ann.email, next, "192.0.2.6")).id, ann.userId);
  });

  it("ends on all other devices when the password changes, which takes the current one", async () => {
    const ann = await world.anAccount();
    const sessions = world.get(SessionsService);
    const phone = await sessions.open(ann.userId, "a phone");
    const next = "another long password 43";
    const wrong = accounts.changePassword(ann, "wrong", next, "192.0.2.3");
    await assert.rejects(wrong, { code: "invalid_credentials" });
    assert.ok(await sessions.find(phone));
    await accounts.changePassword(ann, PASSWORD, next, "192.0.2.3");
    assert.equal(await sessions.find(phone), null);
    assert.ok(await sessions.find(ann.token));
    await assert.rejects(accounts.login(ann.email, PASSWORD, "192.0.2.3"), { code: "invalid_credentials" });
    await accounts.login(ann.email, next, "192.0.2.3");
  });

  it("cannot be forced by guessing the current password in a stolen session", async () => {
    const ann = await world.anAccount();
    for (let i = 0; i < 5; i++) await assert.rejects(accounts.changePassword(ann, "wrong", PASSWORD, "192.0.2.4"));
    const right = accounts.changePassword(ann, PASSWORD, "another long password 44", "192.0.2.4");
    await assert.rejects(right, { status: 429 });
    // Others in the same office may change theirs.
    await accounts.confirmPassword(await world.anAccount(), PASSWORD, "192.0.2.4");
  });

  it("is refused to a disabled account, and told so only to whoever knows its password", async () => {
    const { email, userId } = await world.anAccount();
    const db = world.get(Database);
    await db.execute("UPDATE users SET disabled_at = ? WHERE id = ?", [Date.now(), userId]);
    const tried = (password: string) => accounts.login(email, password, "192.0.2.8");
    await assert.rejects(tried(PASSWORD), { status: 403, code: "account_disabled" });
    await assert.rejects(tried("wrong"), { status: 401, code: "invalid_credentials" });
    await db.execute("UPDATE users SET disabled_at = NULL WHERE id = ?", [userId]);
    assert.equal((await tried(PASSWORD)).id, userId);
  });

  it("has no door for a password where the operator has switched passwords off", async () => {
    const ann = await world.anAccount();
    const { token } = await world.get(PasswordResets).issue(null, ann.userId);
    const off = (
      await world.launch({
        ...{
          OIDC_ISSUER: "https://id.example.test",
          OIDC_CLIENT_ID: "parley",
          OIDC_CLIENT_SECRET: "a secret of the tests",
        },
        ...{ OIDC_ONLY: "true", OIDC_NAME: "Corp", PUBLIC_URL: "https://chat.example.test" },
      })
    ).get(AccountsService, { strict: false });
    const resets = world.get(PasswordResets, 1);
    const doors = [
      () => off.register({ email: "late@example.test", password: PASSWORD }),
      () => off.login(ann.email, PASSWORD, "192.0.2.9"),
      () => off.confirmPassword(ann, PASSWORD, "192.0.2.9"),
      () => off.changePassword(ann, PASSWORD, "another long password 43", "192.0.2.9"),
      () => resets.issue(null, ann.userId),
      () => resets.redeem(token, "another long password 43"),
      async () => resets.request(ann.email),
    ];
    const message = "On this server people sign in with Corp alone.";
    for (const [n, door] of doors.entries())
      await assert.rejects(door, { status: 403, code: "password_sign_in_off", message }, `door ${n}`);
    assert.equal((await accounts.login(ann.email, PASSWORD, "192.0.2.9")).id, ann.userId, "nothing was changed");
  });
});
