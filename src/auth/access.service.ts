// The one place that says who is asking: for REST, sockets and the queue dashboard alike.
import type { IncomingHttpHeaders } from "node:http";
import { Injectable } from "@nestjs/common";
import { Config } from "#libs/config/index";
import { NotFoundError, TooManyRequestsError, UnauthorizedError } from "#libs/errors/index";
import { bearerToken } from "#libs/http/index";
import { extendContext } from "#libs/observability/index";
import { RateLeases, rateHeaders } from "#libs/rate-limit/index";
import { type Account, type Actor, type KeyGrant } from "./actor.js";
import { MembershipsRepository } from "./memberships.repository.js";
import { PlatformKeys } from "./platform-keys.js";
import { type Action, assertCan, isAtLeast, POLICIES, scopesAllow } from "./policies.js";
import { readSessionToken } from "./session-cookie.js";
import { SessionsService } from "./sessions.service.js";

/** The headers that may carry credentials. */
export type CredentialHeaders = Pick<IncomingHttpHeaders, "cookie" | "authorization">;

/** Where headers of the answer go; a Fastify reply is one. */
export interface Answer {
  header(name: string, value: string): unknown;
}

@Injectable()
export class AccessService {
  constructor(
    private readonly sessions: SessionsService,
    private readonly memberships: MembershipsRepository,
    private readonly keys: PlatformKeys,
    private readonly rates: RateLeases,
    private readonly config: Config,
  ) {}

  /**
   * The account behind the credentials of a request or of a socket's handshake, or null when they do not hold.
   * @param handshakeToken `auth.token` of a Socket.IO handshake; undefined when there is none
   */
  async authenticate(headers: CredentialHeaders, handshakeToken?: unknown): Promise<Account | null> {
    // A token that was given is the only credential: a bad one must not get the rights of the browser's cookie.
    const given = handshakeToken === undefined ? bearerToken(headers) : handshakeToken;
    if (given !== undefined) return typeof given === "string" ? this.keys.find(given) : null;
    const token = readSessionToken(headers.cookie, this.config);
    return token === undefined ? null : this.sessions.find(token);
  }

  /**
   * @throws NotFoundError when the workspace does not exist or the account is no member: nobody can tell which;
   * UnauthorizedError when the platform key that asks has ended meanwhile
   */
  async actorIn(account: Account, workspaceId: string): Promise<Actor> {
    if (account.key) return this.keyIn(account.key, workspaceId);
    // Asked anew each time, and never kept: a role that was taken away is gone with the next request.
    const role = await this.memberships.roleOf(workspaceId, account.userId);
    if (role === null) throw new NotFoundError("This workspace");
    return { ...account, workspaceId, role };
  }

  /**
   * The actor of a platform key, for routes that take keys alone and name no workspace (the gateway). Its workspace is the
   * key's, its limits are in `actor.key`; the request counts against its rate. `toOpenAiError` renders the errors.
   * @param answer gets the headers of the rate limit, also when the request is refused
   * @throws UnauthorizedError without a key that holds; TooManyRequestsError; ForbiddenError `forbidden` | `insufficient_scope`
   */
  async actorOfKey(headers: CredentialHeaders, action: Action, answer: Answer): Promise<Actor & { key: KeyGrant }> {
    const token = bearerToken(headers);
    if (token === undefined) throw new UnauthorizedError("Send a platform key: Authorization: Bearer pk_…");
    const actor = await this.keys.find(token);
    if (!actor?.key) throw new UnauthorizedError("This platform key is not valid: mistyped, expired or revoked.");
    extendContext({ userId: actor.userId, workspaceId: actor.workspaceId, keyId: actor.key.id });
    await this.countRequest(actor.key, answer);
    assertCan(actor, action);
    return { ...actor, key: actor.key };
  }

  /**
   * Counts a request or a socket's event against the rate of a platform key, or the instance's for keys without one.
   * @param answer gets the headers of the rate limit
   * @throws TooManyRequestsError
   */
  async countRequest({ id, requestsPerMinute }: KeyGrant, answer?: Answer): Promise<void> {
    const limit = requestsPerMinute ?? this.config.keyLimit;
    if (limit === 0) return;
    const verdict = await this.rates.take(`key:${id}`, { limit, perMs: 60_000 });
    for (const [name, value] of Object.entries(rateHeaders(verdict))) answer?.header(name, value);
    if (verdict.allowed) return;
    const words = `This platform key may make ${limit} requests a minute.`;
    throw new TooManyRequestsError(verdict.retryAfterMs, words);
  }

  /** The key with its present rights, read anew, if it holds and may do the action; else null. */
  async keyThatStillMay(keyId: string, action: Action): Promise<KeyGrant | null> {
    const actor = await this.keys.currentAnew(keyId);
    if (!actor?.key) return null;
    return isAtLeast(actor.role, POLICIES[action].least) && scopesAllow(actor.key.scopes, action) ? actor.key : null;
  }

  private async keyIn({ id, workspaceId: own }: KeyGrant, workspaceId: string): Promise<Actor> {
    if (workspaceId !== own) throw new NotFoundError("This workspace");
    const actor = await this.keys.current(id);
    if (!actor) throw new UnauthorizedError("This platform key has expired or was revoked.");
    return actor;
  }
}
