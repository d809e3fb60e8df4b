// Workspaces and their members.

import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { ConflictError, ForbiddenError, NotFoundError } from "#libs/errors/index";
import { AccessNotices } from "#src/auth/access-notices";
import { type Account, type Actor, type Role } from "#src/auth/actor";
import { type AuditActor, AuditTrail } from "#src/auth/audit-trail";
import { type MemberProfile, MembershipsRepository, type MemberWorkspace } from "#src/auth/memberships.repository";
import { assertCan, isAtLeast } from "#src/auth/policies";
import { VaultService } from "#src/vault/vault.service";

@Injectable()
export class WorkspacesService {
  constructor(
    private readonly db: Database,
    private readonly memberships: MembershipsRepository,
    private readonly vault: VaultService,
    private readonly notices: AccessNotices,
    private readonly audit: AuditTrail,
  ) {}

  async create(account: Account, name: string): Promise<MemberWorkspace> {
    return this.db.transaction(async () => {
      const { id, createdAt } = await this.memberships.create(name, account.userId);
      await this.audit.record({ action: "workspace.created", workspaceId: id, actor: account });
      return { id, name, role: "owner", createdAt };
    });
  }

  async get(actor: Actor): Promise<MemberWorkspace> {
    const row = await this.memberships.find(actor.workspaceId);
    if (!row) throw new NotFoundError("This workspace");
    return { id: row.id, name: row.name, role: actor.role, createdAt: row.createdAt };
  }

  async rename(actor: Actor, name: string | undefined): Promise<MemberWorkspace> {
    return this.db.transaction(async () => {
      if (name !== undefined) {
        await this.memberships.rename(actor.workspaceId, name);
        await this.audit.record({ action: "workspace.renamed", workspaceId: actor.workspaceId, actor });
      }
      return this.get(actor);
    });
  }

  /**
   * Deletes everything of the workspace. The keys that seal its secrets go first, and for good: when the rest fails, its
   * secrets are gone all the same, and it can be deleted again.
   */
  async delete(actor: Actor): Promise<void> {
    const { workspaceId } = actor;
    await this.db.transaction(async () => {
      if (!(await this.memberships.lock(workspaceId))) throw new NotFoundError("This workspace");
      await this.close(workspaceId);
    });
    // Not only overwritten: the old bytes are out of the file and its log before anything else goes.
    await this.db.emptyLog();
    const members = await this.db.transaction(async () => {
      await this.memberships.lock(workspaceId);
      return this.erase(actor, workspaceId);
    });
    await this.notices.membershipsChanged(workspaceId, members);
  }

  /**
   * The part of {@link delete} that comes first: the keys of its secrets are destroyed, and nobody is invited any more. Must
   * run in a transaction that has locked the workspace.
   */
  async close(workspaceId: string): Promise<void> {
    await this.memberships.deleteInvites(workspaceId);
    await this.vault.shred(workspaceId);
  }

  /**
   * The part of {@link delete} that comes once the keys are gone. Must run in a transaction that has locked the workspace.
   * @returns its members, to be told after the commit
   */
  async erase(by: AuditActor | null, workspaceId: string): Promise<string[]> {
    const members = await this.memberships.memberIds(workspaceId);
    await this.memberships.delete(workspaceId);
    // In both: the workspace's own chain stays as the proof of what was done in it.
    const target = { type: "workspace", id: workspaceId };
    for (const chain of [workspaceId, null])
      await this.audit.record({ action: "workspace.deleted", workspaceId: chain, actor: by, target });
    return members;
  }

