// Sign up, sign in, sign out, and who may sign up.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Secret, TOTP } from "otpauth";
import { CookieJar } from "#libs/client/index";
import type { App } from "../app/app.js";
import { until } from "../app/patience.js";

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
