// Passwords that were forgotten: a link for one use sets a new one. An operator gives it out, or it comes by mail.
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { ConflictError, NotFoundError } from "#libs/errors/index";
import { Mailer } from "#libs/mail/index";
import { Logger } from "#libs/observability/index";
import { type AuditActor, AuditTrail } from "./audit-trail.js";
import { hashPassword } from "./passwords.js";
import { resetMail } from "./reset-mail.js";
import { SessionsService } from "./sessions.service.js";
import { hashToken, newToken } from "./tokens.js";

/** A link works for this long, ms (OWASP Forgot Password cheat sheet: short-lived, for one use). */
const LINK_MS = 3_600_000;

/** A link that was made; its token is shown this once. */
export interface ResetLink {
  token: string;
  expiresAt: number;
}

@Injectable()
export class PasswordResets {
  constructor(
    private readonly db: Database,
    private readonly sessions: SessionsService,
    private readonly mailer: Mailer,
    private readonly audit: AuditTrail,
    private readonly logger: Logger,
  ) {}

  /** Makes a link; older ones of the account end. @param by null: the command line. @throws NotFoundError */
  async issue(by: AuditActor | null, userId: string): Promise<ResetLink> {
    return this.db.transaction(async () => {
      const user = await this.db.one("SELECT 1 AS yes FROM users WHERE id = ?", [userId]);
      if (!user) throw new NotFoundError("This account");
      const target = { type: "account", id: userId };
      await this.audit.record({ action: "account.reset_issued", workspaceId: null, actor: by, target });
      return this.make(userId);
    });
  }

  /**
   * Sends a link to whoever has this address. It answers at once and the same for everybody: neither the answer nor its time
   * tells whether there is such an account.
   * @throws ConflictError `no_mail` where this instance sends none
   */
  request(email: string): void {
    if (!this.mailer.enabled)
      throw new ConflictError("no_mail", "This server sends no mail: ask its operator for a reset link.");
    this.mail(email.toLowerCase()).catch((error: unknown) => this.logger.warn("reset_not_mailed", { error }));
  }

  /** Sets the password; all sessions of the account end. @throws NotFoundError when the link was used, replaced or is too old */
  async redeem(token: string, password: string): Promise<void> {
    await this.find(token);
    const passwordHash = await hashPassword(password);
    const ended = await this.db.transaction(async () => {
      // Looked up again: while the password was hashed, somebody else may have used the link.
      const userId = await this.find(token);
      await this.db.execute("DELETE FROM password_resets WHERE user_id = ?", [userId]);
      await this.db.execute("UPDATE users SET password_hash = ? WHERE id = ?", [passwordHash, userId]);
      await this.audit.record({ action: "account.password_reset", workspaceId: null, actor: { userId } });
      return this.sessions.end(userId, "all");
    });
    await this.sessions.announce(ended);
  }

  private async find(token: string): Promise<string> {
    const sql = `SELECT user_id AS "userId" FROM password_resets WHERE token_hash = ? AND expires_at > ?`;
    const row = await this.db.one<{ userId: string }>(sql, [hashToken(token), Date.now()]);
    if (!row) throw new NotFoundError("This reset link");
    return row.userId;
  }

  private async make(userId: string): Promise<ResetLink> {
    const token = newToken();
    const expiresAt = Date.now() + LINK_MS;
    await this.db.execute("DELETE FROM password_resets WHERE user_id = ? OR expires_at <= ?", [userId, Date.now()]);
    await this.db.insert("password_resets", { token_hash: hashToken(token), user_id: userId, expires_at: expiresAt });
    return { token, expiresAt };
  }

  private async mail(email: string): Promise<void> {
    await this.db.transaction(async () => {
      const sql = "SELECT id, name FROM users WHERE email = ? AND disabled_at IS NULL";
      const user = await this.db.one<{ id: string; name: string }>(sql, [email]);
      if (!user) return;
      const { token, expiresAt } = await this.make(user.id);
      const url = this.mailer.link(resetPath(token));
      await this.mailer.send(email, resetMail({ name: user.name, url, expiresAt }), expiresAt);
      const target = { type: "account", id: user.id };
      await this.audit.record({ action: "account.reset_issued", workspaceId: null, actor: null, target });
    });
  }
}

/** The page of the web app that takes the token. */
export function resetPath(token: string): string {
  return `/reset?token=${encodeURIComponent(token)}`;
}
