// A browser's session: opened by a sign-in of any kind, with its cookie and its line in the audit log.
import { Injectable } from "@nestjs/common";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Config } from "#libs/config/index";
import { type Account } from "./actor.js";
import { type AuditEntry, AuditTrail } from "./audit-trail.js";
import { readSessionToken, writeSessionCookie } from "./session-cookie.js";
import { SESSION_MS, SessionsService } from "./sessions.service.js";

@Injectable()
export class BrowserSessions {
  constructor(
    private readonly config: Config,
    private readonly sessions: SessionsService,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Signs the browser in; a session that it had before ends.
   * @param how.facts for the audit log
   * @param how.lastsMs the session ends after this, however much it is used
   */
  async open(
    userId: string,
    { headers }: FastifyRequest,
    reply: FastifyReply,
    { facts = {}, lastsMs }: { facts?: NonNullable<AuditEntry["facts"]>; lastsMs?: number } = {},
  ): Promise<void> {
    const before = readSessionToken(headers.cookie, this.config);
    const token = await this.sessions.open(userId, headers["user-agent"], before, lastsMs);
    await this.audit.record({ action: "session.opened", workspaceId: null, actor: { userId }, facts });
    reply.header(
      "set-cookie",
      writeSessionCookie(token, Math.min(SESSION_MS, lastsMs ?? SESSION_MS) / 1_000, this.config),
    );
  }

  /** Signs the browser out. */
  async close(account: Account, reply: FastifyReply): Promise<void> {
    await this.sessions.revoke(account.userId, { only: account.sessionId });
    await this.audit.record({ action: "session.closed", workspaceId: null, actor: account });
    this.clear(reply);
  }

  /** Takes the cookie of a session that is over from the browser. */
  clear(reply: FastifyReply): void {
    reply.header("set-cookie", writeSessionCookie("", 0, this.config));
  }

  /** Who is signed in, on a route that everybody may call. */
  async accountOf({ headers }: FastifyRequest): Promise<Account | null> {
    const token = readSessionToken(headers.cookie, this.config);
    return token === undefined ? null : this.sessions.find(token);
  }
}
