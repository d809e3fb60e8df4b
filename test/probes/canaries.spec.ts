// Vault test V12: one secret of every kind goes through a whole instance; afterwards none of them is found anywhere but where it lives by nature.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { totpCode } from "#src/second-factor/totp";
import { App } from "../app/app.js";
import { Navigator } from "../app/navigator.js";
import { CLIENT_SECRET, TestProvider } from "../app/oidc.js";
import { TestSmtp } from "../app/smtp.js";
import { filesBelow, listenToRedis, type Places, placesOf, spellingsOf, tablesOf, valuesOf } from "./canary-places.js";

/** A secret that nothing else looks like. */
const canary = (name: string): string => `${name}-${randomBytes(18).toString("hex")}`;
const KEK = randomBytes(32).toString("base64");

/** CANARY_POSTGRES=1 for the nightly run: PostgreSQL as well, its log and its files among the places. */
const DATABASES = ["sqlite-encrypted", ...(process.env["CANARY_POSTGRES"] ? ["postgres" as const] : [])] as const;

const env = {
  VAULT_KEYS: `k1:${KEK}`,
  METRICS_TOKEN: canary("metrics"),
  OPENROUTER_API_KEY: canary("sk-or-v1-instance"),
  MAIL_FROM: "parley@example.test",
  PUBLIC_URL: "http://parley.example.test",
  LOG_LEVEL: "trace",
};

