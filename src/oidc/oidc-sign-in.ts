// Signs a provider's person in to their account, with the roles that the provider's groups give today.
import { Injectable } from "@nestjs/common";
import { Database, isUniqueViolation } from "#libs/database/index";
import { AuditTrail } from "#src/auth/audit-trail";
import { type User } from "#src/auth/user.entity";
import { AccountFinder, type Found, type Refusal, rolesByDomain, rolesByGroup } from "./account-finder.js";
import { GrantedOperator } from "./granted-operator.js";
import { GrantedRoles } from "./granted-roles.js";
import { OidcProvider } from "./oidc-provider.js";
import { type Person } from "./person.js";

@Injectable()
export class OidcSignIn {
  constructor(
    private readonly db: Database,
    private readonly provider: OidcProvider,
    private readonly finder: AccountFinder,
    private readonly granted: GrantedRoles,
    private readonly operator: GrantedOperator,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * The account of a person; made anew where the rules of registration allow it.
   * @throws OidcError, ForbiddenError `account_disabled` | `registration_closed` | `invite_required` | `invite_invalid`
   */
  async signIn(person: Person, invite: string | undefined): Promise<{ user: User; isNew: boolean }> {
    const { user, how } = await this.settle(person, () => this.finder.toSignIn(person, invite));
    return { user, isNew: how === "new" };
  }

  /**
   * Links the person to an account whose owner is signed in and has asked for it.
   * @throws OidcError `already_linked` | `linked_elsewhere`, ForbiddenError `account_disabled`
   */
  async link(person: Person, userId: string): Promise<void> {
    await this.settle(person, () => this.finder.toLink(person, userId));
  }

  private async settle(person: Person, find: () => Promise<Found | Refusal>): Promise<Found> {
    const work = async () => {
      const outcome = await find();
      if ("refused" in outcome) await this.noteRefusal(outcome);
      else await this.giveRoles(person, outcome);
      return outcome;
    };
    const outcome = await this.unlessTakenMeanwhile(() => this.db.transaction(work));
    // Noted in the transaction and refused after it, so that the note stays.
    if ("refused" in outcome) throw outcome.refused;
    const { operatorGroups } = this.provider.settings;
    const isInGroup = person.groups.some((group) => operatorGroups.includes(group));
    await this.operator.apply(outcome.identity, outcome.user, isInGroup);
    return outcome;
  }

  /** Of two first sign-ins at once one makes the account; the other one then finds it. */
  private async unlessTakenMeanwhile<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      return work();
    }
  }

  private async noteRefusal({ user, refused }: Refusal): Promise<void> {
    const entry = { target: { type: "account", id: user.id }, facts: { by: "oidc", reason: refused.code } };
    await this.audit.record({ action: "session.refused", workspaceId: null, actor: null, ...entry });
  }

  private async giveRoles(person: Person, { user, identity, how }: Found): Promise<void> {
    const { settings } = this.provider;
    // Once, at the beginning: whom somebody removes later does not come back by it.
    if (how !== "known") await this.granted.join(user.id, rolesByDomain(person, settings));
    await this.granted.apply(identity, rolesByGroup(person, settings));
  }
}
