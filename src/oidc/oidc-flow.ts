// The way to the provider and back, as a browser goes it.
import { Injectable } from "@nestjs/common";
import type { FastifyReply, FastifyRequest } from "fastify";
import * as client from "openid-client";
import { Config } from "#libs/config/index";
import { TooManyRequestsError } from "#libs/errors/index";
import { API } from "#libs/http/index";
import { RateLimiter } from "#libs/rate-limit/index";
import { BrowserSessions } from "#src/auth/browser-sessions";
import { networkOf } from "#src/auth/request-rates";
import { newToken } from "#src/auth/tokens";
import { readBrowserSecret, writeBrowserSecret } from "./browser-cookie.js";
import { OidcError } from "./oidc-error.js";
import { OidcProvider } from "./oidc-provider.js";
import { OidcSignIn } from "./oidc-sign-in.js";
import { type Person } from "./person.js";
import { type SignInTransaction, SignInTransactions } from "./sign-in-transactions.js";

/** Of `LOGIN_LIMIT`: sign-ins that an address (an IPv6 /64) may begin in a minute, and as many may come back. Offices share one. */
const FLOW_FACTOR = 12;
const MINUTE_MS = 60_000;

export const CALLBACK = `${API}/auth/oidc/callback`;

/** What a sign-in is begun for. */
export type Purpose = Pick<SignInTransaction, "next" | "invite" | "linkTo">;

/** A way back that ended. */
export interface Ending {
  /** Where the person is to go now, a path of this site. */
  next: string;
  /** Why it did not work. */
  error?: unknown;
}

@Injectable()
export class OidcFlow {
  constructor(
    private readonly config: Config,
    private readonly provider: OidcProvider,
    private readonly transactions: SignInTransactions,
    private readonly signIns: OidcSignIn,
    private readonly browsers: BrowserSessions,
    private readonly limiter: RateLimiter,
  ) {}

  /**
   * Begins a sign-in in this browser.
   * @returns the provider's address to which it is to go
   * @throws NotFoundError where no provider is configured, OidcError, TooManyRequestsError
   */
  async begin(request: FastifyRequest, reply: FastifyReply, purpose: Purpose): Promise<string> {
    this.provider.assertConfigured();
    await this.count("start", request.ip);
    // Kept when it is there already: a second tab must not break off what was begun in the first.
    const browser = readBrowserSecret(request.headers.cookie, this.config) ?? newToken();
    const transaction: SignInTransaction = {
      ...purpose,
      state: client.randomState(),
      nonce: client.randomNonce(),
      verifier: client.randomPKCECodeVerifier(),
      redirectUri: this.redirectUri(request),
    };
    const address = await this.provider.address(transaction);
    await this.transactions.begin(transaction, browser);
    reply.header("set-cookie", writeBrowserSecret(browser, this.config));
    return address;
  }

  /** Ends a sign-in: on success with a new session (or a linked identity), else with the reason. Never throws. */
  async end(request: FastifyRequest, reply: FastifyReply): Promise<Ending> {
    let purpose: Purpose | undefined;
    try {
      await this.count("callback", request.ip);
      const search = request.url.slice(request.url.indexOf("?") + 1);
      const browser = readBrowserSecret(request.headers.cookie, this.config);
      const transaction = await this.transactions.take(new URLSearchParams(search).get("state"), browser);
      purpose = transaction;
      const person = await this.provider.person(search, transaction);
      if (transaction.linkTo !== undefined) await this.link(request, person, transaction.linkTo);
      else return { next: await this.signIn(request, reply, person, transaction) };
      return { next: purpose.next };
    } catch (error) {
      return { next: purpose?.linkTo === undefined ? signInPage(purpose) : purpose.next, error };
    }
  }

  private async link(request: FastifyRequest, person: Person, userId: string): Promise<void> {
    // Whoever began it must be the one who is here now: a session may have ended or changed meanwhile.
    const account = await this.browsers.accountOf(request);
    if (account?.userId !== userId) throw new OidcError("session_changed");
    await this.signIns.link(person, userId);
  }

  private async signIn(
    request: FastifyRequest,
    reply: FastifyReply,
    person: Person,
    { next, invite }: Purpose,
  ): Promise<string> {
    const { user, isNew } = await this.signIns.signIn(person, invite);
    const { sessionMs: lastsMs } = this.provider.settings;
    await this.browsers.open(user.id, request, reply, { facts: { by: "oidc" }, lastsMs });
    // Whoever had an account already is asked whether to join by the invite, as after signing in with a password.
    return invite === undefined || isNew ? next : `/register?invite=${encodeURIComponent(invite)}`;
  }

  private redirectUri(request: FastifyRequest): string {
    const origin = this.config.publicUrl ?? `${request.protocol}://${request.host}`;
    return `${origin}/${CALLBACK}`;
  }

  private async count(what: string, address: string): Promise<void> {
    const rate = { limit: this.config.loginLimit * FLOW_FACTOR, perMs: MINUTE_MS };
    const { allowed, retryAfterMs } = await this.limiter.take(`oidc:${what}:${networkOf(address)}`, rate);
    if (!allowed) throw new TooManyRequestsError(retryAfterMs);
  }
}

/** Where people sign in, with the way they wanted to go. */
function signInPage(purpose: Purpose | undefined): string {
  if (purpose?.invite !== undefined) return `/register?invite=${encodeURIComponent(purpose.invite)}`;
  return purpose === undefined || purpose.next === "/" ? "/login" : `/login?next=${encodeURIComponent(purpose.next)}`;
}
