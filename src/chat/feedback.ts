// Thumbs up or down for an answer, with a comment: each member has one opinion of each answer, and can change it.

import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { type Actor } from "#src/auth/actor";
import { type FeedbackDto } from "./chat.dto.js";
import { WrongMessageError } from "./chat.errors.js";
import { ChatTree } from "./chat-tree.js";
import { TERMINAL_STATUSES } from "./message.entity.js";
import { MessageFeedback } from "./message-feedback.entity.js";

const MINE = "WHERE workspace_id = ? AND user_id = ?";

@Injectable()
export class Feedback {
  constructor(
    private readonly db: Database,
    private readonly tree: ChatTree,
  ) {}

  /**
   * Gives or changes the actor's opinion; repeats are harmless.
   * @throws NotFoundError
   * @throws WrongMessageError when it is no answer, or one that has not ended
   */
  async give(actor: Actor, messageId: string, { rating, comment }: FeedbackDto): Promise<MessageFeedback> {
    return this.db.transaction(async () => {
      const { role, status, conversationId } = await this.tree.message(actor.workspaceId, messageId);
      if (role !== "assistant") throw new WrongMessageError("Only an answer can be rated.");
      if (!(TERMINAL_STATUSES as readonly string[]).includes(status))
        throw new WrongMessageError("The answer has not ended yet.");
      const now = Date.now();
      const row = {
        message_id: messageId,
        user_id: actor.userId,
        workspace_id: actor.workspaceId,
        conversation_id: conversationId,
        rating,
        comment: comment || null,
        created_at: now,
        updated_at: now,
      };
      await this.db.insert("message_feedback", row, CHANGE);
      const where = `${MINE} AND message_id = ?`;
      return (await this.db.select(MessageFeedback, where, [actor.workspaceId, actor.userId, messageId]))[0]!;
    });
  }

  /** Takes the actor's opinion back; harmless when there is none. @throws NotFoundError */
  async withdraw(actor: Actor, messageId: string): Promise<void> {
    await this.tree.message(actor.workspaceId, messageId);
    const sql = `DELETE FROM message_feedback ${MINE} AND message_id = ?`;
    await this.db.execute(sql, [actor.workspaceId, actor.userId, messageId]);
  }

  /** The actor's opinions in a conversation, in order of its messages, after a message; one more than `limit`. @throws NotFoundError */
  async list(actor: Actor, conversationId: string, limit: number, afterId = ""): Promise<MessageFeedback[]> {
    await this.tree.conversation(actor.workspaceId, conversationId);
    const where = `${MINE} AND conversation_id = ? AND message_id > ? ORDER BY message_id LIMIT ?`;
    return this.db.select(MessageFeedback, where, [
      actor.workspaceId,
      actor.userId,
      conversationId,
      afterId,
      limit + 1,
    ]);
  }
}

const CHANGE = `ON CONFLICT (message_id, user_id) DO UPDATE
  SET rating = excluded.rating, comment = excluded.comment, updated_at = excluded.updated_at`;
