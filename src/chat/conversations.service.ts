// Conversations: create, list, change, delete.

import { Injectable } from "@nestjs/common";
import { Database, newId } from "#libs/database/index";
import { decodeCursor, type Page, toPage } from "#libs/dto/index";
import { type Actor } from "#src/auth/actor";
import { type AuditAction, AuditTrail } from "#src/auth/audit-trail";
import { WorkspaceModelsService } from "#src/catalog/workspace-models";
import {
  type CreateConversationDto,
  type ListConversationsQuery,
  type ListMessagesQuery,
  type UpdateConversationDto,
} from "./chat.dto.js";
import { LegalHoldError, UnknownParentError } from "./chat.errors.js";
import { type ConversationView, type MessageView } from "./chat.views.js";
import { ChatEvents } from "./chat-events.js";
import { ChatTree } from "./chat-tree.js";
import { Conversation } from "./conversation.entity.js";
import { toConversationView, toMessageView } from "./to-view.js";

@Injectable()
export class ConversationsService {
  constructor(
    private readonly db: Database,
    private readonly models: WorkspaceModelsService,
    private readonly tree: ChatTree,
    private readonly events: ChatEvents,
    private readonly audit: AuditTrail,
  ) {}

  async create(actor: Actor, body: CreateConversationDto): Promise<ConversationView> {
    const now = Date.now();
    const row = Object.assign(new Conversation(), {
      id: newId(),
      workspaceId: actor.workspaceId,
      createdBy: actor.userId,
      title: body.title ?? "",
      model: body.model ?? (await this.models.defaultModel(actor.workspaceId)),
      systemPrompt: body.systemPrompt ?? null,
      params: body.params ?? {},
      pinned: body.pinned ?? false,
      archived: body.archived ?? false,
      folderId: body.folderId ?? null,
      tags: body.tags ?? [],
      retentionDays: null,
      legalHold: false,
      activeLeafId: null,
      costUsd: "0",
      createdAt: now,
      updatedAt: now,
    });
    await this.db.transaction(async () => {
      await this.tree.conversations.insert(row);
      this.events.conversation("created", row);
    });
    return toConversationView(row);
  }

  async list(actor: Actor, query: ListConversationsQuery): Promise<Page<ConversationView>> {
    const after =
      query.cursor === undefined ? undefined : decodeCursor<[number, string]>(query.cursor, ["number", "string"]);
    const rows = await this.tree.conversations.list(actor.workspaceId, {
      limit: query.limit,
      ...(query.archived !== undefined && { archived: query.archived }),
      ...(query.title !== undefined && { title: query.title }),
      ...(after && { after: { updatedAt: after[0], id: after[1] } }),
    });
    return toPage(rows, query.limit, (row) => [row.updatedAt, row.id], toConversationView);
  }

  async get(actor: Actor, id: string): Promise<ConversationView> {
    return toConversationView(await this.tree.conversation(actor.workspaceId, id));
  }

  /** @throws NotFoundError, UnknownParentError when activeLeafId is not of this conversation */
  async update(actor: Actor, id: string, body: UpdateConversationDto): Promise<ConversationView> {
    return this.db.transaction(async () => {
      const row = await this.tree.conversationForUpdate(actor.workspaceId, id);
      const changes: Partial<Conversation> = definedOf(body);
      if (body.activeLeafId !== undefined) changes.activeLeafId = await this.leafOf(row, body.activeLeafId);
      const changed = { ...row, ...changes, updatedAt: Date.now() };
      await this.tree.conversations.update(actor.workspaceId, id, { ...changes, updatedAt: changed.updatedAt });
      if (changed.legalHold !== row.legalHold)
        await this.note(changed.legalHold ? "conversation.hold_set" : "conversation.hold_lifted", actor, id);
      this.events.conversation("updated", changed);
      return toConversationView(changed);
    });
  }

  /** Deletes the conversation with all its messages. @throws NotFoundError, LegalHoldError */
  async delete(actor: Actor, id: string): Promise<void> {
    await this.db.transaction(async () => {
      const row = await this.tree.conversationForUpdate(actor.workspaceId, id);
      if (!(await this.tree.conversations.delete(actor.workspaceId, id))) throw new LegalHoldError();
      await this.note("conversation.deleted", actor, id);
      this.events.conversation("deleted", row);
    });
  }

  private async note(action: AuditAction, actor: Actor, id: string): Promise<void> {
    const target = { type: "conversation", id };
    await this.audit.record({ action, workspaceId: actor.workspaceId, actor, target });
  }

  async messages(actor: Actor, id: string, query: ListMessagesQuery): Promise<Page<MessageView>> {
    const conversation = await this.tree.conversation(actor.workspaceId, id);
    const cursor = query.cursor === undefined ? undefined : decodeCursor<[string]>(query.cursor, ["string"])[0];
    if (query.branch === "all") {
      const rows = await this.tree.messages.listAll(actor.workspaceId, id, query.limit, cursor);
      return toPage(rows, query.limit, (row) => [row.id], toMessageView);
    }
    const leaf = cursor ?? conversation.activeLeafId;
    if (!leaf) return { data: [], nextCursor: null };
    const rows = await this.tree.messages.listBranch(actor.workspaceId, leaf, query.limit);
    // Pages go backwards: the extra row is the oldest one, and the next page ends with it.
    const page = toPage(rows.toReversed(), query.limit, () => [rows[0]!.id], toMessageView);
    return { data: page.data.toReversed(), nextCursor: page.nextCursor };
  }

  private async leafOf(conversation: Conversation, messageId: string): Promise<string> {
    const message = await this.tree.messages.find(conversation.workspaceId, messageId);
    if (message?.conversationId !== conversation.id) throw new UnknownParentError();
    return (await this.tree.messages.newestLeafBelow(conversation.workspaceId, messageId)) ?? messageId;
  }
}

function definedOf(body: UpdateConversationDto): Partial<Conversation> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}
