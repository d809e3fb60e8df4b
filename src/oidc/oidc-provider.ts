// The provider: its metadata, where to send people, and what it says of those who come back.
import { Injectable } from "@nestjs/common";
import * as client from "openid-client";
import { Config, type OidcSettings } from "#libs/config/index";
import { NotFoundError } from "#libs/errors/index";
import { Logger } from "#libs/observability/index";
import { OidcError } from "./oidc-error.js";
import { type Claims, type Person, readPerson } from "./person.js";
import { type SignInTransaction } from "./sign-in-transactions.js";

/** Metadata is asked for again after this, ms: keys have a shorter life of their own in the library. */
const FRESH_MS = 3_600_000;
/** What the provider may take for one answer, s. */
const TIMEOUT_S = 10;

@Injectable()
export class OidcProvider {
  private known: { configuration: client.Configuration; until: number } | undefined;
  private asking: Promise<client.Configuration> | undefined;

  constructor(
    private readonly config: Config,
    private readonly logger: Logger,
  ) {}

  /** To be asked before anything else. @throws NotFoundError where no provider is configured */
  assertConfigured(): void {
    if (!this.config.oidc) throw new NotFoundError("A sign-in provider");
  }

  /** Asks the provider for its metadata, unless it is known. @throws OidcError `provider_down` | `provider_refused` */
  async reach(): Promise<void> {
    await this.told(() => this.discovered());
  }

  get settings(): OidcSettings {
    const { oidc } = this.config;
    if (!oidc) throw new Error("Nobody has asked whether a sign-in provider is configured");
    return oidc;
  }

  /** Where the provider asks who it is. @throws OidcError `provider_down` | `provider_refused` */
  async address({ redirectUri, state, nonce, verifier }: SignInTransaction): Promise<string> {
    const configuration = await this.told(() => this.discovered());
    const challenge = await client.calculatePKCECodeChallenge(verifier);
    return client.buildAuthorizationUrl(configuration, {
      ...{ redirect_uri: redirectUri, scope: this.settings.scopes, state, nonce },
      ...{ code_challenge: challenge, code_challenge_method: "S256" },
    }).href;
  }

  /**
   * Who came back. The library checks state, issuer (RFC 9207), PKCE, and the id token's signature, issuer, audience,
   * times and nonce (OpenID Connect Core 1.0 §3.1.3.7).
   * @param search the query of the callback as it came
   * @throws OidcError
   */
  async person(search: string, { redirectUri, state, nonce, verifier }: SignInTransaction): Promise<Person> {
    const claims = await this.told(async () => {
      const configuration = await this.discovered();
      const back = new URL(redirectUri);
      back.search = search;
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
      const tokens = await client.authorizationCodeGrant(configuration, back, checks);
      return this.withUserInfo(configuration, tokens.access_token, tokens.claims() as Claims & { sub: string });
    });
    return readPerson(claims, this.settings);
  }

  /** Many providers tell e-mail and groups only there (OpenID Connect Core 1.0 §5.4). */
  private async withUserInfo(configuration: client.Configuration, token: string, claims: Claims & { sub: string }) {
    const { groupsClaim, roleMap, operatorGroups } = this.settings;
    const needsGroups = (roleMap.length > 0 || operatorGroups.length > 0) && claims[groupsClaim] === undefined;
    const isComplete = claims["email"] !== undefined && claims["name"] !== undefined && !needsGroups;
    if (isComplete || configuration.serverMetadata().userinfo_endpoint === undefined) return claims;
    const { email_verified, ...told } = await client.fetchUserInfo(configuration, token, claims.sub);
    // "Verified" is said of the address beside it, never of another one.
    const isSameEmail = claims["email"] === undefined || claims["email"] === told["email"];
    return { ...told, ...(isSameEmail && email_verified !== undefined && { email_verified }), ...claims };
  }

  /** Kept for an hour; an older one serves on while the provider does not answer. */
  private async discovered(): Promise<client.Configuration> {
    if (this.known && this.known.until > Date.now()) return this.known.configuration;
    this.asking ??= this.discover().finally(() => {
      this.asking = undefined;
    });
    try {
      return await this.asking;
    } catch (error) {
      if (this.known) return this.known.configuration;
      throw error;
    }
  }

  private async discover(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = this.settings;
    const post = client.ClientSecretPost(clientSecret);
    const basic = client.ClientSecretBasic(clientSecret);
    // Without a word of the provider it is basic (OpenID Connect Discovery 1.0 §3).
    const secret: client.ClientAuth = (server, ...rest) => {
      const takesPost = server.token_endpoint_auth_methods_supported?.includes("client_secret_post") ?? false;
      return (takesPost ? post : basic)(server, ...rest);
    };
    const url = new URL(issuer);
    // Only this machine's own providers may come without TLS; the settings have refused all others.
    const execute = [
      client.enableNonRepudiationChecks,
      ...(url.protocol === "http:" ? [client.allowInsecureRequests] : []),
    ];
    const configuration = await client.discovery(url, clientId, undefined, secret, { execute, timeout: TIMEOUT_S });
    this.known = { configuration, until: Date.now() + FRESH_MS };
    return configuration;
  }

  /** Says in our words what went wrong, and in the log, for the operator, in the provider's. */
  private async told<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const fault = toOidcError(error);
      if (fault.code !== "sign_in_cancelled")
        this.logger.warn("oidc_failed", { reason: fault.code, error: factsOf(error) });
      throw fault;
    }
  }
}

/** What went wrong at the provider, as the person may know it. */
export function toOidcError(error: unknown): OidcError {
  if (error instanceof OidcError) return error;
  if (error instanceof client.AuthorizationResponseError)
    return new OidcError(error.error === "access_denied" ? "sign_in_cancelled" : "provider_refused", error);
  if (error instanceof client.ResponseBodyError)
    return new OidcError(error.error === "invalid_grant" ? "answer_invalid" : "provider_refused", error);
  const code = codeOf(error);
  // Fetch says "TypeError: fetch failed" with the connection's error as the cause.
  const isAway =
    (error instanceof TypeError && code === undefined) || code === "OAUTH_TIMEOUT" || code === "OAUTH_ABORT";
  if (isAway || code === "OAUTH_RESPONSE_IS_NOT_CONFORM" || code === "OAUTH_RESPONSE_IS_NOT_JSON")
    return new OidcError("provider_down", error);
  return new OidcError("answer_invalid", error);
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : undefined;
}

/** Codes and error words alone: answers of the provider may hold what logs must not. */
function factsOf(error: unknown): string {
  const { name, error: word, cause } = error as { name?: string; error?: unknown; cause?: unknown };
  const words = [name, codeOf(error), word, codeOf(cause)];
  return words.filter((one) => typeof one === "string").join(" ");
}
