// Regenerate, continue, edit: each makes a sibling, since a message that has ended never changes.

import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { IdempotencyConflictError } from "#libs/errors/index";
import { type Actor } from "#src/auth/actor";
import { type ContinueDto, type EditMessageDto, type RegenerateDto } from "./chat.dto.js";
import { WrongMessageError } from "./chat.errors.js";
import { ChatTree } from "./chat-tree.js";
import { type GenerationKind } from "./generation.entity.js";
import { type Message } from "./message.entity.js";
import { assistantMessage, requestHash, userMessage } from "./message-factory.js";
import { type Sent } from "./send-message.js";
import { StartGeneration } from "./start-generation.js";

@Injectable()
export class BranchActions {
  constructor(
    private readonly db: Database,
    private readonly tree: ChatTree,
    private readonly start: StartGeneration,
  ) {}

  /** A new answer beside this one. @throws WrongMessageError when it is no answer */
  async regenerate(actor: Actor, messageId: string, body: RegenerateDto): Promise<Message> {
    return this.answerBeside(actor, messageId, body, "reply");
  }

  /** A new answer beside this one that begins with its text. @throws WrongMessageError while it is still being written */
  async continue(actor: Actor, messageId: string, body: ContinueDto): Promise<Message> {
    return this.answerBeside(actor, messageId, body, "continue");
  }

  /** A new version of a person's message, with an answer of its own. */
  async edit(actor: Actor, messageId: string, body: EditMessageDto): Promise<Sent> {
    const hash = requestHash(`edit ${messageId}`, body);
    return this.db.transaction(async () => {
      const target = await this.tree.message(actor.workspaceId, messageId);
      if (target.role !== "user") throw new WrongMessageError("Only a person's message can be edited.");
      const conversation = await this.tree.conversationForUpdate(actor.workspaceId, target.conversationId);
      const earlier = await this.earlier(target, body.clientMessageId, hash);
      if (earlier) {
        const reply = await this.tree.messages.firstReply(actor.workspaceId, earlier.id);
        if (!reply) throw new IdempotencyConflictError();
        return { userMessage: earlier, assistantMessage: reply, repeated: true };
      }
      const place = { workspaceId: actor.workspaceId, conversationId: conversation.id, createdBy: actor.userId };
      const client = { clientMessageId: body.clientMessageId ?? null, requestHash: hash };
      const question = userMessage({ ...place, parentId: target.parentId }, body.content, client);
      const request = { model: body.model ?? conversation.model, params: conversation.params };
      const answer = assistantMessage({ ...place, parentId: question.id }, request);
      await this.start.execute(actor, conversation, [question, answer], "reply");
      return { userMessage: question, assistantMessage: answer, repeated: false };
    });
  }

  private async answerBeside(
    actor: Actor,
    messageId: string,
    body: RegenerateDto,
    kind: GenerationKind,
  ): Promise<Message> {
    const hash = requestHash(`${kind} ${messageId}`, body);
    return this.db.transaction(async () => {
      const target = await this.tree.message(actor.workspaceId, messageId);
      if (target.role !== "assistant") throw new WrongMessageError("Only an answer can be regenerated or continued.");
      if (kind === "continue" && ["pending", "streaming"].includes(target.status)) {
        throw new WrongMessageError("This answer is still being written.");
      }
      const conversation = await this.tree.conversationForUpdate(actor.workspaceId, target.conversationId);
      const earlier = await this.earlier(target, body.clientMessageId, hash);
      if (earlier) return earlier;
      const place = { ...pickPlace(target), createdBy: actor.userId };
      const request = {
        model: body.model ?? target.model ?? conversation.model,
        params: target.params ?? conversation.params,
        ...(kind === "continue" && { kept: target.content }),
      };
      const answer = assistantMessage(place, request, {
        clientMessageId: body.clientMessageId ?? null,
        requestHash: hash,
      });
      await this.start.execute(actor, conversation, [answer], kind);
      return answer;
    });
  }

  private async earlier(target: Message, clientMessageId: string | undefined, hash: string): Promise<Message | null> {
    if (clientMessageId === undefined) return null;
    const earlier = await this.tree.messages.findByClientId(target.workspaceId, target.conversationId, clientMessageId);
    if (earlier && earlier.requestHash !== hash) throw new IdempotencyConflictError();
    return earlier;
  }
}

function pickPlace({
  workspaceId,
  conversationId,
  parentId,
}: Message): Pick<Message, "workspaceId" | "conversationId" | "parentId"> {
  return { workspaceId, conversationId, parentId };
}
