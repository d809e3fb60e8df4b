// Another e-mail for an account: what one signs in with, and where its mail goes.
import { Injectable } from "@nestjs/common";
import { Database, isUniqueViolation } from "#libs/database/index";
import { ConflictError } from "#libs/errors/index";
import { Mailer } from "#libs/mail/index";
import { AccountsService } from "./accounts.service.js";
import { type Account } from "./actor.js";
import { AuditTrail } from "./audit-trail.js";
import { type ChangeEmailDto } from "./auth.dto.js";
import { emailChangedMail } from "./email-changed-mail.js";
import { LoginThrottle } from "./login-throttle.js";

@Injectable()
export class EmailChanges {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountsService,
    private readonly throttle: LoginThrottle,
    private readonly mailer: Mailer,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Gives the account another e-mail. An open reset link ends: it went to the old address, which is told of the change where this
   * instance sends mail. Running sessions are known by the old one for up to a minute.
   * @param address whose tries of passwords and of e-mails are counted
   * @throws as {@link AccountsService.confirmPassword}; ConflictError `email_taken`
   */
  async execute(account: Account, { email, currentPassword }: ChangeEmailDto, address: string): Promise<void> {
    await this.accounts.confirmPassword(account, currentPassword, address);
    const next = email.toLowerCase();
    // It tells which addresses are taken, as registering does: of so few that no list of people comes of it.
    const attempt = await this.throttle.take(`registration of ${next}`, address);
    try {
      await this.db.transaction(() => this.change(account, next));
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new ConflictError("email_taken", "An account with this e-mail exists already.");
    }
    await attempt.succeeded();
  }

  private async change(account: Account, next: string): Promise<void> {
    const { userId } = account;
    // The account first, as wherever a reset link is made or ended.
    const find = `SELECT email, name FROM users WHERE id = ?${this.db.dialect.forUpdate}`;
    const user = await this.db.one<{ email: string; name: string }>(find, [userId]);
    if (!user || user.email === next) return;
    await this.db.execute("UPDATE users SET email = ? WHERE id = ?", [next, userId]);
    await this.db.execute("DELETE FROM password_resets WHERE user_id = ?", [userId]);
    await this.mailer.send(user.email, emailChangedMail(user.name));
    const personal = { from: user.email, email: next };
    await this.audit.record({ action: "account.email_changed", workspaceId: null, actor: account, personal });
  }
}
