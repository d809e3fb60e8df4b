// Sign up, sign in, sign out, and who may sign up.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Secret, TOTP } from "otpauth";
import { CookieJar } from "#libs/client/index";
import type { App } from "../app/app.js";
import { eventually, until } from "../app/patience.js";
import { uniqueText } from "./ask.js";

let people = 0;
function aPerson() {
  people += 1;
  return { email: `Someone.${people}@Example.test`, password: "a long enough password 42", name: "Some One" };
}

/** What an authenticator app shows now. */
const totp = (secret: string): string => new TOTP({ secret: Secret.fromBase32(secret) }).generate();

export function accounts(theApp: () => App): void {
  describe("an account", () => {
    it("owns the instance when it is the first one, whatever REGISTRATION says", async () => {
      const app = theApp();
      const first = await app.aUser();
      assert.equal(first.me.user.isOperator, true);
      assert.equal(first.me.workspaces.length, 1);
      assert.equal(first.me.workspaces[0]?.role, "owner");
    });

    it("cannot be made by a second person while REGISTRATION is closed, nor without an invitation", async () => {
      const app = theApp();
      await assert.rejects(app.client({ cookies: new CookieJar() }).auth.register(aPerson()), { status: 403 });
      await app.restart("api", 1, { REGISTRATION: "invite" });
      const client = app.client({ baseUrl: app.baseUrls[1] ?? "", cookies: new CookieJar() });
      await assert.rejects(client.auth.register(aPerson()), { status: 403 });
      await assert.rejects(
        client.auth.register({ ...aPerson(), inviteToken: "no-such-invitation" }),
        (error: { status: number }) => [400, 403, 404, 422].includes(error.status),
      );
      for (const [index] of app.baseUrls.entries()) await app.restart("api", index, { REGISTRATION: "open" });
    });

    it("signs up, is known, signs out, and is not known any more", async () => {
      const app = theApp();
      const cookies = new CookieJar();
      const client = app.client({ cookies });
      const person = aPerson();
      const me = await client.auth.register(person);
      assert.equal(me.user.isOperator, false);
      assert.match(cookies.header(), /^parley_session=[^;]{20,}$/);
      assert.deepEqual((await client.auth.me()).user, me.user);
      const before = cookies.header();
      await client.auth.logout();
      await assert.rejects(client.auth.me(), { status: 401, code: "unauthorized" });
      const thief = app.client({ headers: { cookie: before } });
      await assert.rejects(thief.auth.me(), { status: 401 });
    });

    it("signs in with its e-mail in any case, and gets a new session each time", async () => {
      const app = theApp();
      const person = aPerson();
      const cookies = new CookieJar();
      await app.client({ cookies }).auth.register(person);
      const other = new CookieJar();
      const { email, password } = person;
      const me = await app.client({ cookies: other }).auth.login({ email: email.toUpperCase(), password });
      assert.equal(me.user.name, person.name);
      assert.notEqual(other.header(), cookies.header());
    });

    it("asks for a code once its second factor is set up, and takes each once over all processes", async () => {
      const app = theApp();
      const person = aPerson();
      const { email, password } = person;
      const cookies = new CookieJar();
      const client = app.client({ cookies });
      await client.auth.register(person);
      const { secret } = await client.auth.secondFactor.begin({ password });
      const used = totp(secret);
      const { codes } = await client.auth.secondFactor.confirm({ code: used });
      const login = (code?: string, api = 0) =>
        app
          .client({ baseUrl: app.baseUrls[api]!, cookies: new CookieJar() })
          .auth.login({ email, password, ...(code !== undefined && { code }) });
      await assert.rejects(login(), { status: 401, code: "second_factor_required" });
      await assert.rejects(login(used, 1), { status: 401, code: "second_factor_wrong" });
      await assert.rejects(login("1"), { status: 400 });
      assert.equal((await login(codes[0], 1)).user.email, email.toLowerCase());
      await assert.rejects(login(codes[0]), { status: 401, code: "second_factor_wrong" });
      await client.auth.secondFactor.disable({ password, code: codes[1]! });
      await login();
    });

    it("holds its session in a cookie that no page's script and no other site's form can use", async () => {
      const app = theApp();
      const person = aPerson();
      await app.client({ cookies: new CookieJar() }).auth.register(person);
      const { email, password } = person;
      const { http } = app.client({ cookies: new CookieJar() });
      const answer = await http.exchange("POST", "/api/v1/auth/login", { body: { email, password } });
      const [cookie = ""] = answer.headers.getSetCookie();
      assert.match(cookie, /^parley_session=/);
      for (const attribute of [/; HttpOnly/i, /; SameSite=Lax/i, /; Path=\//i]) assert.match(cookie, attribute);
    });

    it("is refused with a wrong password just as one that does not exist", async () => {
      const app = theApp();
      const person = aPerson();
      await app.client({ cookies: new CookieJar() }).auth.register(person);
      const problems = [];
      for (const attempt of [
        { ...person, password: "not the password 42" },
        { ...person, email: "nobody@example.test" },
      ]) {
        const { email, password } = attempt;
        const failed = await app
          .client({ cookies: new CookieJar() })
          .auth.login({ email, password })
          .catch((error: unknown) => error);
        const { status, code, message } = failed as { status: number; code: string; message: string };
        problems.push({ status, code, message });
      }
      assert.equal(problems[0]?.status, 401);
      assert.deepEqual(problems[0], problems[1]);
    });

    it("cannot be made twice with one e-mail", async () => {
      const app = theApp();
      const person = aPerson();
      await app.client({ cookies: new CookieJar() }).auth.register(person);
      const again = app
        .client({ cookies: new CookieJar() })
        .auth.register({ ...person, email: person.email.toLowerCase() });
      await assert.rejects(again, (error: { status: number }) => error.status === 409 || error.status === 422);
    });

    it("sees its sessions and ends one of them, on which its sockets fall silent too", async () => {
      const app = theApp();
      const user = await app.aUser();
      const { socket } = await user.listen(1);
      const { email, password } = user;
      const elsewhere = new CookieJar();
      await app.client({ cookies: elsewhere }).auth.login({ email, password });
      const phone = app.client({ cookies: elsewhere });
      const { data } = await phone.auth.sessions();
      assert.equal(data.length, 2);
      const other = data.find(({ current }) => !current);
      assert.ok(other);
      await phone.auth.revokeSession(other.id);
      await until(socket.status, () => socket.status.getSnapshot().state === "refused", "the socket's end");
      await assert.rejects(user.client.auth.me(), { status: 401 });
      assert.equal((await phone.auth.sessions()).data.length, 1);
    });

    it("signs out everywhere else at once, and stays signed in itself", async () => {
      const app = theApp();
      const user = await app.aUser();
      const { socket } = await user.listen(1);
      const others = [new CookieJar(), new CookieJar()];
      for (const cookies of others)
        await app.client({ cookies }).auth.login({ email: user.email, password: user.password });
      const [kept, gone] = others.map((cookies) => app.client({ cookies, baseUrl: app.baseUrls[1]! }));
      await kept!.auth.revokeOtherSessions();
      await until(socket.status, () => socket.status.getSnapshot().state === "refused", "the socket's end");
      for (const client of [gone!, user.client]) await assert.rejects(client.auth.me(), { status: 401 });
      const { data } = await kept!.auth.sessions();
      assert.deepEqual(
        data.map(({ current }) => current),
        [true],
      );
      await kept!.auth.revokeOtherSessions();
      await kept!.auth.me();
    });

    it("is deleted by its owner: signed out everywhere within a second, in no list of members, and free to be made anew", async () => {
      const app = theApp();
      const [owner, person] = [await app.aUser("Owner"), await app.aUser("Leaver")];
      const { token } = await owner.workspace.invites.create({ role: "member" });
      await person.client.workspaces.accept({ token });
      const team = person.client.workspace(owner.workspaceId);
      const { id } = await team.conversations.create({ title: "what stays" });
      const key = await team.apiKeys.create({ name: "a key", scopes: ["read"] });
      const program = app.client({ token: key.token, baseUrl: app.baseUrls[1]! });
      await program.workspace(owner.workspaceId).conversations.get(id);
      const { email, password } = person;
      const { secret } = await person.client.auth.secondFactor.begin({ password });
      const { codes } = await person.client.auth.secondFactor.confirm({ code: totp(secret) });
      const { socket } = await person.listen(1);
      const named = (some: { id: string }[]) => some.map((one) => one.id);
      const { plan, proof } = await person.client.auth.deletion();
      assert.equal(proof, "password");
      assert.deepEqual(
        [named(plan.deletes), named(plan.leaves), named(plan.blocks), plan.lastOperator],
        [[person.workspaceId], [owner.workspaceId], [], false],
      );
      const { auth } = person.client;
      await assert.rejects(auth.delete({}), { status: 400 });
      await assert.rejects(auth.delete({ password: "wrong one 42 wrong" }), {
        status: 401,
        code: "invalid_credentials",
      });
      await assert.rejects(auth.delete({ password }), { status: 401, code: "second_factor_required" });
      await assert.rejects(program.auth.delete({ password }), { status: 403 });
      await assert.rejects(owner.client.auth.delete({ password: owner.password }), { status: 409, code: "last_owner" });
      const slow = await team.conversations.create({ model: "sim/tokens:40" });
      const asked = { clientMessageId: crypto.randomUUID(), content: uniqueText() };
      const { assistantMessage } = await team.messages.send(slow.id, asked);
      const cookie = person.jar.header();
      await auth.delete({ password, code: codes[0]! });
      assert.equal(person.jar.header(), "", "the cookie is taken from the browser");
      await until(socket.status, () => socket.status.getSnapshot().state === "refused", "the socket's end");
      const thief = app.client({ headers: { cookie }, baseUrl: app.baseUrls[1]! });
      await assert.rejects(thief.auth.me(), { status: 401 });
      const byKey = () => program.workspace(owner.workspaceId).conversations.get(id);
      await eventually(() =>
        byKey().then(
          () => false,
          ({ status }) => status === 401,
        ),
      );
      await assert.rejects(app.client({ cookies: new CookieJar() }).auth.login({ email, password }), {
        status: 401,
        code: "invalid_credentials",
      });
      assert.equal((await owner.workspace.members.list()).data.length, 1);
      assert.equal((await owner.workspace.conversations.get(id)).title, "what stays");
      const answer = () => owner.workspace.messages.get(assistantMessage.id);
      await eventually(async () => (await answer()).status === "completed", "the answer to end by itself");
      const { data } = await owner.workspace.audit.list();
      assert.equal(data[0]?.action, "member.left");
      const anew = await app.client({ cookies: new CookieJar() }).auth.register({ email, password, name: "Anew" });
      assert.deepEqual([anew.workspaces.length, anew.user.id === person.me.user.id], [1, false]);
    });

    it("is deleted by an operator, who cannot delete themselves that way, nor be the last to go", async () => {
      const app = theApp();
      const { operator } = app;
      const { id: own } = operator.me.user;
      const person = await app.aUser();
      const { socket } = await person.listen(1);
      const admin = operator.client.operator;
      const { id } = person.me.user;
      assert.deepEqual(
        (await admin.deletionOf(id)).deletes.map(({ id }) => id),
        [person.workspaceId],
      );
      await admin.deleteAccount(id);
      await until(socket.status, () => socket.status.getSnapshot().state === "refused", "the socket's end");
      await assert.rejects(person.client.auth.me(), { status: 401 });
      for (const again of [() => admin.deleteAccount(id), () => admin.deletionOf(id)])
        await assert.rejects(again(), { status: 404 });
      await assert.rejects(admin.deleteAccount(own), { status: 409, code: "own_account" });
      assert.equal((await operator.client.auth.deletion()).plan.lastOperator, true);
      await assert.rejects(operator.client.auth.delete({ password: operator.password }), {
        status: 409,
        code: "last_operator",
      });
      const [last] = (await admin.audit.list({ action: "account.deleted" })).data;
      assert.deepEqual([last?.userId, last?.targetId], [own, id]);
    });

    it("changes its password only with the old one", async () => {
      const app = theApp();
      const user = await app.aUser();
      const newPassword = "another long password 43";
      await assert.rejects(user.client.auth.changePassword({ currentPassword: "wrong one 42 wrong", newPassword }));
      await user.client.auth.changePassword({ currentPassword: user.password, newPassword });
      const { email } = user;
      await assert.rejects(app.client({ cookies: new CookieJar() }).auth.login({ email, password: user.password }), {
        status: 401,
      });
      await app.client({ cookies: new CookieJar() }).auth.login({ email, password: newPassword });
    });

    it("gets another e-mail with its password, and signs in by that alone", async () => {
      const app = theApp();
      const [user, other] = [await app.aUser(), await app.aUser()];
      const { email, password } = user;
      const next = `Renamed.${email}`;
      const change = (body: { email: string; currentPassword: string }) => user.client.auth.changeEmail(body);
      await assert.rejects(change({ email: next, currentPassword: "wrong one 42 wrong" }), { status: 401 });
      await assert.rejects(change({ email: "no address", currentPassword: password }), { status: 400 });
      const taken = change({ email: other.email.toUpperCase(), currentPassword: password });
      await assert.rejects(taken, { status: 409, code: "email_taken" });
      assert.equal((await change({ email: next, currentPassword: password })).user.email, next.toLowerCase());
      const login = (by: string) => app.client({ cookies: new CookieJar() }).auth.login({ email: by, password });
      await assert.rejects(login(email), { status: 401 });
      assert.equal((await login(next)).user.id, user.me.user.id);
      assert.equal((await user.client.auth.me()).user.email, next.toLowerCase(), "the session goes on");
    });

    it("is told each field that is wrong", async () => {
      const client = theApp().client({ cookies: new CookieJar() });
      const wrong = { email: "no address", password: "short", name: "x".repeat(101) };
      await assert.rejects(client.auth.register(wrong), (error: { status: number; errors: { path: string }[] }) => {
        assert.ok(error.status === 400 || error.status === 422);
        assert.deepEqual(error.errors.map(({ path }) => path).sort(), ["email", "name", "password"]);
        return true;
      });
    });
  });
}
