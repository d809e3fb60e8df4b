// Workspaces, members and invites in the database.

import { Injectable } from "@nestjs/common";
import { Database, newId } from "#libs/database/index";
import { type Role } from "./actor.js";
import { hashToken } from "./tokens.js";
import { Invite, Member, Workspace } from "./workspace.entity.js";

/** A workspace as one of its members sees it. */
export interface MemberWorkspace {
  id: string;
  name: string;
  role: Role;
  createdAt: number;
}

@Injectable()
export class MembershipsRepository {
  constructor(private readonly db: Database) {}

  async roleOf(workspaceId: string, userId: string): Promise<Role | null> {
    const sql = "SELECT role FROM members WHERE workspace_id = ? AND user_id = ?";
    return (await this.db.one<{ role: Role }>(sql, [workspaceId, userId]))?.role ?? null;
  }

  async workspacesOf(userId: string): Promise<MemberWorkspace[]> {
    return this.db.query(
      `SELECT w.id, w.name, m.role, w.created_at AS "createdAt" FROM members m JOIN workspaces w ON w.id = m.workspace_id
       WHERE m.user_id = ? ORDER BY w.id`,
      [userId],
    );
  }

  /** A new workspace with its owner. */
  async create(name: string, ownerId: string): Promise<Workspace> {
    const workspace = Object.assign(new Workspace(), { id: newId(), name, createdAt: Date.now() });
    await this.db.transaction(async () => {
      await this.db.repository(Workspace).insert(workspace);
      await this.add(workspace.id, ownerId, "owner");
    });
    return workspace;
  }

  /** Adds a member; one who is there already keeps the role. */
  async add(workspaceId: string, userId: string, role: Role): Promise<void> {
    const row = { workspace_id: workspaceId, user_id: userId, role, created_at: Date.now() };
    await this.db.insert("members", row, "ON CONFLICT DO NOTHING");
  }

  async find(workspaceId: string): Promise<Workspace | null> {
    return this.db.repository(Workspace).findOneBy({ id: workspaceId });
  }

  async member(workspaceId: string, userId: string): Promise<Member | null> {
    return this.db.repository(Member).findOneBy({ workspaceId, userId });
  }

  /** How many owners there are, counted inside the caller's transaction. */
  async owners(workspaceId: string): Promise<number> {
    return this.db.repository(Member).countBy({ workspaceId, role: "owner" });
  }

  /** An invite that can still be used. */
  async openInvite(token: string): Promise<Invite | null> {
    const invite = await this.db.repository(Invite).findOneBy({ tokenHash: hashToken(token) });
    return invite && invite.expiresAt > Date.now() ? invite : null;
  }

  /** Uses an invite up. @returns false when somebody else was first */
  async consume(invite: Invite): Promise<boolean> {
    return (await this.db.execute("DELETE FROM invites WHERE id = ?", [invite.id])) > 0;
  }
}
