// Conversations in the database.

import { Injectable } from "@nestjs/common";
import { type FindOptionsWhere, LessThan, Like } from "typeorm";
import { Database } from "#libs/database/index";
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
    const where: FindOptionsWhere<Conversation> = { workspaceId, archived: filter.archived ?? false };
    if (filter.title) where.title = Like(`%${filter.title.replace(/[%_]/g, "")}%`);
    const { after } = filter;
    const page = after
      ? [
          { ...where, updatedAt: LessThan(after.updatedAt) },
          { ...where, updatedAt: after.updatedAt, id: LessThan(after.id) },
        ]
      : where;
    return this.db
      .repository(Conversation)
      .find({ where: page, order: { updatedAt: "DESC", id: "DESC" }, take: filter.limit + 1 });
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
