// The message tree in the database.

import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { Message, TERMINAL_STATUSES } from "./message.entity.js";

/** Longest branch that is read: far above any real chat, it bounds the recursion. */
const MAX_DEPTH = 5_000;

/** Walks from a message to its root. Bound parameters: leaf, workspace, workspace. */
const BRANCH = `WITH RECURSIVE branch (id, parent_id, depth) AS (
  SELECT id, parent_id, 0 FROM messages WHERE id = ? AND workspace_id = ?
  UNION ALL
  SELECT m.id, m.parent_id, b.depth + 1 FROM messages m JOIN branch b ON m.id = b.parent_id
  WHERE m.workspace_id = ? AND b.depth < ${MAX_DEPTH}
)`;

@Injectable()
export class MessagesRepository {
  constructor(private readonly db: Database) {}

  async find(workspaceId: string, id: string): Promise<Message | null> {
    return (await this.db.select(Message, "WHERE workspace_id = ? AND id = ?", [workspaceId, id]))[0] ?? null;
  }

  async findByClientId(workspaceId: string, conversationId: string, clientMessageId: string): Promise<Message | null> {
    const where = "WHERE conversation_id = ? AND client_message_id = ? AND workspace_id = ?";
    return (await this.db.select(Message, where, [conversationId, clientMessageId, workspaceId]))[0] ?? null;
  }

  /** The first assistant message below a user's message: the answer that its send was acked with. */
  async firstReply(workspaceId: string, parentId: string): Promise<Message | null> {
    const where = "WHERE parent_id = ? AND workspace_id = ? AND role = 'assistant' ORDER BY id LIMIT 1";
    return (await this.db.select(Message, where, [parentId, workspaceId]))[0] ?? null;
  }

  async insert(rows: Message[]): Promise<void> {
    await this.db.repository(Message).insert(rows as never);
  }

  /** The whole tree in order of creation; one row more than `limit`. */
  async listAll(workspaceId: string, conversationId: string, limit: number, afterId?: string): Promise<Message[]> {
    const where = "WHERE conversation_id = ? AND id > ? AND workspace_id = ? ORDER BY id LIMIT ?";
    return this.db.select(Message, where, [conversationId, afterId ?? "", workspaceId, limit + 1]);
  }

  /** The branch that ends at `leafId`, newest page, oldest first; one row more than `limit` (then the first is the extra one). */
  async listBranch(workspaceId: string, leafId: string, limit: number): Promise<Message[]> {
    const ids = await this.db.query<{ id: string }>(`${BRANCH} SELECT id FROM branch ORDER BY depth LIMIT ?`, [
      leafId,
      workspaceId,
      workspaceId,
      limit + 1,
    ]);
    return this.inOrder(workspaceId, ids.map((row) => row.id).reverse());
  }

  /** The newest leaf below (or at) a message: what a switch to that version shows. */
  async newestLeafBelow(workspaceId: string, id: string): Promise<string | undefined> {
    const rows = await this.db.query<{ id: string }>(
      `WITH RECURSIVE below (id, depth) AS (
         SELECT id, 0 FROM messages WHERE id = ? AND workspace_id = ?
         UNION ALL
         SELECT m.id, b.depth + 1 FROM messages m JOIN below b ON m.parent_id = b.id WHERE b.depth < ${MAX_DEPTH}
       )
       SELECT id FROM below WHERE NOT EXISTS (SELECT 1 FROM messages c WHERE c.parent_id = below.id) ORDER BY id DESC LIMIT 1`,
      [id, workspaceId],
    );
    return rows[0]?.id;
  }

  /** Those of the given messages that have ended. */
  async ended(ids: readonly string[]): Promise<Message[]> {
    if (ids.length === 0) return [];
    const where = `WHERE id IN (${marks(ids)}) AND status IN (${marks(TERMINAL_STATUSES)})`;
    return this.db.select(Message, where, [...ids, ...TERMINAL_STATUSES]);
  }

  private async inOrder(workspaceId: string, ids: string[]): Promise<Message[]> {
    const rows: Message[] = [];
    // SQLite and PostgreSQL both bind at most some ten thousand values; prompts of long branches stay below.
    for (let at = 0; at < ids.length; at += 1_000) {
      const some = ids.slice(at, at + 1_000);
      rows.push(
        ...(await this.db.select(Message, `WHERE id IN (${marks(some)}) AND workspace_id = ?`, [...some, workspaceId])),
      );
    }
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }
}

function marks(values: readonly string[]): string {
  return values.map(() => "?").join(", ");
}
