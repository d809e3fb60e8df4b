// Whose account a provider's person is: a linked one, one with the same e-mail, or a new one.
import { Injectable } from "@nestjs/common";
import { type OidcSettings } from "#libs/config/index";
import { Database } from "#libs/database/index";
import { type DomainError, ForbiddenError } from "#libs/errors/index";
import { AccountsService } from "#src/auth/accounts.service";
import { type Role } from "#src/auth/actor";
import { User } from "#src/auth/user.entity";
import { AccountHandover } from "./account-handover.js";
import { GrantedRoles, highestRoles } from "./granted-roles.js";
import { IdentitiesRepository } from "./identities.repository.js";
import { type Identity } from "./identity.entity.js";
import { OidcError } from "./oidc-error.js";
import { OidcProvider } from "./oidc-provider.js";
import { domainOf, type Person } from "./person.js";

/** An account with the identity by which it was found; the account is locked until the end of the transaction. */
export interface Found {
  user: User;
  identity: Identity;
  /** How: by its identity, because it was linked just now, or because it was made just now. */
  how: "known" | "linked" | "new";
}

/** An account that is there, but not for this person. */
export interface Refusal {
  user: User;
  refused: DomainError;
}

/** Roles that the groups of a person give. */
export function rolesByGroup({ groups }: Person, { roleMap }: OidcSettings): Map<string, Role> {
  return highestRoles(roleMap.filter(({ group }) => groups.includes(group)));
}

/** Roles that the domain of a person's verified e-mail gives at the beginning. */
export function rolesByDomain({ email, emailVerified }: Person, { autoJoin }: OidcSettings): Map<string, Role> {
  if (email === null || !emailVerified) return new Map();
  return highestRoles(autoJoin.filter(({ domain }) => domain === domainOf(email)));
}

/** Every method must run in a transaction. */
@Injectable()
export class AccountFinder {
  constructor(
    private readonly db: Database,
    private readonly provider: OidcProvider,
    private readonly accounts: AccountsService,
    private readonly identities: IdentitiesRepository,
    private readonly granted: GrantedRoles,
    private readonly handover: AccountHandover,
  ) {}

  /**
   * For whoever signs in. Refused are `account_disabled` and `account_exists`.
   * @throws OidcError `no_email`, ForbiddenError as AccountsService.adopt
   */
  async toSignIn(person: Person, invite: string | undefined): Promise<Found | Refusal> {
    const identity = await this.identities.find(person.issuer, person.subject);
    if (identity) return this.known(await this.lockUser(identity.userId), identity, person);
    const { email, name } = person;
    if (email === null) throw new OidcError("no_email");
    const existing = await this.db.repository(User).findOneBy({ email });
    if (existing) return this.byEmail(existing.id, person);
    const { settings } = this.provider;
    const roles = [...rolesByGroup(person, settings), ...rolesByDomain(person, settings)];
    const invited = (await this.granted.existing(new Map(roles))).size > 0;
    const user = await this.accounts.adopt({ email, name, inviteToken: invite, invited });
    return { user, identity: await this.identities.add(user.id, person, "new account"), how: "new" };
  }

  /** For whoever is signed in and links. @throws OidcError `already_linked` | `linked_elsewhere` */
  async toLink(person: Person, userId: string): Promise<Found | Refusal> {
    const user = await this.lockUser(userId);
    const identity = await this.identities.find(person.issuer, person.subject);
    if (identity && identity.userId !== userId) throw new OidcError("linked_elsewhere");
    if (identity) return this.known(user, identity, person);
    if (await this.identities.hasOne(userId, person.issuer)) throw new OidcError("already_linked");
    return { user, identity: await this.identities.add(userId, person, "by hand"), how: "linked" };
  }

  private async known(user: User, identity: Identity, { email }: Person): Promise<Found | Refusal> {
    if (user.disabledAt !== null) return { user, refused: disabled() };
    await this.identities.touch(identity.id, email);
    return { user, identity, how: "known" };
  }

  /** The rule of docs/decisions/0008: only where the provider has the last word on the address, and nobody else is there. */
  private async byEmail(userId: string, person: Person): Promise<Found | Refusal> {
    const user = await this.lockUser(userId);
    // Another sign-in of the same person has made the account since we looked (PostgreSQL only).
    const identity = await this.identities.find(person.issuer, person.subject);
    if (identity) return this.known(await this.lockUser(identity.userId), identity, person);
    const { linkDomains } = this.provider.settings;
    const isItsDomain = linkDomains.includes("*") || linkDomains.includes(domainOf(user.email));
    const isTaken = await this.identities.hasOne(userId, person.issuer);
    if (!person.emailVerified || !isItsDomain || isTaken || user.isOperator || user.disabledAt !== null)
      return { user, refused: new OidcError("account_exists") };
    await this.handover.run(userId);
    return { user, identity: await this.identities.add(userId, person, "by e-mail"), how: "linked" };
  }

  private async lockUser(userId: string): Promise<User> {
    const [user] = await this.db.select(User, `WHERE id = ?${this.db.dialect.forUpdate}`, [userId]);
    // Deleted a moment ago.
    if (!user) throw new OidcError("sign_in_expired");
    return user;
  }
}

const disabled = (): ForbiddenError =>
  new ForbiddenError("This account is disabled. Ask the operator of this server.", "account_disabled");
