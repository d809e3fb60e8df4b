// The common end of send, regenerate, continue and edit: rows in, room told, job out.

import { Injectable } from "@nestjs/common";
import { type Actor } from "#src/auth/actor";
import { Admission } from "#src/budgets/admission";
import { WorkspaceModelsService } from "#src/catalog/workspace-models";
import { ChatEvents } from "./chat-events.js";
import { ChatTree } from "./chat-tree.js";
import { type Conversation } from "./conversation.entity.js";
import { type GenerationKind } from "./generation.entity.js";
import { GenerationTurns } from "./generation-turns.js";
import { GenerationsRepository } from "./generations.repository.js";
import { type Message } from "./message.entity.js";

@Injectable()
export class StartGeneration {
  constructor(
    private readonly tree: ChatTree,
    private readonly generations: GenerationsRepository,
    private readonly events: ChatEvents,
    private readonly admission: Admission,
    private readonly models: WorkspaceModelsService,
    private readonly turns: GenerationTurns,
  ) {}

  /**
   * Must run in the transaction of its caller: the messages, the generation and the new active leaf are one commit.
   * @throws ForbiddenError `model_not_allowed`; BudgetExceededError; TooManyRequestsError
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
    const createdAt = Date.now();
    const spender = { workspaceId, userId: actor.userId, apiKeyId: actor.key?.id ?? null, createdAt };
    await this.admission.assertOpen(spender);
    const rules = await this.models.rules(workspaceId);
    const { model, alias } = rules.admit(actor, answer.model ?? conversation.model, answer.params ?? {});
    // An alias may stand for another model tomorrow; what answered this is told for good.
    answer.model = model;
    const admittedAt = await this.turns.enter({ workspaceId, userId: answer.createdBy });
    await this.tree.messages.insert(added);
    await this.generations.insert({
      messageId: answer.id,
      workspaceId,
      conversationId,
      userId: answer.createdBy,
      apiKeyId: actor.key?.id ?? null,
      alias,
      kind,
      admittedAt,
    });
    const changed = { ...changes, activeLeafId: answer.id, updatedAt: Date.now() };
    await this.tree.conversations.update(workspaceId, conversation.id, changed);
    this.events.messageCreated(...added);
    this.events.conversation("updated", { ...conversation, ...changed });
    this.turns.begin(answer.id, admittedAt);
  }
}
