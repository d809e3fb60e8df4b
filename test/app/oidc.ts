// A real OpenID Connect provider of a test: people sign in at it by their name alone, with claims as the test says.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type JWK, Provider } from "oidc-provider";
import { freePort } from "./ports.js";

/** What the provider says of somebody, beside `sub`. */
export type TestClaims = Record<string, unknown>;

export const CLIENT_ID = "parley";
export const CLIENT_SECRET = "a secret of the tests that nobody guesses";

export class TestProvider {
  /** Subject → claims; who is not here cannot sign in. */
  readonly people = new Map<string, TestClaims>();
  private server: Server | undefined;
  private provider: Provider | undefined;
  private readonly cookieKey = randomBytes(16).toString("hex");
  private signingKey = aKey();

  private constructor(private readonly port: number) {}

  /** Its address is known; it serves after {@link serve}. */
  static async create(): Promise<TestProvider> {
    return new TestProvider(await freePort());
  }

  /** Not the name by which tests call Parley: to a browser the two are different sites, as in real life. */
  get issuer(): string {
    return `http://localhost:${this.port}`;
  }

  /** The environment of a Parley that trusts it. */
  get env(): Record<string, string> {
    // With a slash that the provider does not write: the same issuer (many settings are copied so).
    return { OIDC_ISSUER: `${this.issuer}/`, OIDC_CLIENT_ID: CLIENT_ID, OIDC_CLIENT_SECRET: CLIENT_SECRET };
  }

  /** Starts it. @param sites origins to which it sends people back */
  async serve(sites: readonly string[]): Promise<void> {
    this.provider = new Provider(this.issuer, {
      clients: [
        {
          client_id: CLIENT_ID,
          client_secret: CLIENT_SECRET,
          redirect_uris: sites.map((site) => `${site}/api/v1/auth/oidc/callback`),
        },
      ],
      jwks: { keys: [this.signingKey] },
      cookies: { keys: [this.cookieKey] },
      pkce: { required: () => true },
      claims: { openid: ["sub", "groups"], email: ["email", "email_verified"], profile: ["name"] },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_context, { uid }) => `/sign-in/${uid}` },
      // Nobody is asked whether Parley may know who they are.
      loadExistingGrant: async ({ oidc }) => {
        // A new one would end what other tabs are doing.
        const known = oidc.session?.grantIdFor(CLIENT_ID);
        if (known !== undefined) return oidc.provider.Grant.find(known);
        const grant = new oidc.provider.Grant({ clientId: CLIENT_ID, accountId: oidc.session?.accountId ?? "" });
        grant.addOIDCScope("openid email profile");
        await grant.save();
        return grant;
      },
      findAccount: (_context, sub) => {
        const claims = this.people.get(sub);
        return claims && { accountId: sub, claims: () => ({ sub, ...claims }) };
      },
      ttl: { AccessToken: 300, AuthorizationCode: 60, IdToken: 300, Interaction: 600, Session: 3_600, Grant: 3_600 },
    });
    const handle = this.provider.callback();
    const server = createServer((request, response) => {
      const page = /^\/sign-in\/[\w-]+$/.test(request.url ?? "");
      void (page ? this.signInPage(request, response) : handle(request, response));
    });
    server.listen(this.port, "127.0.0.1");
    await once(server, "listening");
    this.server = server;
  }

  /** From the next {@link serve} on it signs with another key that has the same id: to who knows the old one, a forger. */
  forge(): void {
    this.signingKey = aKey();
  }

  /** From now on nobody answers at its address. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  /** No page of Parley has a field or buttons of these names: who looks for them waits until this page is there. */
  private async signInPage(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== "POST") {
      response.setHeader("content-type", "text/html; charset=utf-8");
      response.end(
        '<!doctype html><html lang="en"><title>Provider</title><link rel="icon" href="data:,"><main><h1>Provider</h1><form method="post">' +
          '<label>Subject <input name="who"></label> <button name="go" value="in">Sign in as the subject</button> ' +
          '<button name="go" value="no">Refuse</button></form></main></html>',
      );
      return;
    }
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const form = new URLSearchParams(body);
    const result =
      form.get("go") === "no"
        ? { error: "access_denied", error_description: "The person said no." }
        : { login: { accountId: form.get("who") ?? "" } };
    await this.provider?.interactionFinished(request, response, result);
  }
}

function aKey(): JWK {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: "test" } as JWK;
}
