// Passwords that were forgotten: a link for one use sets a new one. An operator gives it out, or it comes by mail.
import { Injectable } from "@nestjs/common";
import { Config } from "#libs/config/index";
import { Database } from "#libs/database/index";
import { ConflictError, NotFoundError } from "#libs/errors/index";
import { Mailer } from "#libs/mail/index";
import { AfterAnswer } from "#libs/observability/index";
import { type AuditActor, AuditTrail } from "./audit-trail.js";
import { assertPasswords, hashPassword } from "./passwords.js";
import { resetMail } from "./reset-mail.js";
import { SessionsService } from "./sessions.service.js";
import { hashToken, newToken } from "./tokens.js";
import { assertNotWeak } from "./weak-passwords.js";

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
    private readonly config: Config,
    private readonly sessions: SessionsService,
    private readonly mailer: Mailer,
    private readonly audit: AuditTrail,
    private readonly afterAnswer: AfterAnswer,
  ) {}

  /** Makes a link; older ones of the account end. @param by null: the command line. @throws NotFoundError */
  async issue(by: AuditActor | null, userId: string): Promise<ResetLink> {
    assertPasswords(this.config);
    return this.db.transaction(async () => {
      const user = await this.db.one(`SELECT 1 AS yes FROM users WHERE id = ?${this.db.dialect.forUpdate}`, [userId]);
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
    assertPasswords(this.config);
    if (!this.mailer.enabled)
      throw new ConflictError("no_mail", "This server sends no mail: ask its operator for a reset link.");
    this.afterAnswer.run("reset_not_mailed", () => this.mail(email.toLowerCase()));
  }

  /** Sets the password; all sessions of the account end. @throws NotFoundError when the link was used, replaced or is too old; InvalidInputError for a password that is guessed first */
  async redeem(token: string, password: string): Promise<void> {
    assertPasswords(this.config);
    const find = `SELECT u.id AS "userId", u.email, u.name FROM password_resets r JOIN users u ON u.id = r.user_id
      WHERE r.token_hash = ? AND r.expires_at > ?`;
    const link = await this.db.one<{ userId: string; email: string; name: string }>(find, [
      hashToken(token),
      Date.now(),
    ]);
    if (!link) throw gone();
    const { userId, email, name } = link;
    // The link stays good: it is for another password.
    assertNotWeak(password, "newPassword", [email, name]);
    const passwordHash = await hashPassword(password);
    const ended = await this.db.transaction(async () => {
      // The account first, as wherever a link is made or ended: another order could wait in a circle on PostgreSQL.
      await this.db.query(`SELECT id FROM users WHERE id = ?${this.db.dialect.forUpdate}`, [userId]);
      // Of those that come with one link at once, one takes it.
      const take = "DELETE FROM password_resets WHERE token_hash = ? AND expires_at > ?";
      if ((await this.db.execute(take, [hashToken(token), Date.now()])) === 0) throw gone();
      await this.db.execute("UPDATE users SET password_hash = ? WHERE id = ?", [passwordHash, userId]);
      await this.audit.record({ action: "account.password_reset", workspaceId: null, actor: { userId } });
      return this.sessions.end(userId, "all");
    });
    await this.sessions.announce(ended);
  }

  /** The account's row is locked by the caller: two at once must not leave two links. */
  private async make(userId: string): Promise<ResetLink> {
    const token = newToken();
    const expiresAt = Date.now() + LINK_MS;
    await this.db.execute("DELETE FROM password_resets WHERE user_id = ? OR expires_at <= ?", [userId, Date.now()]);
    await this.db.insert("password_resets", { token_hash: hashToken(token), user_id: userId, expires_at: expiresAt });
    return { token, expiresAt };
  }

  private async mail(email: string): Promise<void> {
    await this.db.transaction(async () => {
      const sql = `SELECT id, name FROM users WHERE email = ? AND disabled_at IS NULL${this.db.dialect.forUpdate}`;
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

const gone = (): NotFoundError => new NotFoundError("This reset link");

/** The page of the web app that takes the token: behind the #, which browsers send to no server and no proxy logs. */
export function resetPath(token: string): string {
  return `/reset#${token}`;
}
