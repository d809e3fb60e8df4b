// Conversations and their messages, read together with the rules of who may see what.

import { Injectable } from "@nestjs/common";
import { NotFoundError } from "#libs/errors/index";
import { type Conversation } from "./conversation.entity.js";
import { ConversationsRepository } from "./conversations.repository.js";
import { type Message } from "./message.entity.js";
import { MessagesRepository } from "./messages.repository.js";

@Injectable()
export class ChatTree {
  constructor(
    readonly conversations: ConversationsRepository,
    readonly messages: MessagesRepository,
  ) {}

  /** @throws NotFoundError also for another workspace's conversation */
  async conversation(workspaceId: string, id: string): Promise<Conversation> {
    return (await this.conversations.find(workspaceId, id)) ?? notFound("This conversation");
  }

  /** Like {@link conversation}, held against other writers until the transaction ends. */
  async conversationForUpdate(workspaceId: string, id: string): Promise<Conversation> {
    return (await this.conversations.findForUpdate(workspaceId, id)) ?? notFound("This conversation");
  }

  /** @throws NotFoundError also for another workspace's message */
  async message(workspaceId: string, id: string): Promise<Message> {
    return (await this.messages.find(workspaceId, id)) ?? notFound("This message");
  }
}

function notFound(what: string): never {
  throw new NotFoundError(what);
}
