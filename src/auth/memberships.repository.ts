// Workspaces, members and invites in the database.

import { Injectable } from "@nestjs/common";
import { LessThan, MoreThan } from "typeorm";
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

/** A member as other members see them. */
export interface MemberProfile {
  userId: string;
  email: string;
  name: string;
  role: Role;
  createdAt: number;
}

/** An account in one of its workspaces, and how many others there are. */
export interface Standing {
  id: string;
  name: string;
  role: Role;
  others: number;
  otherOwners: number;
}

const MEMBERS = `SELECT m.user_id AS "userId", u.email, u.name, m.role, m.created_at AS "createdAt"
  FROM members m JOIN users u ON u.id = m.user_id`;

@Injectable()
export class MembershipsRepository {
  constructor(private readonly db: Database) {}

  async roleOf(workspaceId: string, userId: string): Promise<Role | null> {
    const sql = "SELECT role FROM members WHERE workspace_id = ? AND user_id = ?";
    return (await this.db.one<{ role: Role }>(sql, [workspaceId, userId]))?.role ?? null;
  }

  /** The account's workspaces in order of id. @param page without it: all of them */
  async workspacesOf(userId: string, page?: { limit: number; after: string | undefined }): Promise<MemberWorkspace[]> {
    const sql = `SELECT w.id, w.name, m.role, w.created_at AS "createdAt" FROM members m JOIN workspaces w ON w.id = m.workspace_id
       WHERE m.user_id = ? AND w.id > ? ORDER BY w.id`;
    if (!page) return this.db.query(sql, [userId, ""]);
    return this.db.query(`${sql} LIMIT ?`, [userId, page.after ?? "", page.limit]);
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
    return (await this.db.select(Workspace, "WHERE id = ?", [workspaceId]))[0] ?? null;
  }

  /** Until the end of the transaction nobody else changes this workspace's members. @returns false when it is gone */
  async lock(workspaceId: string): Promise<boolean> {
    const sql = `SELECT 1 AS yes FROM workspaces WHERE id = ?${this.db.dialect.forUpdate}`;
    return (await this.db.one(sql, [workspaceId])) !== undefined;
  }

  async rename(workspaceId: string, name: string): Promise<void> {
    await this.db.execute("UPDATE workspaces SET name = ? WHERE id = ?", [name, workspaceId]);
  }

  /** Deletes the workspace; rows of all features go with it (ON DELETE CASCADE). */
  async delete(workspaceId: string): Promise<void> {
    await this.db.execute("DELETE FROM workspaces WHERE id = ?", [workspaceId]);
  }

  /** Members in order of their ids. */
  async members(workspaceId: string, limit: number, after: string | undefined): Promise<MemberProfile[]> {
    const sql = `${MEMBERS} WHERE m.workspace_id = ? AND m.user_id > ? ORDER BY m.user_id LIMIT ?`;
    return this.db.query(sql, [workspaceId, after ?? "", limit]);
  }

  async member(workspaceId: string, userId: string): Promise<MemberProfile | undefined> {
    return this.db.one(`${MEMBERS} WHERE m.workspace_id = ? AND m.user_id = ?`, [workspaceId, userId]);
  }

  async memberIds(workspaceId: string): Promise<string[]> {
    const sql = "SELECT user_id AS id FROM members WHERE workspace_id = ?";
    return (await this.db.query<{ id: string }>(sql, [workspaceId])).map(({ id }) => id);
  }

  /** How many owners there are, counted inside the caller's transaction. */
  async owners(workspaceId: string): Promise<number> {
    return this.db.repository(Member).countBy({ workspaceId, role: "owner" });
  }

  async setRole(workspaceId: string, userId: string, role: Role): Promise<void> {
    const sql = "UPDATE members SET role = ? WHERE workspace_id = ? AND user_id = ?";
    await this.db.execute(sql, [role, workspaceId, userId]);
  }

  /** How the account stands in each of its workspaces, in order of their names. */
  async standings(userId: string): Promise<Standing[]> {
    const others = "(SELECT count(*) FROM members o WHERE o.workspace_id = w.id AND o.user_id <> m.user_id";
    const rows = await this.db.query<Standing>(
      `SELECT w.id, w.name, m.role, ${others}) AS "others", ${others} AND o.role = 'owner') AS "otherOwners"
       FROM members m JOIN workspaces w ON w.id = m.workspace_id WHERE m.user_id = ? ORDER BY w.name, w.id`,
      [userId],
    );
    return rows.map((row) => ({ ...row, others: Number(row.others), otherOwners: Number(row.otherOwners) }));
  }

  /** The member's platform keys end as well: should the account come back one day, they must not. */
  async remove(workspaceId: string, userId: string): Promise<void> {
    await this.db.transaction(async () => {
      await this.db.execute("DELETE FROM members WHERE workspace_id = ? AND user_id = ?", [workspaceId, userId]);
      const sql = "UPDATE api_keys SET revoked_at = ? WHERE workspace_id = ? AND user_id = ? AND revoked_at IS NULL";
      await this.db.execute(sql, [Date.now(), workspaceId, userId]);
    });
  }

  /** An invite that can still be used. */
  async openInvite(token: string): Promise<Invite | null> {
    const invite = await this.db.repository(Invite).findOneBy({ tokenHash: hashToken(token) });
    return invite && invite.expiresAt > Date.now() ? invite : null;
  }

  /** Uses an invite up, for which the workspace is locked: its members are about to change. @returns false when somebody else was first */
  async consume(invite: Invite): Promise<boolean> {
    await this.lock(invite.workspaceId);
    return this.deleteInvite(invite.workspaceId, invite.id);
  }

  /** Open invites, newest first. @param before an id; only older ones */
  async invites(workspaceId: string, limit: number, before: string | undefined): Promise<Invite[]> {
    const id = before === undefined ? {} : { id: LessThan(before) };
    const where = { workspaceId, expiresAt: MoreThan(Date.now()), ...id };
    return this.db.repository(Invite).find({ where, order: { id: "DESC" }, take: limit });
  }

  async countInvites(workspaceId: string): Promise<number> {
    const sql = "SELECT count(*) AS n FROM invites WHERE workspace_id = ? AND expires_at > ?";
    return Number((await this.db.one<{ n: number | string }>(sql, [workspaceId, Date.now()]))?.n ?? 0);
  }

  /** Adds an invite; those of the workspace that have expired are swept on the way. */
  async addInvite(invite: Invite): Promise<void> {
    await this.db.transaction(async () => {
      const { workspaceId } = invite;
      await this.db.execute("DELETE FROM invites WHERE workspace_id = ? AND expires_at <= ?", [
        workspaceId,
        Date.now(),
      ]);
      await this.db.repository(Invite).insert(invite);
    });
  }

  /** @returns false when there was none */
  async deleteInvite(workspaceId: string, id: string): Promise<boolean> {
    return (await this.db.execute("DELETE FROM invites WHERE workspace_id = ? AND id = ?", [workspaceId, id])) > 0;
  }

  async deleteInvites(workspaceId: string): Promise<void> {
    await this.db.execute("DELETE FROM invites WHERE workspace_id = ?", [workspaceId]);
  }

  /** An invite carries its author's rights: it goes when they go. */
  async deleteInvitesBy(workspaceId: string, userId: string): Promise<void> {
    await this.db.execute("DELETE FROM invites WHERE workspace_id = ? AND created_by = ?", [workspaceId, userId]);
  }
}
