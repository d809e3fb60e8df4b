// Conversations in the database.

import { Injectable } from "@nestjs/common";
import { Database, type SqlValue } from "#libs/database/index";
import { Conversation } from "./conversation.entity.js";

export interface ConversationFilter {
  archived?: boolean;
  title?: string;
  limit: number;
  after?: { updatedAt: number; id: string };
}

@Injectable()
export class ConversationsRepository {
  constructor(private readonly db: Database) {}

  async find(workspaceId: string, id: string): Promise<Conversation | null> {
    return (await this.db.select(Conversation, "WHERE workspace_id = ? AND id = ?", [workspaceId, id]))[0] ?? null;
  }

  /** Like {@link find}, and holds the row until the transaction ends. */
  async findForUpdate(workspaceId: string, id: string): Promise<Conversation | null> {
    await this.db.query(`SELECT id FROM conversations WHERE workspace_id = ? AND id = ?${this.db.dialect.forUpdate}`, [
      workspaceId,
      id,
    ]);
    return this.find(workspaceId, id);
  }

  /** Newest change first; one row more than `limit`, to tell whether there is a next page. */
  async list(workspaceId: string, filter: ConversationFilter): Promise<Conversation[]> {
    const { archived = false, title, after, limit } = filter;
    const [conditions, params] = [
      ["workspace_id = ?", "archived = ?"],
      [workspaceId, archived ? 1 : 0],
    ] as [string[], SqlValue[]];
    if (title) {
      conditions.push("lower(title) LIKE ?");
      params.push(`%${title.toLowerCase().replace(/[%_\\]/g, "")}%`);
    }
    if (after) {
      conditions.push("(updated_at, id) < (?, ?)");
      params.push(after.updatedAt, after.id);
    }
    const where = `WHERE ${conditions.join(" AND ")} ORDER BY updated_at DESC, id DESC LIMIT ?`;
    return this.db.select(Conversation, where, [...params, limit + 1]);
  }

  async insert(row: Conversation): Promise<void> {
    await this.db.repository(Conversation).insert(row as never);
  }

  async update(workspaceId: string, id: string, changes: Partial<Conversation>): Promise<void> {
    await this.db.repository(Conversation).update({ workspaceId, id }, changes as never);
  }

  async delete(workspaceId: string, id: string): Promise<boolean> {
    const sql = "DELETE FROM conversations WHERE workspace_id = ? AND id = ? AND legal_hold = 0";
    return (await this.db.execute(sql, [workspaceId, id])) > 0;
  }

  /** A conversation that has no title yet gets this one. */
  async nameIfUntitled(id: string, title: string): Promise<void> {
    await this.db.execute("UPDATE conversations SET title = ? WHERE id = ? AND title = ''", [title, id]);
  }
}
