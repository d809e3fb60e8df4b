// The common end of send, regenerate, continue and edit: rows in, room told, job out.

import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { Logger } from "#libs/observability/index";
import { Queues } from "#libs/queues/index";
import { type Actor } from "#src/auth/actor";
import { assertModel } from "#src/auth/key-models";
import { ChatEvents } from "./chat-events.js";
import { ChatTree } from "./chat-tree.js";
import { type Conversation } from "./conversation.entity.js";
import { type GenerationKind } from "./generation.entity.js";
import { GenerationsRepository } from "./generations.repository.js";
import { type Message } from "./message.entity.js";

@Injectable()
export class StartGeneration {
  constructor(
    private readonly db: Database,
    private readonly tree: ChatTree,
    private readonly generations: GenerationsRepository,
    private readonly events: ChatEvents,
    private readonly queues: Queues,
    private readonly logger: Logger,
  ) {}

  /**
   * Must run in the transaction of its caller: the messages, the generation and the new active leaf are one commit.
   * @throws ForbiddenError `model_not_allowed`
   * @param added new messages in order; the last one is the pending answer
   */
  async execute(
    actor: Actor,
    conversation: Conversation,
    added: Message[],
    kind: GenerationKind,
    changes: Partial<Conversation> = {},
  ): Promise<void> {
    const answer = added.at(-1)!;
    const { workspaceId, conversationId } = answer;
    assertModel(actor, answer.model ?? conversation.model, answer.params ?? {});
    await this.tree.messages.insert(added);
    await this.generations.insert({
      messageId: answer.id,
      workspaceId,
      conversationId,
      userId: answer.createdBy,
      kind,
    });
    const changed = { ...changes, activeLeafId: answer.id, updatedAt: Date.now() };
    await this.tree.conversations.update(workspaceId, conversation.id, changed);
    this.events.messageCreated(...added);
    this.events.conversation("updated", { ...conversation, ...changed });
    this.db.afterCommit(() => this.enqueue(answer.id));
  }

  /** Not awaited by anybody: the answer to the client waits for the commit only, and the sweeper repairs a lost job. */
  private enqueue(messageId: string): void {
    this.queues
      .add("chat.generate-reply", { messageId }, { jobId: `${messageId}:0` })
      .catch((error: unknown) => this.logger.warn("enqueue_failed", { messageId, error }));
  }
}
