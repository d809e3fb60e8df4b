// Sign-in through a real OpenID Connect provider: who gets in, as whom, and with which roles.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { CookieJar } from "#libs/client/index";
import { Navigator } from "../app/navigator.js";
import { CLIENT_SECRET } from "../app/oidc.js";
import { OidcStage, type Visitor } from "./oidc.fixture.js";

for (const database of ["sqlite", "postgres"] as const) {
  describe(`sign-in through a provider on ${database}`, { timeout: 300_000 }, () => {
    let stage: OidcStage;
    before(async () => {
      stage = await OidcStage.start(database);
    });
    after(() => stage?.stop());

    const refused = (visitor: Visitor, problem: string, page = "/login") => {
      assert.equal(visitor.page, `${page}${page.includes("?") ? "&" : "?"}problem=${problem}`);
      assert.ok(!visitor.browser.jar(visitor.arrival.url.origin).header().includes("parley_session"));
    };

    it("makes an account for whose verified domain joins a workspace, and leads to the page that was asked for", async () => {
      const ann = await stage.signIn(stage.aPerson("ann", { name: "Ann Example" }), {
        query: "?next=%2Fusage%3Fa%3D1",
      });
      assert.equal(ann.page, "/usage?a=1");
      const { user, workspaces } = await ann.client.auth.me();
      assert.deepEqual(
        [user.email, user.name, user.hasPassword, user.isOperator],
        ["ann@corp.test", "Ann Example", false, false],
      );
      assert.deepEqual(workspaces.map(({ role }) => role).sort(), ["owner", "viewer"]);
      const again = await stage.signIn("ann");
      assert.equal((await again.client.auth.me()).user.id, user.id);
      assert.equal((await again.client.auth.identities.list()).data.length, 1);
    });

    it("gives a new session each time, and ends the one that the browser had", async () => {
      const { browser, arrival } = await stage.signIn("ann");
      const { origin } = arrival.url;
      const before = browser.jar(origin).header();
      const back = await stage.toProvider({ browser });
      assert.equal(back.arrival.url.pathname, "/");
      assert.notEqual(browser.jar(origin).header(), before);
      await assert.rejects(stage.app.client({ headers: { cookie: before } }).auth.me(), { status: 401 });
    });

    it("can come back to another process than it began at", async () => {
      const { browser, callback } = await stage.answerOf("ann");
      const other = new URL(callback.pathname + callback.search, stage.origin(1));
      const headers = { cookie: browser.jar(stage.origin(0)).header() };
      const response = await new Navigator().request(other, { headers });
      assert.equal(response.headers.get("location"), "/");
      assert.match(response.headers.getSetCookie().join(), /parley_session=[^;]{20}/);
    });

    it("never leads to another site", async () => {
      for (const next of ["//evil.example", "https://evil.example", "/\\evil.example", "/.//evil.example"]) {
        const { page, arrival } = await stage.signIn("ann", { query: `?next=${encodeURIComponent(next)}` });
        assert.deepEqual([page, arrival.url.origin], ["/", stage.origin()]);
      }
    });

    it("is refused with an answer that was used, or that belongs to no sign-in", async () => {
      const { browser, callback } = await stage.answerOf("ann");
      await stage.comeBack(browser, callback);
      const thief = new Navigator();
      refused(await stage.comeBack(thief, callback), "sign_in_expired");
      const wrong = await stage.answerOf("ann");
      wrong.callback.searchParams.set("state", "another-one");
      refused(await stage.comeBack(wrong.browser, wrong.callback), "sign_in_expired");
      wrong.callback.searchParams.delete("state");
      refused(await stage.comeBack(wrong.browser, wrong.callback), "sign_in_expired");
    });

    it("is refused in another browser than it began in", async () => {
      const { callback } = await stage.answerOf("ann");
      refused(await stage.comeBack(new Navigator(), callback), "other_browser");
      const theirs = await stage.toProvider();
      refused(await stage.comeBack(theirs.browser, (await stage.answerOf("ann")).callback), "other_browser");
    });

    it("goes on in the first of two tabs", async () => {
      const first = await stage.answerOf("ann");
      await stage.toProvider({ browser: first.browser });
      assert.equal((await stage.comeBack(first.browser, first.callback)).page, "/");
    });

    it("is refused with a code of somebody else's sign-in", async () => {
      const mine = await stage.answerOf("ann");
      const theirs = await stage.answerOf(stage.aPerson("mallory"));
      mine.callback.searchParams.set("code", theirs.callback.searchParams.get("code") ?? "");
      refused(await stage.comeBack(mine.browser, mine.callback), "answer_invalid");
    });

    it("is refused when the id token has another nonce", async () => {
      const browser = new Navigator();
      const begun = await browser.request(`${stage.origin()}/api/v1/auth/oidc/start`);
      const asked = new URL(begun.headers.get("location") ?? "");
      assert.equal(asked.searchParams.get("code_challenge_method"), "S256");
      asked.searchParams.set("nonce", "of-another-sign-in");
      const page = await browser.go(asked);
      const url = await stage.submit(browser, page.url, { who: "ann", go: "in" });
      refused(await stage.comeBack(browser, url), "answer_invalid");
    });

    it("leaves no secret in the logs", async () => {
      const logs = stage.app.logs();
      assert.match(logs, /oidc_failed.*oidc_refused/s);
      for (const secret of [CLIENT_SECRET, "code=", "id_token", "@corp.test"])
        assert.ok(!logs.includes(secret), secret);
    });

    it("is refused when it took too long", async () => {
      const { browser, callback } = await stage.answerOf("ann");
      await stage.expireSignIns();
      refused(await stage.comeBack(browser, callback), "sign_in_expired");
    });

    it("says so when it was cancelled, and keeps the way", async () => {
      const { browser, arrival } = await stage.toProvider({ query: "?next=/usage" });
      const url = await stage.submit(browser, arrival.url, { go: "no" });
      refused(await stage.comeBack(browser, url), "sign_in_cancelled", "/login?next=%2Fusage");
    });

    it("takes no newcomer without an invite, and not by an e-mail that is not verified", async () => {
      refused(await stage.signIn(stage.aPerson("bob", { email_verified: false })), "invite_required");
      refused(await stage.signIn(stage.aPerson("eve", { email: "eve@elsewhere.test" })), "invite_required");
      refused(await stage.signIn(stage.aPerson("nobody", { email: undefined })), "no_email");
    });

    it("takes a newcomer with an invite into its workspace", async () => {
      const { token } = await stage.operator.client.workspace(stage.team).invites.create({ role: "member" });
      const bob = await stage.signIn("bob", { query: `?invite=${token}` });
      assert.equal(bob.page, "/");
      assert.equal((await stage.roles(bob))[stage.team], "member");
      assert.equal((await stage.roles(bob))[stage.operator.workspaceId], undefined);
      refused(await stage.signIn("eve", { query: `?invite=${token}` }), "invite_invalid", `/register?invite=${token}`);
      // Who has an account already is asked first.
      assert.equal((await stage.signIn("ann", { query: `?invite=${token}` })).page, `/register?invite=${token}`);
    });

    it("follows the groups at each sign-in", async () => {
      const roleOf = async (groups: unknown) => {
        stage.aPerson("gus", { email: "gus@elsewhere.test", groups });
        return (await stage.roles(await stage.signIn("gus")))[stage.team];
      };
      assert.equal(await roleOf(["engineers"]), "member");
      assert.equal(await roleOf(["leads", "engineers", "others"]), "admin");
      assert.equal(await roleOf("engineers"), "member");
      assert.equal(await roleOf(undefined), undefined);
      assert.equal(await roleOf(["leads"]), "admin");
      const { data } = await stage.operator.client.workspace(stage.team).audit.list();
      const acts: string[] = data.map(({ action }) => action);
      for (const action of ["member.joined", "member.role_changed", "member.removed"])
        assert.ok(acts.includes(action), action);
    });

    it("gives back the role that a member had without the group, and never raises by leaving one", async () => {
      const team = stage.operator.client.workspace(stage.team);
      const bob = await stage.signIn("bob");
      const { id } = (await bob.client.auth.me()).user;
      const roleIn = async (...groups: string[]) => {
        stage.aPerson("bob", { email_verified: false, groups });
        return (await stage.roles(await stage.signIn("bob")))[stage.team];
      };
      assert.equal(await roleIn("leads"), "admin");
      assert.equal(await roleIn(), "member");
      assert.equal(await roleIn("leads"), "admin");
      await team.members.update(id, { role: "viewer" });
      assert.equal(await roleIn(), "viewer");
    });

    it("leaves a workspace its last owner", async () => {
      const zoe = stage.aPerson("zoe", { groups: ["owners"] });
      const first = await stage.signIn(zoe);
      assert.equal((await stage.roles(first))[stage.team], "owner");
      const { user } = await stage.operator.client.auth.me();
      await first.client.workspace(stage.team).members.update(user.id, { role: "admin" });
      stage.aPerson("zoe", { groups: [] });
      assert.equal((await stage.roles(await stage.signIn(zoe)))[stage.team], "owner");
      stage.aPerson("zoe", { groups: ["engineers"] });
      const still = await stage.signIn(zoe);
      assert.equal((await stage.roles(still))[stage.team], "owner");
      await still.client.workspace(stage.team).members.update(user.id, { role: "owner" });
      assert.equal((await stage.roles(await stage.signIn(zoe)))[stage.team], "member");
    });

    it("makes operators by group, and takes back what a group had given", async () => {
      stage.aPerson("olga", { groups: ["ops"] });
      const olga = await stage.signIn("olga");
      assert.equal((await olga.client.auth.me()).user.isOperator, true);
      stage.aPerson("olga", { groups: [] });
      const after = await stage.signIn("olga");
      assert.equal((await after.client.auth.me()).user.isOperator, false);
      await assert.rejects(olga.client.auth.me(), { status: 401 });
    });

    it("is no way into an account with the same e-mail, unless the provider has the last word on it", async () => {
      const { token } = await stage.operator.client.workspace(stage.team).invites.create({ role: "viewer" });
      const jar = new CookieJar();
      const body = { password: "a long enough password 42", name: "Kim", inviteToken: token };
      await stage.app.client({ cookies: jar }).auth.register({ ...body, email: "kim@corp.test" });
      refused(await stage.signIn(stage.aPerson("kim", { email_verified: false })), "account_exists");
      stage.aPerson("kim");
      const kim = await stage.signIn("kim");
      const { user } = await kim.client.auth.me();
      assert.deepEqual([user.email, user.hasPassword], ["kim@corp.test", false]);
      // Whoever made the account in advance is out.
      await assert.rejects(stage.app.client({ cookies: jar }).auth.me(), { status: 401 });
      const again = { email: user.email, password: body.password };
      await assert.rejects(stage.app.client({ cookies: new CookieJar() }).auth.login(again), { status: 401 });
      // The address has got a new owner at the provider: another person.
      refused(await stage.signIn(stage.aPerson("kim-2", { email: "kim@corp.test" })), "account_exists");
      // Never an operator's account.
      refused(await stage.signIn(stage.aPerson("op", { email: stage.operator.email })), "account_exists");
    });

    it("is linked by hand by whoever is signed in, and unlinked again", async () => {
      const browser = new Navigator();
      const origin = stage.origin();
      const client = stage.app.client({ cookies: browser.jar(origin) });
      const { email, password } = stage.operator;
      await client.auth.login({ email, password });
      const { url } = await client.auth.identities.link();
      const page = await browser.go(url);
      const callback = await stage.submit(browser, page.url, { who: "op", go: "in" });
      assert.equal((await stage.comeBack(browser, callback)).page, "/settings/profile");
      const { data } = await client.auth.identities.list();
      assert.deepEqual(
        data.map(({ email: shown, active }) => [shown, active]),
        [[email, true]],
      );
      // The same person cannot be two accounts here, nor two people one account.
      const bob = await stage.signIn("bob");
      const linkAs = async (who: string, visitor: Visitor) => {
        const { url } = await visitor.client.auth.identities.link();
        const fresh = new Navigator();
        const asked = await fresh.go(url);
        return stage.submit(fresh, asked.url, { who, go: "in" });
      };
      const pageOf = async (who: string) => (await stage.comeBack(bob.browser, await linkAs(who, bob))).page;
      assert.equal(await pageOf("op"), "/settings/profile?problem=linked_elsewhere");
      assert.equal(await pageOf(stage.aPerson("bob-2")), "/settings/profile?problem=already_linked");
      assert.equal(await pageOf("bob"), "/settings/profile");
      const late = await linkAs("bob", bob);
      await bob.client.auth.logout();
      assert.equal((await stage.comeBack(bob.browser, late)).page, "/settings/profile?problem=session_changed");
      const elsewhere = await stage.signIn("op");
      assert.equal((await elsewhere.client.auth.me()).user.email, email);
      await client.auth.identities.unlink(data[0]?.id ?? "");
      refused(await stage.signIn("op"), "account_exists");
    });

    it("is not unlinked from an account that has no other way in", async () => {
      const ann = await stage.signIn("ann");
      const { data } = await ann.client.auth.identities.list();
      await assert.rejects(ann.client.auth.identities.unlink(data[0]?.id ?? ""), { status: 409, code: "last_sign_in" });
      const bob = await stage.signIn("bob");
      await assert.rejects(bob.client.auth.identities.unlink(data[0]?.id ?? ""), { status: 404 });
    });

    it("is refused for a disabled account", async () => {
      const mia = await stage.signIn(stage.aPerson("mia"));
      const { id } = (await mia.client.auth.me()).user;
      await stage.operator.client.operator.updateAccount(id, { disabled: true });
      refused(await stage.signIn("mia"), "account_disabled");
    });

    it("makes one account of two first sign-ins at once", async () => {
      stage.aPerson("twin");
      const ways = await Promise.all([stage.answerOf("twin"), stage.answerOf("twin")]);
      const visitors = await Promise.all(ways.map(({ browser, callback }) => stage.comeBack(browser, callback)));
      const ids = await Promise.all(visitors.map(async ({ client }) => (await client.auth.me()).user.id));
      assert.equal(ids[0], ids[1]);
    });

    it("is refused with an id token that somebody else has signed", async () => {
      await stage.signIn("ann");
      await stage.provider.stop();
      stage.provider.forge();
      await stage.provider.serve(stage.app.baseUrls);
      refused(await stage.signIn("ann"), "answer_invalid");
      // To a process that has not seen the key before, it is the provider's.
      await stage.app.restart("api", 0);
      assert.equal((await stage.signIn("ann")).page, "/");
    });

    it("tells that the provider is down, then works again", async () => {
      await stage.provider.stop();
      // A process that has never heard of the provider, and one that has.
      await stage.app.restart("api", 1);
      const { arrival } = await stage.toProvider({ api: 1 });
      assert.equal(arrival.url.pathname + arrival.url.search, "/login?problem=provider_down");
      await stage.provider.serve(stage.app.baseUrls);
      const { browser, callback } = await stage.answerOf("ann");
      await stage.provider.stop();
      refused(await stage.comeBack(browser, callback), "provider_down");
      await stage.provider.serve(stage.app.baseUrls);
      assert.equal((await stage.signIn("ann", { api: 1 })).page, "/");
    });

    it("tells that nobody can sign in while Redis is away, then works again", async () => {
      const { browser, callback } = await stage.answerOf("ann");
      await stage.app.redis.kill();
      const { arrival } = await stage.toProvider();
      assert.equal(arrival.url.pathname + arrival.url.search, "/login?problem=unavailable");
      refused(await stage.comeBack(browser, callback), "unavailable");
      await stage.app.redis.launch();
      await stage.app.allReady();
      assert.equal((await stage.signIn("ann")).page, "/");
    });

    it("takes no newcomer at all while registration is closed, but everybody who has an account", async () => {
      await stage.app.restart("api", 0, { REGISTRATION: "closed", OIDC_SESSION_HOURS: "1" });
      refused(await stage.signIn(stage.aPerson("late")), "registration_closed");
      assert.equal((await stage.signIn("ann")).page, "/");
    });

    it("ends at its fixed end, so that the provider is asked again", async () => {
      const { browser, callback } = await stage.answerOf("ann");
      const response = await browser.request(callback);
      assert.match(response.headers.getSetCookie().join(), /^parley_session=[^;]+; Path=\/; Max-Age=3600;/);
    });

    it("is the only way where passwords are switched off", async () => {
      await stage.app.restart("api", 0, { OIDC_ONLY: "true", LOGIN_LIMIT: "1" });
      const { email, password } = stage.operator;
      const client = stage.app.client({ cookies: new CookieJar() });
      const off = { status: 403, code: "password_sign_in_off" };
      await assert.rejects(client.auth.login({ email, password }), off);
      await assert.rejects(client.auth.register({ email: "x@corp.test", password, name: "X" }), off);
      await assert.rejects(client.auth.requestReset({ email }), off);
      const ann = await stage.signIn("ann");
      await assert.rejects(ann.client.auth.secondFactor.begin({ password }), off);
      const { passwordSignIn, signInProvider } = await client.instance();
      assert.deepEqual([passwordSignIn, signInProvider], [false, "Acme ID"]);
      assert.equal(ann.page, "/");
    });

    it("is limited per address", async () => {
      const pages = new Set<string>();
      for (let n = 0; n < 20; n += 1) {
        const response = await new Navigator().request(`${stage.origin()}/api/v1/auth/oidc/start`);
        pages.add(response.headers.get("location")?.replace(/^http.*/, "provider") ?? "");
      }
      assert.deepEqual([...pages].sort(), ["/login?problem=too_many_requests", "provider"]);
    });
  });
}
