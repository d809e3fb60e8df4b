// The one place that says who is asking: for REST, sockets and the queue dashboard alike.
import type { IncomingHttpHeaders } from "node:http";
import { Injectable } from "@nestjs/common";
import { NotFoundError } from "#libs/errors/index";
import { SESSION_COOKIES } from "#libs/http/index";
import { type Account, type Actor } from "./actor.js";
import { MembershipsRepository } from "./memberships.repository.js";
import { SessionsService } from "./sessions.service.js";

@Injectable()
export class AccessService {
  constructor(
    private readonly sessions: SessionsService,
    private readonly memberships: MembershipsRepository,
  ) {}

  /** The account behind a request's credentials, or null. */
  async authenticate(headers: IncomingHttpHeaders): Promise<Account | null> {
    const token = sessionToken(headers.cookie);
    return token === undefined ? null : this.sessions.find(token);
  }

  /** @throws NotFoundError when the workspace does not exist or the account is no member: nobody can tell which */
  async actorIn(account: Account, workspaceId: string): Promise<Actor> {
    const role = await this.memberships.roleOf(workspaceId, account.userId);
    if (role === null) throw new NotFoundError("This workspace");
    return { ...account, workspaceId, role };
  }
}

/** The session token of a Cookie header (RFC 6265 §4.2). */
export function sessionToken(cookie: string | undefined): string | undefined {
  for (const part of cookie?.split(";") ?? []) {
    const at = part.indexOf("=");
    const name = part.slice(0, at).trim();
    const value = part.slice(at + 1).trim();
    if ((SESSION_COOKIES as readonly string[]).includes(name) && /^[\w-]{20,100}$/.test(value)) return value;
  }
  return undefined;
}
