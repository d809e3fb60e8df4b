// Accepts a person's message: one transaction, then the job. The same clientMessageId is answered with the first result.

import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { IdempotencyConflictError } from "#libs/errors/index";
import { type Actor } from "#src/auth/actor";
import { type SendMessageDto } from "./chat.dto.js";
import { UnknownParentError } from "./chat.errors.js";
import { ChatTree } from "./chat-tree.js";
import { type Message } from "./message.entity.js";
import { assistantMessage, requestHash, titleFrom, userMessage } from "./message-factory.js";
import { StartGeneration } from "./start-generation.js";

/** A stored pair; `repeated` when the request had been accepted before. */
export interface Sent {
  userMessage: Message;
  assistantMessage: Message;
  repeated: boolean;
}

@Injectable()
export class SendMessage {
  constructor(
    private readonly db: Database,
    private readonly tree: ChatTree,
    private readonly start: StartGeneration,
  ) {}

  /**
   * @throws NotFoundError, UnknownParentError, IdempotencyConflictError (same id, other body)
   */
  async execute(actor: Actor, conversationId: string, body: SendMessageDto): Promise<Sent> {
    const { clientMessageId } = body;
    const hash = requestHash("send", body);
    return this.db.transaction(async () => {
      const conversation = await this.tree.conversationForUpdate(actor.workspaceId, conversationId);
      const earlier = await this.tree.messages.findByClientId(actor.workspaceId, conversationId, clientMessageId);
      if (earlier) return this.firstResult(earlier, hash);
      const parentId = body.parentId === undefined ? conversation.activeLeafId : body.parentId;
      if (body.parentId) await this.requireParent(actor.workspaceId, conversationId, body.parentId);
      const place = { workspaceId: actor.workspaceId, conversationId, createdBy: actor.userId };
      const question = userMessage({ ...place, parentId }, body.content, { clientMessageId, requestHash: hash });
      const answer = assistantMessage(
        { ...place, parentId: question.id },
        { model: body.model ?? conversation.model, params: { ...conversation.params, ...body.params } },
      );
      const named = conversation.title === "" ? { title: titleFrom(body.content) } : {};
      await this.start.execute(actor, conversation, [question, answer], "reply", named);
      return { userMessage: question, assistantMessage: answer, repeated: false };
    });
  }

  private async firstResult(earlier: Message, hash: string): Promise<Sent> {
    const reply = await this.tree.messages.firstReply(earlier.workspaceId, earlier.id);
    if (earlier.requestHash !== hash || !reply) throw new IdempotencyConflictError();
    return { userMessage: earlier, assistantMessage: reply, repeated: true };
  }

  private async requireParent(workspaceId: string, conversationId: string, parentId: string): Promise<void> {
    const parent = await this.tree.messages.find(workspaceId, parentId);
    if (parent?.conversationId !== conversationId) throw new UnknownParentError();
  }
}
