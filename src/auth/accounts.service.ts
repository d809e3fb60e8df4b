// Registering, signing in, changing the password.

import { Injectable } from "@nestjs/common";
import { Config } from "#libs/config/index";
import { Database, isUniqueViolation, newId } from "#libs/database/index";
import { ConflictError, ForbiddenError, UnauthorizedError } from "#libs/errors/index";
import { type Account } from "./actor.js";
import { type RegisterDto } from "./auth.dto.js";
import { LoginThrottle } from "./login-throttle.js";
import { MembershipsRepository } from "./memberships.repository.js";
import { hashPassword, verifyPassword } from "./passwords.js";
import { SessionsService } from "./sessions.service.js";
import { User } from "./user.entity.js";
import { type Invite } from "./workspace.entity.js";

@Injectable()
export class AccountsService {
  constructor(
    private readonly db: Database,
    private readonly config: Config,
    private readonly memberships: MembershipsRepository,
    private readonly sessions: SessionsService,
    private readonly throttle: LoginThrottle,
  ) {}

  async hasAccounts(): Promise<boolean> {
    return (await this.db.one("SELECT 1 AS yes FROM users LIMIT 1")) !== undefined;
  }

  /**
   * Makes an account with its personal workspace. The first one may always register, and owns the instance.
   * @throws ForbiddenError `registration_closed` | `invite_required`, ConflictError `email_taken`
   */
  async register(body: RegisterDto): Promise<User> {
    // Hashed before the transaction: it takes tens of milliseconds, and the write lock must be short.
    const passwordHash = await hashPassword(body.password);
    const email = body.email.toLowerCase();
    return this.db
      .transaction(async () => {
        const first = !(await this.hasAccounts());
        const invite = first ? null : await this.requireInvite(body.inviteToken, email);
        const user = Object.assign(new User(), {
          id: newId(),
          email,
          name: body.name ?? email.split("@")[0]!,
          passwordHash,
          isOperator: first,
          createdAt: Date.now(),
        });
        await this.db.repository(User).insert(user);
        await this.memberships.create(`${user.name}'s workspace`.slice(0, 100), user.id);
        if (invite) await this.memberships.add(invite.workspaceId, user.id, invite.role);
        return user;
      })
      .catch((error: unknown) => {
        throw isUniqueViolation(error)
          ? new ConflictError("email_taken", "An account with this e-mail exists already.")
          : error;
      });
  }

  /** @throws UnauthorizedError `invalid_credentials`, the same for unknown accounts; TooManyRequestsError */
  async login(email: string, password: string, address: string): Promise<User> {
    const key = email.toLowerCase();
    await this.throttle.assertAllowed(key, address);
    const user = await this.db.repository(User).findOneBy({ email: key });
    if (!(await verifyPassword(user?.passwordHash ?? null, password)) || !user) {
      await this.throttle.failed(key, address);
      throw new UnauthorizedError("The e-mail or the password is wrong.", "invalid_credentials");
    }
    await this.throttle.succeeded(key);
    return user;
  }

  /** Changes the password and ends all other sessions. @throws UnauthorizedError when the current one is wrong */
  async changePassword(account: Account, current: string, next: string): Promise<void> {
    const user = await this.db.repository(User).findOneBy({ id: account.userId });
    if (!(await verifyPassword(user?.passwordHash ?? null, current))) {
      throw new UnauthorizedError("The current password is wrong.", "invalid_credentials");
    }
    await this.db.execute("UPDATE users SET password_hash = ? WHERE id = ?", [
      await hashPassword(next),
      account.userId,
    ]);
    await this.sessions.revoke(account.userId, { except: account.sessionId });
  }

  private async requireInvite(token: string | undefined, email: string): Promise<Invite | null> {
    const invite = token === undefined ? null : await this.memberships.openInvite(token);
    const fits = invite && (invite.email === null || invite.email === email);
    if (fits && (await this.memberships.consume(invite))) return invite;
    if (token === undefined && this.config.registration === "open") return null;
    if (this.config.registration === "closed" && token === undefined)
      throw new ForbiddenError("Registration is closed on this server.", "registration_closed");
    throw new ForbiddenError("It takes a valid invite to register on this server.", "invite_required");
  }
}
