// Whose account it is that a provider's person signs in to: a linked one, one with the same e-mail, or a new one.
import { Injectable } from "@nestjs/common";
import { Database, isUniqueViolation } from "#libs/database/index";
import { ForbiddenError } from "#libs/errors/index";
import { AccessNotices } from "#src/auth/access-notices";
import { AccountsService } from "#src/auth/accounts.service";
import { type Role } from "#src/auth/actor";
import { AuditTrail } from "#src/auth/audit-trail";
import { type EndedSession } from "#src/auth/sessions.repository";
import { SessionsService } from "#src/auth/sessions.service";
import { User } from "#src/auth/user.entity";
import { AccountHandover } from "./account-handover.js";
import { GrantedRoles, highestRoles } from "./granted-roles.js";
import { IdentitiesRepository } from "./identities.repository.js";
import { type Identity } from "./identity.entity.js";
import { OidcError } from "./oidc-error.js";
import { OidcProvider } from "./oidc-provider.js";
import { domainOf, type Person } from "./person.js";

/** What a person at the door was found to be. */
interface Settled {
  user: User;
  identity: Identity;
  /** Workspaces in which the account's role changed. */
  changed: string[];
  ended: EndedSession[];
  revokedKeys: string[];
  isNew: boolean;
}

@Injectable()
export class OidcSignIn {
  constructor(
    private readonly db: Database,
    private readonly provider: OidcProvider,
    private readonly accounts: AccountsService,
    private readonly identities: IdentitiesRepository,
    private readonly granted: GrantedRoles,
    private readonly handover: AccountHandover,
    private readonly sessions: SessionsService,
    private readonly notices: AccessNotices,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * The account of a person, with the roles that the provider's groups give today; made anew where the rules of
   * registration allow it.
   * @returns `isNew` when the account was made by this
   * @throws OidcError, ForbiddenError `account_disabled` | `registration_closed` | `invite_required` | `invite_invalid`
   */
  async signIn(person: Person, invite: string | undefined): Promise<{ user: User; isNew: boolean }> {
    return this.settled(person, () => this.enter(person, invite));
  }

  /**
   * Links the person to an account whose owner is signed in and has asked for it.
   * @throws OidcError `already_linked` | `linked_elsewhere`, ForbiddenError `account_disabled`
   */
  async link(person: Person, userId: string): Promise<User> {
    const { user } = await this.settled(person, async () => {
      const user = await this.lockUser(userId);
      const known = await this.identities.find(person.issuer, person.subject);
      if (known && known.userId !== userId) throw new OidcError("linked_elsewhere");
      if (known) return this.apply(user, known, person, {});
      if (await this.identities.hasOne(userId, person.issuer)) throw new OidcError("already_linked");
      return this.apply(user, await this.addIdentity(user, person, "by hand"), person, {});
    });
    return user;
  }

  private async settled(person: Person, work: () => Promise<Settled>): Promise<Settled> {
    const result = await this.unlessTakenMeanwhile(() => this.db.transaction(work));
    const { user, identity, changed, ended, revokedKeys } = result;
    for (const workspaceId of changed) await this.notices.membershipsChanged(workspaceId, [user.id]);
    await this.notices.keysChanged(revokedKeys);
    await this.sessions.announce(ended);
    // Noted in the transaction, refused after it, so that the note stays.
    if (user.disabledAt !== null)
      throw new ForbiddenError("This account is disabled. Ask the operator of this server.", "account_disabled");
    const { operatorGroups } = this.provider.settings;
    const isInGroup = person.groups.some((group) => operatorGroups.includes(group));
    await this.granted.applyOperator(identity, user, isInGroup);
    return result;
  }

  /** Of two first sign-ins at once one makes the account; the other one then finds it. */
  private async unlessTakenMeanwhile(work: () => Promise<Settled>): Promise<Settled> {
    try {
      return await work();
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      return work();
    }
  }

  /** Runs in a transaction. */
  private async enter(person: Person, invite: string | undefined): Promise<Settled> {
    const known = await this.identities.find(person.issuer, person.subject);
    if (known) return this.apply(await this.lockUser(known.userId), known, person, {});
    const { email } = person;
    if (email === null) throw new OidcError("no_email");
    const existing = await this.db.repository(User).findOneBy({ email });
    if (existing) return this.linkByEmail(existing, person);
    const joins = await this.granted.existing(this.joinsOf(person));
    const invited = joins.size > 0 || (await this.granted.existing(this.rolesOf(person))).size > 0;
    const user = await this.accounts.adopt({ email, name: person.name, inviteToken: invite, invited });
    const identity = await this.addIdentity(user, person, "new account");
    return { ...(await this.apply(user, identity, person, { joins })), isNew: true };
  }

  /** The rule of docs/decisions/0008: only where the provider has the last word on the address, and nobody else is there. */
  private async linkByEmail(existing: User, person: Person): Promise<Settled> {
    const user = await this.lockUser(existing.id);
    const { linkDomains } = this.provider.settings;
    const isItsDomain = linkDomains.includes("*") || linkDomains.includes(domainOf(user.email));
    const isTaken = await this.identities.hasOne(user.id, person.issuer);
    if (!person.emailVerified || !isItsDomain || isTaken || user.isOperator || user.disabledAt !== null)
      throw new OidcError("account_exists");
    const handed = await this.handover.run(user.id);
    const identity = await this.addIdentity(user, person, "by e-mail");
    return this.apply(user, identity, person, { ...handed, joins: this.joinsOf(person) });
  }

  private async apply(
    user: User,
    identity: Identity,
    person: Person,
    { joins, ended = [], revokedKeys = [] }: Partial<Settled> & { joins?: ReadonlyMap<string, Role> },
  ): Promise<Settled> {
    const settled = { user, identity, ended, revokedKeys, isNew: false };
    if (user.disabledAt !== null) {
      const target = { type: "account", id: user.id };
      const entry = { actor: null, target, facts: { by: "oidc" } };
      await this.audit.record({ action: "session.refused", workspaceId: null, ...entry });
      return { ...settled, changed: [] };
    }
    await this.identities.touch(identity.id, person.email);
    const changed = await this.granted.apply(identity, this.rolesOf(person));
    const joined = joins ? await this.granted.join(user.id, joins) : [];
    return { ...settled, changed: [...changed, ...joined] };
  }

  private async addIdentity(user: User, person: Person, how: string): Promise<Identity> {
    const identity = await this.identities.add(user.id, person);
    const entry = { target: { type: "identity", id: identity.id }, facts: { how } };
    const personal = person.email === null ? {} : { personal: { email: person.email } };
    const actor = { userId: user.id };
    await this.audit.record({ action: "account.identity_linked", workspaceId: null, actor, ...entry, ...personal });
    return identity;
  }

  /** Until the end of the transaction the account neither goes nor is disabled. */
  private async lockUser(userId: string): Promise<User> {
    const [user] = await this.db.select(User, `WHERE id = ?${this.db.dialect.forUpdate}`, [userId]);
    if (!user) throw new OidcError("sign_in_expired");
    return user;
  }

  private rolesOf({ groups }: Person): Map<string, Role> {
    return highestRoles(this.provider.settings.roleMap.filter(({ group }) => groups.includes(group)));
  }

  private joinsOf({ email, emailVerified }: Person): Map<string, Role> {
    if (email === null || !emailVerified) return new Map();
    const domain = domainOf(email);
    return highestRoles(this.provider.settings.autoJoin.filter((one) => one.domain === domain));
  }
}
