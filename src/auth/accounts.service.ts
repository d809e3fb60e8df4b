// Registering, signing in, changing the password.

import { Injectable } from "@nestjs/common";
import { Config } from "#libs/config/index";
import { Database, isUniqueViolation, newId } from "#libs/database/index";
import { ConflictError, ForbiddenError, UnauthorizedError } from "#libs/errors/index";
import { type Account } from "./actor.js";
import { AuditTrail } from "./audit-trail.js";
import { type RegisterDto } from "./auth.dto.js";
import { LoginThrottle } from "./login-throttle.js";
import { MembershipsRepository } from "./memberships.repository.js";
import { assertPasswords, hashPassword, isOutdated, NO_PASSWORD, verifyPassword } from "./passwords.js";
import { SessionsService } from "./sessions.service.js";
import { User } from "./user.entity.js";
import { assertNotWeak } from "./weak-passwords.js";
import { type Invite } from "./workspace.entity.js";

@Injectable()
export class AccountsService {
  constructor(
    private readonly db: Database,
    private readonly config: Config,
    private readonly memberships: MembershipsRepository,
    private readonly sessions: SessionsService,
    private readonly throttle: LoginThrottle,
    private readonly audit: AuditTrail,
  ) {}

  async hasAccounts(): Promise<boolean> {
    return (await this.db.one("SELECT 1 AS yes FROM users LIMIT 1")) !== undefined;
  }

  /**
   * Makes an account with its personal workspace. The first one may always register, and owns the instance.
   * @param address whose tries of e-mails are counted; those that were free are given back. Without it nothing is counted
   * @throws InvalidInputError for a password that is guessed first, ForbiddenError `registration_closed` | `invite_required` | `invite_invalid` | `password_sign_in_off`,
   * ConflictError `email_taken`, TooManyRequestsError
   */
  async register(body: RegisterDto, address?: string): Promise<User> {
    assertPasswords(this.config);
    const email = body.email.toLowerCase();
    // Looked at before the hash, which is the expensive part, and again in the transaction.
    await this.admit(body.inviteToken, email);
    assertNotWeak(body.password, "password", [email, ...(body.name === undefined ? [] : [body.name])]);
    // Whoever may register learns which addresses are taken: of so few that no list of people comes of it.
    const attempt = address === undefined ? undefined : await this.throttle.take(`registration of ${email}`, address);
    const user = await this.registered(body, email);
    await attempt?.succeeded();
    return user;
  }

  private async registered(body: RegisterDto, email: string): Promise<User> {
    const passwordHash = await hashPassword(body.password);
    const name = body.name ?? email.split("@")[0]!;
    try {
      return await this.insert({ email, name, passwordHash, inviteToken: body.inviteToken });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      if (await this.db.repository(User).existsBy({ email }))
        throw new ConflictError("email_taken", "An account with this e-mail exists already.");
      // Somebody else became the first account in the same moment (PostgreSQL only): now the rules for all others hold.
      return this.insert({ email, name, passwordHash, inviteToken: body.inviteToken });
    }
  }

  /** Makes an account on the operator's word, whatever `REGISTRATION` says. @throws ConflictError `email_taken` */
  async create(body: Pick<RegisterDto, "email" | "password" | "name">): Promise<User> {
    const email = body.email.toLowerCase();
    const input = { email, name: body.name ?? email.split("@")[0]!, passwordHash: await hashPassword(body.password) };
    return this.db.transaction(async () => {
      if (await this.db.repository(User).existsBy({ email }))
        throw new ConflictError("email_taken", "An account with this e-mail exists already.");
      return this.add(input, { first: !(await this.hasAccounts()), invite: null });
    });
  }

  /**
   * Makes an account without a password, for somebody whom a sign-in provider vouches for. Must run in a transaction.
   * @param by.invited the operator's settings take them in, which counts as an invite
   * @throws ForbiddenError as {@link register}
   */
  async adopt(by: { email: string; name: string; inviteToken: string | undefined; invited: boolean }): Promise<User> {
    const { email, name } = by;
    return this.add({ email, name, passwordHash: NO_PASSWORD }, await this.admit(by.inviteToken, email, by.invited));
  }

  /** @throws UnauthorizedError `invalid_credentials`, the same for unknown accounts; ForbiddenError `account_disabled`; TooManyRequestsError */
  async login(email: string, password: string, address: string): Promise<User> {
    assertPasswords(this.config);
    const key = email.toLowerCase();
    const attempt = await this.throttle.take(key, address);
    const user = await this.db.repository(User).findOneBy({ email: key });
    if (!(await verifyPassword(user?.passwordHash ?? null, password)) || !user) {
      if (user) this.refused(user);
      throw new UnauthorizedError("The e-mail or the password is wrong.", "invalid_credentials");
    }
    await attempt.succeeded();
    // Told only to whoever knows the password.
    if (user.disabledAt !== null) {
      this.refused(user);
      throw new ForbiddenError("This account is disabled. Ask the operator of this server.", "account_disabled");
    }
    if (isOutdated(user.passwordHash)) await this.rehash(user, password);
    return user;
  }