  /**
   * Makes another member an owner and the caller, who must be one, an admin.
   * @returns the new owner
   * @throws NotFoundError when that member is not there, ConflictError `already_yours`
   */
  async transfer(actor: Actor, userId: string): Promise<MemberProfile> {
    const { workspaceId } = actor;
    if (userId === actor.userId) throw new ConflictError("already_yours", "The workspace is yours already.");
    const owner = await this.db.transaction(async () => {
      const { own, member } = await this.lockMembers(actor, userId);
      assertCan(own, "workspace.transfer");
      await this.memberships.setRole(workspaceId, userId, "owner");
      await this.memberships.setRole(workspaceId, actor.userId, "admin");
      await this.memberships.deleteInvitesBy(workspaceId, actor.userId);
      const target = { type: "account", id: userId };
      await this.audit.record({ action: "workspace.handed_over", workspaceId, actor, target });
      return { ...member, role: "owner" as const };
    });
    await this.notices.membershipsChanged(workspaceId, [userId, actor.userId]);
    return owner;
  }

  /** Members in order of their ids, one more than `limit`. */
  async members(actor: Actor, limit: number, after: string | undefined): Promise<MemberProfile[]> {
    return this.memberships.members(actor.workspaceId, limit + 1, after);
  }

  /** @throws ForbiddenError for roles above one's own, ConflictError `last_owner` */
  async changeRole(actor: Actor, userId: string, role: Role): Promise<MemberProfile> {
    const { workspaceId } = actor;
    const changed = await this.db.transaction(async () => {
      const { own, member } = await this.lockMembers(actor, userId);
      assertCan(own, "members.manage");
      if (!isAtLeast(own.role, role) || !isAtLeast(own.role, member.role))
        throw new ForbiddenError("You cannot give or change a role above your own.");
      if (member.role === role) return member;
      if (member.role === "owner") await this.requireOtherOwner(workspaceId);
      await this.memberships.setRole(workspaceId, userId, role);
      if (!isAtLeast(role, member.role)) await this.memberships.deleteInvitesBy(workspaceId, userId);
      const entry = { target: { type: "account", id: userId }, facts: { from: member.role, to: role } };
      await this.audit.record({ action: "member.role_changed", workspaceId, actor, ...entry });
      return { ...member, role };
    });
    await this.notices.membershipsChanged(workspaceId, [userId]);
    return changed;
  }

  /** Removes a member; everybody may remove themselves. */
  async remove(actor: Actor, userId: string): Promise<void> {
    const { workspaceId } = actor;
    await this.db.transaction(async () => {
      const { own, member } = await this.lockMembers(actor, userId);
      if (userId !== actor.userId) {
        assertCan(own, "members.manage");
        if (!isAtLeast(own.role, member.role)) throw new ForbiddenError("You cannot remove a role above your own.");
      }
      if (member.role === "owner") await this.requireOtherOwner(workspaceId);
      await this.part(actor, workspaceId, member);
    });
    await this.notices.membershipsChanged(workspaceId, [userId]);
  }

  /** The part of {@link remove} that ends the membership. Must run in a transaction that has locked the workspace. */
  async part(
    by: AuditActor | null,
    workspaceId: string,
    { userId, role }: Pick<MemberProfile, "userId" | "role">,
  ): Promise<void> {
    await this.memberships.remove(workspaceId, userId);
    await this.memberships.deleteInvitesBy(workspaceId, userId);
    const action = userId === by?.userId ? "member.left" : "member.removed";
    const entry = { target: { type: "account", id: userId }, facts: { role } };
    await this.audit.record({ action, workspaceId, actor: by, ...entry });
  }

  /**
   * The actor with today's role, and the other member. Both are read under the lock: two owners who take each other's
   * role away at once must not leave a workspace without one.
   */
  private async lockMembers(actor: Actor, userId: string): Promise<{ own: Actor; member: MemberProfile }> {
    const { workspaceId } = actor;
    await this.memberships.lock(workspaceId);
    const role = await this.memberships.roleOf(workspaceId, actor.userId);
    if (role === null) throw new NotFoundError("This workspace");
    const member = await this.memberships.member(workspaceId, userId);
    if (!member) throw new NotFoundError("This member");
    return { own: { ...actor, role }, member };
  }

  private async requireOtherOwner(workspaceId: string): Promise<void> {
    if ((await this.memberships.owners(workspaceId)) < 2)
      throw new ConflictError("last_owner", "A workspace needs an owner: make somebody else one first.");
  }
}