for (const database of DATABASES)
  describe(`V12: secrets on ${database}`, () => {
    /** Name → secret. */
    const secrets = new Map<string, string>();
    /** Where a secret may be found, and nowhere else: the one answer that shows it, this once. */
    const shown = new Map<string, string>();
    const places: Places = new Map();
    const answers: string[] = [];
    const logs = new Set<string>();
    let app: App;
    let smtp: TestSmtp;
    let provider: TestProvider;
    let redis: Awaited<ReturnType<typeof listenToRedis>>;

    before(async () => {
      smtp = await TestSmtp.start();
      provider = await TestProvider.create();
      await provider.serve([env.PUBLIC_URL]);
      const SMTP_URL = `smtp://parley:mail-password@127.0.0.1:${smtp.port}/?tls.rejectUnauthorized=false`;
      const key = database === "sqlite-encrypted" && { DATABASE_KEY: secret("DATABASE_KEY") };
      app = await App.start({ database, env: { ...env, ...provider.env, ...key, SMTP_URL } });
      const { password } = new URL(app.databaseEnv["DATABASE_URL"] ?? "sqlite:none");
      if (database === "postgres") secret("password of the database", password);
      redis = await listenToRedis(app.redisUrl);
      for (const name of ["METRICS_TOKEN", "OPENROUTER_API_KEY"] as const) secrets.set(name, env[name]);
      secrets.set("VAULT_KEYS", KEK);
      secrets.set("SMTP password", "mail-password");
      secrets.set("OIDC_CLIENT_SECRET", CLIENT_SECRET);
    });
    after(async () => {
      redis?.stop();
      await app?.stop();
      await smtp?.stop();
      await provider?.stop();
    });

    function secret(name: string, value = canary(name.replaceAll(" ", "-"))): string {
      secrets.set(name, value);
      return value;
    }

    interface Sent {
      location: string;
      status: number;
      text: string;
      cookie: string;
      json: () => Record<string, unknown>;
    }
    /** Sends, and keeps what came back. @param shows the secret's name that this one answer shows by its nature */
    async function send(method: string, path: string, as: string, body?: unknown, shows?: string): Promise<Sent> {
      const credentials = as.startsWith("pk_") ? { authorization: `Bearer ${as}` } : { cookie: as };
      const response = await fetch(app.baseUrl + path, {
        method,
        redirect: "manual",
        headers: { "content-type": "application/json", origin: app.baseUrl, ...credentials },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const name = `answer ${answers.push(text)}: ${method} ${path}`;
      places.set(name, `${text}\n${[...response.headers].filter(([header]) => header !== "set-cookie").join("\n")}`);
      if (shows) shown.set(shows, name);
      for (const line of app.logs().split("\n")) if (!line.includes("redis")) logs.add(line);
      const cookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
      const location = response.headers.get("location") ?? "";
      return {
        location,
        status: response.status,
        text,
        cookie,
        json: () => JSON.parse(text) as Record<string, unknown>,
      };
    }
    /** Opens the call whose prompt is a secret: that answer shows it by its nature. */
    async function openLogged(): Promise<void> {
      const logs = `${V1}/workspaces/${ws}/gateway/logs`;
      const { data } = (await send("GET", logs, operator)).json() as { data: { id: string; status: string }[] };
      const [log] = data.filter(({ status }) => status === "answered");
      assert.ok(log, "nothing was logged");
      const opened = await send("GET", `${logs}/${log.id}`, operator, undefined, "prompt that is logged");
      assert.equal(opened.status, 200, opened.text);
    }
    const V1 = "/api/v1";
    const tokenOf = (mail: { raw: string }) => /#([\w-]{20,})/.exec(mail.raw)![1]!;

    let operator: string;
    let ws: string;

    it("of people: passwords, cookies, invitations, reset links", async () => {
      const password = secret("password");
      const first = await send("POST", `${V1}/auth/register`, "", { email: "ann@example.test", password, name: "Ann" });
      assert.equal(first.status, 201, first.text);
      operator = first.cookie;
      secret("session cookie", operator.split("=")[1]!);
      ws = (first.json() as { workspaces: { id: string }[] }).workspaces[0]!.id;
      const wrong = secret("wrong password");
      assert.equal(
        (await send("POST", `${V1}/auth/login`, "", { email: "ann@example.test", password: wrong })).status,
        401,
      );
      for (const bad of [[secret("password in a list")], { $ne: secret("password in an object") }])
        assert.equal(
          (await send("POST", `${V1}/auth/login`, "", { email: "ann@example.test", password: bad })).status,
          400,
        );
      const next = { currentPassword: password, newPassword: secret("new password") };
      assert.equal((await send("POST", `${V1}/auth/password`, operator, next)).status, 204);
      const moved = { email: "ann.new@example.test", currentPassword: secret("wrong password of another e-mail") };
      assert.equal((await send("POST", `${V1}/auth/email`, operator, moved)).status, 401);
      const [end, code] = [{ password: secret("wrong password of a deletion") }, secret("code of a deletion")];
      assert.equal((await send("POST", `${V1}/auth/me/delete`, operator, end)).status, 401);
      assert.equal((await send("POST", `${V1}/auth/me/delete`, operator, { ...end, code })).status, 400, "too long");
      const invite = { role: "member", email: "ben@example.test" };
      const { token } = (await send("POST", `${V1}/workspaces/${ws}/invites`, operator, invite, "invitation")).json();
      secret("invitation", String(token));
      const ben = { email: "ben@example.test", password: secret("password of the invited"), inviteToken: token };
      const joined = await send("POST", `${V1}/auth/register`, "", ben);
      assert.equal(joined.status, 201, joined.text);
      secret("cookie of the invited", joined.cookie.split("=")[1]!);
      assert.equal((await send("POST", `${V1}/auth/password-reset`, "", { email: "ben@example.test" })).status, 204);
      const [mail] = await smtp.received(({ to, raw }) => to.includes("ben@example.test") && raw.includes("/reset#"));
      const redeem = {
        token: secret("reset link by mail", tokenOf(mail!)),
        newPassword: secret("password by a reset"),
      };
      assert.equal((await send("POST", `${V1}/auth/password-reset/redeem`, "", redeem)).status, 204);
      const { id } = (joined.json() as { user: { id: string } }).user;
      const link = (await send("POST", `${V1}/instance/accounts/${id}/reset`, operator, {}, "reset link")).json();
      secret("reset link", String(link["path"]).split("#")[1]!);
      await send("POST", `${V1}/auth/password-reset/redeem`, "", {
        token: secret("made-up reset token"),
        newPassword: "x",
      });
    });

    it("of sign-ins through a provider: the client's secret, codes, cookies; also when it refuses and when it is gone", async () => {
      provider.people.set("cid", { email: "cid@example.test", email_verified: true, name: "Cid" });
      const comeBack = async (status: string) => {
        const started = await send("GET", `${V1}/auth/oidc/start`, "");
        const browser = new Navigator();
        const isBack = ({ origin }: URL) => origin === env.PUBLIC_URL;
        const page = await browser.go(started.location, ({ pathname }) => pathname.startsWith("/sign-in/"));
        const form = { method: "POST", body: new URLSearchParams({ who: "cid", go: "in" }) };
        const { url } = await browser.go(page.url, isBack, form);
        const code = secret(`code that is ${status}`, url.searchParams.get("code") ?? "");
        return { path: url.pathname + url.search, code, cookie: started.cookie };
      };
      const fresh = await comeBack("fresh");
      const signedIn = await send("GET", fresh.path, fresh.cookie);
      assert.equal(signedIn.location, "/", signedIn.text);
      secret("cookie of a sign-in through a provider", signedIn.cookie.split("=")[1]!);
      assert.equal((await send("GET", `${V1}/auth/me`, signedIn.cookie)).status, 200);
      const refused = await comeBack("refused");
      const used = await send("GET", refused.path.replace(refused.code, fresh.code), refused.cookie);
      assert.equal(used.location, "/login?problem=answer_invalid", used.text);
      const late = await comeBack("late");
      await provider.stop();
      const gone = await send("GET", late.path, late.cookie);
      assert.equal(gone.location, "/login?problem=provider_down", gone.text);
    });

    it("of authenticator apps: the secret, and recovery codes that are used, wrong and left", async () => {
      const password = secrets.get("new password")!;
      const begun = await send("POST", `${V1}/auth/second-factor`, operator, { password }, "authenticator secret");
      assert.equal(begun.status, 201, begun.text);
      const key = secret("authenticator secret", String(begun.json()["secret"]));
      const code = totpCode(key, Date.now());
      const path = `${V1}/auth/second-factor/confirm`;
      const confirmed = await send("POST", path, operator, { code }, "recovery code that is left");
      const [used, left] = (confirmed.json() as { codes: string[] }).codes;
      secret("recovery code that is left", left!);
      secret("recovery code that is used", used!);
      shown.set("recovery code that is used", shown.get("recovery code that is left")!);
      const login = (given: string) =>
        send("POST", `${V1}/auth/login`, "", { email: "ann@example.test", password, code: given });
      assert.equal((await login(secret("recovery code that is wrong", "wrng7-9qkxz"))).status, 401);
      const signedIn = await login(used!);
      assert.equal(signedIn.status, 200, signedIn.text);
      secret("cookie of a sign-in with a recovery code", signedIn.cookie.split("=")[1]!);
    });

    it("of providers and programs: keys that work, keys that are refused, keys in the wrong place", async () => {
      const at = `${V1}/workspaces/${ws}`;
      const first = {
        provider: "openrouter",
        label: "one",
        secret: secret("provider key", canary("sk-or-v1-provider")),
      };
      const made = await send("POST", `${at}/vault/keys`, operator, first);
      assert.equal(made.status, 201, made.text);
      const key = `${at}/vault/keys/${String(made.json()["id"])}`;
      await send("POST", `${key}/test`, operator);
      const rotated = secret("rotated provider key", canary("sk-or-v1-rotated"));
      assert.ok((await send("POST", `${key}/rotate`, operator, { secret: rotated })).status < 300);
      const refused = secret("refused provider key", `${canary("sk-or-v1-refused")}\n`);
      assert.equal((await send("POST", `${at}/vault/keys`, operator, { ...first, secret: refused })).status, 400);
      await send("POST", `${at}/vault/keys`, operator, { ...first, secret: [secret("provider key in a list")] });
      await send("POST", `${at}/vault/keys`, operator, {
        ...first,
        baseUrl: `https://u:${secret("password in an address")}@x.test`,
      });
      await send("PATCH", key, operator, { secret: secret("provider key in a change") });
      const program = { name: "p", scopes: ["read", "chat", "gateway"] };
      const { token } = (await send("POST", `${at}/api-keys`, operator, program, "platform key")).json();
      const pk = secret("platform key", String(token));
      assert.equal(
        (await send("GET", `${at}/conversations?token=${secret("secret in an address")}`, pk)).status < 500,
        true,
      );
      assert.equal(
        (
          await send(
            "GET",
            `${at}/conversations`,
            `pk_${secret("made-up platform key", "x".repeat(30) + canary("").slice(1))}`,
          )
        ).status,
        401,
      );
      // Logged calls are sealed; no header and no key is among them.
      assert.equal((await send("PATCH", `${at}/gateway/settings`, operator, { loggingEnabled: true })).status, 200);
      const call = { model: "sim/tokens:3", messages: [{ role: "user", content: "hello" }] };
      const answered = await send("POST", "/v1/chat/completions", pk, call);
      assert.equal(answered.status, 200, answered.text);
      await send("POST", "/v1/chat/completions", pk, { ...call, model: "sim/error:401" });
      const logged = [{ role: "user", content: secret("prompt that is logged") }];
      assert.equal((await send("POST", "/v1/chat/completions", pk, { ...call, messages: logged })).status, 200);
      await send("POST", "/v1/chat/completions", pk, { ...call, api_key: secret("key in a body") });
      const conversation = String(
        (await send("POST", `${at}/conversations`, operator, { model: "sim/tokens:3" })).json()["id"],
      );
      const sent = await send("POST", `${at}/conversations/${conversation}/messages`, pk, {
        clientMessageId: "1",
        content: "hello",
      });
      const message = (sent.json() as { assistantMessage: { id: string } }).assistantMessage.id;
      // Until the stream has ended.
      await send("GET", `${at}/messages/${message}/events`, operator);
      await send("POST", `${at}/vault/rotate`, operator, {});
    });

    it("are in no place but their own", async (test) => {
      for (const path of [
        "/audit?limit=100",
        "/vault/keys",
        "/api-keys",
        "/invites",
        "/members",
        "/analytics/calls",
        "/gateway/logs",
        "/conversations",
      ])
        await send("GET", `${V1}/workspaces/${ws}${path}`, operator);
      await openLogged();
      for (const path of [
        "/instance/audit?limit=100",
        "/instance/accounts",
        "/instance/settings",
        "/instance/vault",
        "/auth/sessions",
      ])
        await send("GET", V1 + path, operator);
      for (const queue of ["generation", "mail", "maintenance"])
        await send("GET", `/admin/queues/api/queues?activeQueue=${queue}&status=latest&page=1`, operator);
      for (const path of ["/admin/queues/api/redis/stats", "/api/openapi.json", "/health/ready", "/"])
        await send("GET", path, operator);
      for (const url of [app.baseUrl, ...app.workerUrls]) {
        const metrics = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${env.METRICS_TOKEN}` } });
        assert.equal(metrics.status, 200);
        places.set(`metrics of ${url}`, await metrics.text());
        places.set(`health of ${url}`, await (await fetch(`${url}/health/ready`)).text());
      }
      assert.equal([...places.keys()].filter((name) => name.startsWith("metrics of")).length, 2);
      places.set("logs", [...logs].join("\n"));
      places.set("what Redis was told", redis.text());
      places.set("what Redis keeps", await valuesOf(app.redisUrl));
      for (const [name, text] of await tablesOf(app.databaseEnv)) places.set(name, text);
      for (const [name, text] of app.folders.flatMap((folder) => [...filesBelow(folder)])) places.set(name, text);
      // The search sees what is there: words that are no secrets are found where they must be.
      for (const place of ["logs", "what Redis was told", "table conversations"])
        assert.deepEqual(placesOf(ws, new Map([[place, places.get(place)!]])), [place], `${place} is not read`);
      assert.match(places.get("what Redis keeps")!, /\{parley\}:generation:/);
      assert.ok(places.has("table provider_keys"));
      if (database === "sqlite-encrypted") assert.ok(places.has("file parley.db"));
      else
        for (const part of ["file base/", "file pg_wal/"])
          assert.ok(
            placesOf(ws, places).some((place) => place.startsWith(part)),
            `${part} is not read`,
          );
      const hits = [...secrets].flatMap(([name, value]) =>
        placesOf(value, places)
          .filter((place) => shown.get(name) !== place)
          .map((place) => `${name} is in: ${place}`),
      );
      for (const [name, place] of shown)
        assert.ok(placesOf(secrets.get(name)!, places).includes(place), `${name}: ${place}`);
      assert.deepEqual(hits, []);
      test.diagnostic(
        `${secrets.size} secrets, ${places.size} places, 0 hits (${shown.size} shown once by their own answer)`,
      );
    });
  });

describe("V12: a secret that got out", () => {
  it("would be found in each spelling", () => {
    const value = canary("planted");
    for (const padding of ["", "a", "ab"])
      for (const encoding of ["base64", "base64url", "hex", "utf8"] as const) {
        const text = Buffer.from(`${padding}${value}/?`).toString(encoding);
        assert.deepEqual(placesOf(value, new Map([["place", text]])), ["place"], `${encoding} behind "${padding}"`);
      }
    assert.ok(spellingsOf(value).length >= 5);
  });
});
