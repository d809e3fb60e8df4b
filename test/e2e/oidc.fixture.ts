// A Parley that trusts a real provider, and people who sign in through it.
import assert from "node:assert/strict";
import { Redis } from "ioredis";
import type { Client } from "#libs/client/index";
import { type Account } from "../app/account.js";
import { App } from "../app/app.js";
import type { DatabaseKind } from "../app/database.js";
import { type Arrival, Navigator } from "../app/navigator.js";
import { type TestClaims, TestProvider } from "../app/oidc.js";

export const START = "/api/v1/auth/oidc/start";
export const CALLBACK = "/api/v1/auth/oidc/callback";

/** What may be changed on the way of a sign-in. */
export interface Visit {
  /** Query of the start, e.g. `?next=/c/1`. */
  query?: string;
  browser?: Navigator;
  /** Which API process. */
  api?: number;
}

/** Somebody's browser at the end of a sign-in. */
export interface Visitor {
  browser: Navigator;
  client: Client;
  arrival: Arrival;
  /** Path and query of the page where it ended. */
  page: string;
}

export class OidcStage {
  private constructor(
    readonly app: App,
    readonly provider: TestProvider,
    readonly operator: Account,
    /** A second workspace of the operator's. */
    readonly team: string,
  ) {}

  /** Starts both; the first account is an operator with a password. */
  static async start(database: DatabaseKind): Promise<OidcStage> {
    const provider = await TestProvider.create();
    const env = { ...provider.env, OIDC_NAME: "Acme ID", LOGIN_LIMIT: "100", REGISTRATION: "invite" };
    const app = await App.start({ database, apis: 2, env });
    await provider.serve(app.baseUrls);
    const operator = await app.aUser("Operator");
    const { id: team } = await operator.client.workspaces.create({ name: "Team" });
    const stage = new OidcStage(app, provider, operator, team);
    const main = operator.workspaceId;
    await stage.configure({
      OIDC_ROLE_MAP: JSON.stringify([
        { group: "engineers", workspace: team, role: "member" },
        { group: "leads", workspace: team, role: "admin" },
        { group: "owners", workspace: team, role: "owner" },
      ]),
      OIDC_AUTO_JOIN: JSON.stringify([{ domain: "corp.test", workspace: main, role: "viewer" }]),
      OIDC_OPERATOR_GROUPS: '["ops"]',
      OIDC_LINK_DOMAINS: "corp.test",
    });
    return stage;
  }

  /** Restarts every API with other settings, which stay. */
  async configure(env: Record<string, string>): Promise<void> {
    await this.app.restartAll("api", env);
  }

  async stop(): Promise<void> {
    await this.app.stop();
    await this.provider.stop();
  }

  /** Somebody whom the provider knows. @returns the subject */
  aPerson(subject: string, claims: TestClaims = {}): string {
    const standard = { email: `${subject}@corp.test`, email_verified: true, name: subject };
    this.provider.people.set(subject, { ...standard, ...claims });
    return subject;
  }

  /** From Parley's button to the provider's page. */
  async toProvider({ query = "", browser = new Navigator(), api = 0 }: Visit = {}): Promise<{
    browser: Navigator;
    arrival: Arrival;
  }> {
    const arrival = await browser.go(this.origin(api) + START + query, this.isPage);
    return { browser, arrival };
  }

  /** Sends the form of the provider's page. @returns the address of the callback, not yet asked for */
  async submit(browser: Navigator, page: URL, fields: Record<string, string>): Promise<URL> {
    const sent = { method: "POST", body: new URLSearchParams(fields) };
    const { url } = await browser.go(page, (next) => next.pathname === CALLBACK, sent);
    assert.equal(url.pathname, CALLBACK, url.href);
    return url;
  }

  /** The provider's answer for somebody, as the address to which it sends the browser; not yet asked for. */
  async answerOf(subject: string, visit: Visit = {}): Promise<{ browser: Navigator; callback: URL }> {
    const { browser, arrival } = await this.toProvider(visit);
    assert.match(arrival.url.pathname, /^\/sign-in\//, arrival.url.href);
    return { browser, callback: await this.submit(browser, arrival.url, { who: subject, go: "in" }) };
  }

  /** The whole way, up to the page of Parley where it ends. */
  async signIn(subject: string, visit: Visit = {}): Promise<Visitor> {
    const { browser, callback } = await this.answerOf(subject, visit);
    return this.comeBack(browser, callback);
  }

  async comeBack(browser: Navigator, callback: URL): Promise<Visitor> {
    const arrival = await browser.go(callback, this.isPage);
    const { origin, pathname, search } = arrival.url;
    const client = this.app.client({ baseUrl: origin, cookies: browser.jar(origin) });
    return { browser, client, arrival, page: pathname + search };
  }

  /** Lets the time of all sign-ins that are under way run out. */
  async expireSignIns(): Promise<void> {
    const redis = new Redis(this.app.redisUrl);
    try {
      const keys = await redis.keys("{parley}:oidc:*");
      const left = await Promise.all(keys.map((key) => redis.ttl(key)));
      assert.ok(keys.length > 0 && left.every((seconds) => seconds > 500 && seconds <= 600), String(left));
      await Promise.all(keys.map((key) => redis.pexpire(key, 0)));
    } finally {
      redis.disconnect();
    }
  }

  /** Of somebody who is signed in: workspace → role. */
  async roles({ client }: Visitor): Promise<Record<string, string>> {
    const { workspaces } = await client.auth.me();
    return Object.fromEntries(workspaces.map(({ id, role }) => [id, role]));
  }

  origin(api = 0): string {
    return this.app.baseUrls[api] ?? "";
  }

  private readonly isPage = (url: URL): boolean =>
    this.app.baseUrls.includes(url.origin) && !url.pathname.startsWith("/api/");
}