  /**
   * Before an account changes how it is signed in to.
   * @throws UnauthorizedError `invalid_credentials` when the password is wrong; ForbiddenError `password_sign_in_off`; TooManyRequestsError
   */
  async confirmPassword({ userId }: Account, password: string, address: string): Promise<void> {
    assertPasswords(this.config);
    const attempt = await this.throttle.take(`password of ${userId}`, address);
    const user = await this.db.repository(User).findOneBy({ id: userId });
    if (!(await verifyPassword(user?.passwordHash ?? null, password)))
      throw new UnauthorizedError("The current password is wrong.", "invalid_credentials");
    await attempt.succeeded();
  }

  /**
   * Changes the password; all other sessions and an open reset link end.
   * @throws as {@link confirmPassword}; InvalidInputError for a password that is guessed first
   */
  async changePassword(account: Account, current: string, next: string, address: string): Promise<void> {
    await this.confirmPassword(account, current, address);
    assertNotWeak(next, "newPassword", [account.email, account.name]);
    const passwordHash = await hashPassword(next);
    const ended = await this.db.transaction(async () => {
      await this.db.execute("UPDATE users SET password_hash = ? WHERE id = ?", [passwordHash, account.userId]);
      await this.db.execute("DELETE FROM password_resets WHERE user_id = ?", [account.userId]);
      await this.audit.record({ action: "account.password_changed", workspaceId: null, actor: account });
      return this.sessions.end(account.userId, { except: account.sessionId });
    });
    await this.sessions.announce(ended);
  }

  private async insert(input: {
    email: string;
    name: string;
    passwordHash: string;
    inviteToken: string | undefined;
  }): Promise<User> {
    const { email, name, passwordHash, inviteToken } = input;
    return this.db.transaction(async () =>
      this.add({ email, name, passwordHash }, await this.admit(inviteToken, email)),
    );
  }

  /** Must run in a transaction. */
  private async add(
    { email, name, passwordHash }: Pick<User, "email" | "name" | "passwordHash">,
    { first, invite }: { first: boolean; invite: Invite | null },
  ): Promise<User> {
    const user = Object.assign(new User(), {
      id: newId(),
      email,
      name,
      passwordHash,
      isOperator: first,
      isFirst: first,
      disabledAt: null,
      createdAt: Date.now(),
    });
    await this.db.repository(User).insert(user);
    await this.memberships.create(`${user.name}'s workspace`.slice(0, 100), user.id);
    if (invite) {
      if (!(await this.memberships.consume(invite))) throw invalidInvite();
      await this.memberships.add(invite.workspaceId, user.id, invite.role);
      const facts = { role: invite.role, inviteId: invite.id };
      await this.audit.record({
        ...{ action: "member.joined", workspaceId: invite.workspaceId, actor: { userId: user.id }, facts },
      });
    }
    const personal = { email, name };
    await this.audit.record({
      action: "account.registered",
      workspaceId: null,
      actor: { userId: user.id },
      personal,
    });
    return user;
  }

  /** Whether this person may register at all, and by which invite. */
  private async admit(
    token: string | undefined,
    email: string,
    invited = false,
  ): Promise<{ first: boolean; invite: Invite | null }> {
    if (!(await this.hasAccounts())) return { first: true, invite: null };
    const { registration } = this.config;
    if (registration === "closed")
      throw new ForbiddenError("Registration is closed on this server.", "registration_closed");
    if (token === undefined) {
      if (registration === "open" || invited) return { first: false, invite: null };
      throw new ForbiddenError("It takes an invite to register on this server.", "invite_required");
    }
    const invite = await this.memberships.openInvite(token);
    if (!invite || (invite.email !== null && invite.email !== email)) throw invalidInvite();
    return { first: false, invite };
  }

  /**
   * For an account that exists; the throttle bounds how many there are. Guessed addresses are not noted, and their answers
   * must not be the quicker ones.
   */
  private refused({ id }: User): void {
    const target = { type: "account", id };
    this.audit.recordLater({ action: "session.refused", workspaceId: null, actor: null, target });
  }

  /** With today's parameters, but never over a password that was set since this one was checked. */
  private async rehash({ id, passwordHash }: User, password: string): Promise<void> {
    const sql = "UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?";
    await this.db.execute(sql, [await hashPassword(password), id, passwordHash]);
  }
}

const invalidInvite = (): ForbiddenError =>
  new ForbiddenError("This invite is not valid, has expired or was used already.", "invite_invalid");
