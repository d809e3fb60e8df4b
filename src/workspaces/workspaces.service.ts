// Workspaces and their members.

import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { ConflictError, ForbiddenError, NotFoundError } from "#libs/errors/index";
import { EventLog } from "#libs/redis/index";
import { type Account, type Actor, type Role } from "#src/auth/actor";
import { MembershipsRepository, type MemberWorkspace } from "#src/auth/memberships.repository";
import { isAtLeast } from "#src/auth/policies";
import { type MemberView } from "./workspaces.dto.js";

@Injectable()
export class WorkspacesService {
  constructor(
    private readonly db: Database,
    private readonly memberships: MembershipsRepository,
    private readonly control: EventLog,
  ) {}

  async create(account: Account, name: string): Promise<MemberWorkspace> {
    const { id, createdAt } = await this.memberships.create(name, account.userId);
    return { id, name, role: "owner", createdAt };
  }

  async get(actor: Actor): Promise<MemberWorkspace> {
    const row = await this.memberships.find(actor.workspaceId);
    if (!row) throw new NotFoundError("This workspace");
    return { id: row.id, name: row.name, role: actor.role, createdAt: row.createdAt };
  }

  async rename(actor: Actor, name: string | undefined): Promise<MemberWorkspace> {
    if (name !== undefined)
      await this.db.execute("UPDATE workspaces SET name = ? WHERE id = ?", [name, actor.workspaceId]);
    return this.db.transaction(() => this.get(actor));
  }

  /** Deletes everything of the workspace; the keys that seal its secrets go first. */
  async delete(actor: Actor): Promise<void> {
    await this.db.transaction(async () => {
      await this.db.execute("UPDATE workspace_deks SET wrapped = '', state = 'destroyed' WHERE workspace_id = ?", [
        actor.workspaceId,
      ]);
      await this.db.execute("DELETE FROM workspaces WHERE id = ?", [actor.workspaceId]);
    });
    await this.tell(actor.workspaceId, actor.userId);
  }

  async members(
    actor: Actor,
    limit: number,
    after: string | undefined,
  ): Promise<(Omit<MemberView, "createdAt"> & { createdAt: number })[]> {
    return this.db.query(
      `SELECT m.user_id AS "userId", u.email, u.name, m.role, m.created_at AS "createdAt"
       FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = ? AND m.user_id > ? ORDER BY m.user_id LIMIT ?`,
      [actor.workspaceId, after ?? "", limit + 1],
    );
  }

  /** @throws ForbiddenError for roles above one's own, ConflictError `last_owner` */
  async changeRole(actor: Actor, userId: string, role: Role): Promise<void> {
    await this.db.transaction(async () => {
      const member = await this.requireMember(actor, userId);
      if (!isAtLeast(actor.role, role) || !isAtLeast(actor.role, member))
        throw new ForbiddenError("You cannot give or change a role above your own.");
      if (member === "owner" && role !== "owner") await this.requireOtherOwner(actor.workspaceId);
      await this.db.execute("UPDATE members SET role = ? WHERE workspace_id = ? AND user_id = ?", [
        role,
        actor.workspaceId,
        userId,
      ]);
    });
    await this.tell(actor.workspaceId, userId);
  }

  /** Removes a member; everybody may remove themselves. */
  async remove(actor: Actor, userId: string): Promise<void> {
    await this.db.transaction(async () => {
      const member = await this.requireMember(actor, userId);
      if (userId !== actor.userId && !(isAtLeast(actor.role, "admin") && isAtLeast(actor.role, member))) {
        throw new ForbiddenError("Your role does not allow removing this member.");
      }
      if (member === "owner") await this.requireOtherOwner(actor.workspaceId);
      await this.db.execute("DELETE FROM members WHERE workspace_id = ? AND user_id = ?", [actor.workspaceId, userId]);
    });
    await this.tell(actor.workspaceId, userId);
  }

  private async requireMember(actor: Actor, userId: string): Promise<Role> {
    const member = await this.memberships.member(actor.workspaceId, userId);
    if (!member) throw new NotFoundError("This member");
    return member.role;
  }

  private async requireOtherOwner(workspaceId: string): Promise<void> {
    if ((await this.memberships.owners(workspaceId)) < 2)
      throw new ConflictError("last_owner", "A workspace needs an owner: make somebody else one first.");
  }

  /** Open sockets of the member are closed, and come back with the rights that are left. */
  private async tell(workspaceId: string, userId: string): Promise<void> {
    await this.control.control({ type: "membership:changed", workspaceId, userId }).catch(() => undefined);
  }
}
