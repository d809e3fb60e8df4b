// What a sign-in at the provider needs to know when it comes back: kept in Redis, for one use, bound to one browser.
import { timingSafeEqual } from "node:crypto";
import { Injectable } from "@nestjs/common";
import { PREFIX, RedisClients } from "#libs/redis/index";
import { hashToken, newToken } from "#src/auth/tokens";
import { OidcError } from "./oidc-error.js";

/** How long somebody may take at the provider, s: a second factor and a forgotten password included. */
export const TRANSACTION_S = 600;

/** One sign-in that is under way. */
export interface SignInTransaction {
  /** Known only to this browser's address bar and the provider (RFC 6749 §10.12). */
  state: string;
  /** Comes back inside of the id token (OpenID Connect Core 1.0 §15.5.2). */
  nonce: string;
  /** PKCE's secret (RFC 7636 §4.1). */
  verifier: string;
  redirectUri: string;
  /** A path of this site. */
  next: string;
  invite?: string;
  /** The account that the identity is to be linked to; without it somebody signs in. */
  linkTo?: string;
}

interface Kept extends SignInTransaction {
  browser: string;
}

@Injectable()
export class SignInTransactions {
  constructor(private readonly redis: RedisClients) {}

  /** @param browser the secret of the browser's cookie */
  async begin(transaction: SignInTransaction, browser: string): Promise<void> {
    const kept: Kept = { ...transaction, browser: hashToken(browser) };
    await this.redis.main.set(keyOf(transaction.state), JSON.stringify(kept), "EX", TRANSACTION_S);
  }

  /**
   * Takes it out, so that no second one can use it.
   * @throws OidcError `sign_in_expired` | `other_browser`
   */
  async take(state: string | null, browser: string | undefined): Promise<SignInTransaction> {
    const text = state === null ? null : await this.redis.main.getdel(keyOf(state));
    if (text === null) throw new OidcError("sign_in_expired");
    const { browser: expected, ...transaction } = JSON.parse(text) as Kept;
    const given = hashToken(browser ?? newToken());
    if (!timingSafeEqual(Buffer.from(given), Buffer.from(expected))) throw new OidcError("other_browser");
    return transaction;
  }
}

const keyOf = (state: string): string => `${PREFIX}:oidc:${hashToken(state)}`;
