// What the provider's groups give: roles in workspaces.
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { Logger } from "#libs/observability/index";
import { AccessNotices } from "#src/auth/access-notices";
import { type Role } from "#src/auth/actor";
import { AuditTrail } from "#src/auth/audit-trail";
import { MembershipsRepository } from "#src/auth/memberships.repository";
import { isAtLeast } from "#src/auth/policies";
import { IdentitiesRepository } from "./identities.repository.js";
import { type Identity } from "./identity.entity.js";

/** Workspace → role. */
export type WantedRoles = ReadonlyMap<string, Role>;

/** The highest role of each workspace. */
export function highestRoles(grants: readonly { workspace: string; role: Role }[]): Map<string, Role> {
  const roles = new Map<string, Role>();
  for (const { workspace, role } of grants) {
    const known = roles.get(workspace);
    if (known === undefined || !isAtLeast(known, role)) roles.set(workspace, role);
  }
  return roles;
}

/** Facts of the audit log: it was the provider's word. */
const BY = { by: "oidc" } as const;

@Injectable()
export class GrantedRoles {
  constructor(
    private readonly db: Database,
    private readonly identities: IdentitiesRepository,
    private readonly memberships: MembershipsRepository,
    private readonly notices: AccessNotices,
    private readonly audit: AuditTrail,
    private readonly logger: Logger,
  ) {}

  /** Those whose workspace is there. */
  async existing(wanted: WantedRoles): Promise<Map<string, Role>> {
    const there = new Map<string, Role>();
    for (const [workspaceId, role] of wanted) {
      if (await this.memberships.find(workspaceId)) there.set(workspaceId, role);
      else this.logger.warn("oidc_workspace_gone", { workspaceId });
    }
    return there;
  }

  /**
   * Makes memberships as the groups say: a role that a group gives is set, whatever it was before; what a group had given
   * and gives no more is taken back. The last owner of a workspace stays one. Must run in a transaction.
   */
  async apply({ id, userId }: Pick<Identity, "id" | "userId">, wanted: WantedRoles): Promise<void> {
    const grants = new Map((await this.identities.grants(id)).map((grant) => [grant.workspaceId, grant.roleBefore]));
    // In one order for everybody: two sign-ins that lock the same workspaces must not wait for each other in a circle.
    for (const workspaceId of [...new Set([...wanted.keys(), ...grants.keys()])].sort()) {
      if (!(await this.memberships.lock(workspaceId))) continue;
      const next = wanted.get(workspaceId);
      await (next === undefined
        ? this.takeBack({ id, userId }, workspaceId, grants.get(workspaceId) ?? null)
        : this.give({ id, userId }, workspaceId, next, grants.has(workspaceId)));
    }
  }

  /** Joins workspaces in which the account has no role yet. Must run in a transaction. */
  async join(userId: string, roles: WantedRoles): Promise<void> {
    for (const [workspaceId, role] of [...roles].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (!(await this.memberships.lock(workspaceId))) continue;
      if ((await this.memberships.roleOf(workspaceId, userId)) === null)
        await this.setRole(workspaceId, userId, null, role);
    }
  }

  private async give(
    { id, userId }: Pick<Identity, "id" | "userId">,
    workspaceId: string,
    next: Role,
    isKnown: boolean,
  ): Promise<void> {
    const role = await this.memberships.roleOf(workspaceId, userId);
    if (role === null || !isKnown) await this.identities.setGrant(id, workspaceId, role);
    await this.setRole(workspaceId, userId, role, next);
  }

  /** @param before the role that people here had given, which stays; but leaving a group never raises anybody */
  private async takeBack(
    { id, userId }: Pick<Identity, "id" | "userId">,
    workspaceId: string,
    before: Role | null,
  ): Promise<void> {
    const role = await this.memberships.roleOf(workspaceId, userId);
    const left = before === null || role === null || isAtLeast(before, role) ? role : before;
    // What cannot be taken now is tried again at the next sign-in.
    if (role !== null && !(await this.mayLose(workspaceId, role, before === null ? null : left))) return;
    await this.identities.deleteGrant(id, workspaceId);
    if (role === null || left === null) return;
    await (before === null ? this.remove(workspaceId, userId, role) : this.setRole(workspaceId, userId, role, left));
  }

  private async setRole(workspaceId: string, userId: string, role: Role | null, next: Role): Promise<void> {
    const target = { type: "account", id: userId };
    if (role === next || !(await this.mayLose(workspaceId, role, next))) return;
    this.tell(workspaceId, userId);
    if (role === null) {
      await this.memberships.add(workspaceId, userId, next);
      const facts = { ...BY, role: next };
      await this.audit.record({ action: "member.joined", workspaceId, actor: { userId }, facts });
      return;
    }
    await this.memberships.setRole(workspaceId, userId, next);
    if (!isAtLeast(next, role)) await this.memberships.deleteInvitesBy(workspaceId, userId);
    const facts = { ...BY, from: role, to: next };
    await this.audit.record({ action: "member.role_changed", workspaceId, actor: null, target, facts });
  }

  private async remove(workspaceId: string, userId: string, role: Role): Promise<void> {
    this.tell(workspaceId, userId);
    await this.memberships.remove(workspaceId, userId);
    await this.memberships.deleteInvitesBy(workspaceId, userId);
    const entry = { target: { type: "account", id: userId }, facts: { ...BY, role } };
    await this.audit.record({ action: "member.removed", workspaceId, actor: null, ...entry });
  }

  /** Every process, once it is true. */
  private tell(workspaceId: string, userId: string): void {
    this.db.afterCommit(() => void this.notices.membershipsChanged(workspaceId, [userId]));
  }

  /** False for the last owner, when something else than an owner would be left of them. */
  private async mayLose(workspaceId: string, role: Role | null, next: Role | null): Promise<boolean> {
    if (role !== "owner" || next === "owner") return true;
    if ((await this.memberships.owners(workspaceId)) > 1) return true;
    this.logger.warn("oidc_last_owner_kept", { workspaceId });
    return false;
  }
}
