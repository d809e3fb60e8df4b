// The one place that says who is asking: for REST, sockets and the queue dashboard alike.
import type { IncomingHttpHeaders } from "node:http";
import { Injectable } from "@nestjs/common";
import { Config } from "#libs/config/index";
import { NotFoundError } from "#libs/errors/index";
import { hasBearer } from "#libs/http/index";
import { type Account, type Actor } from "./actor.js";
import { MembershipsRepository } from "./memberships.repository.js";
import { readSessionToken } from "./session-cookie.js";
import { SessionsService } from "./sessions.service.js";

/** The headers that may carry credentials. */
export type CredentialHeaders = Pick<IncomingHttpHeaders, "cookie" | "authorization">;

@Injectable()
export class AccessService {
  constructor(
    private readonly sessions: SessionsService,
    private readonly memberships: MembershipsRepository,
    private readonly config: Config,
  ) {}

  /**
   * The account behind the credentials of a request or of a socket's handshake, or null when they do not hold.
   * @param handshakeToken `auth.token` of a Socket.IO handshake; undefined when there is none
   */
  async authenticate(headers: CredentialHeaders, handshakeToken?: unknown): Promise<Account | null> {
    // A token that was given is the only credential: a bad one must not get the rights of the browser's cookie.
    if (handshakeToken !== undefined || hasBearer(headers)) return null;
    const token = readSessionToken(headers.cookie, this.config);
    return token === undefined ? null : this.sessions.find(token);
  }

  /** @throws NotFoundError when the workspace does not exist or the account is no member: nobody can tell which */
  async actorIn(account: Account, workspaceId: string): Promise<Actor> {
    // Asked anew each time, and never kept: a role that was taken away is gone with the next request.
    const role = await this.memberships.roleOf(workspaceId, account.userId);
    if (role === null) throw new NotFoundError("This workspace");
    return { ...account, workspaceId, role };
  }
}
