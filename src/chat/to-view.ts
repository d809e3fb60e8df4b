// Rows as clients see them; REST, sockets and worker events use the same functions. Apart from the classes that describe them in the
// API's document, which a worker has no use for.
import { isoTime } from "#libs/http/index";
import { type ConversationView, type FeedbackView, type MessageView, type SentMessagesView } from "./chat.views.js";
import { type Conversation } from "./conversation.entity.js";
import { type Message } from "./message.entity.js";
import { type MessageFeedback } from "./message-feedback.entity.js";

export function toConversationView(row: Conversation): ConversationView {
  const { id, workspaceId, title, model, systemPrompt, params, pinned, archived, folderId, tags } = row;
  return {
    id,
    workspaceId,
    title,
    model,
    systemPrompt,
    params,
    pinned,
    archived,
    folderId,
    tags,
    retentionDays: row.retentionDays,
    legalHold: row.legalHold,
    activeLeafId: row.activeLeafId,
    createdBy: row.createdBy,
    costUsd: row.costUsd,
    createdAt: isoTime(row.createdAt),
    updatedAt: isoTime(row.updatedAt),
  };
}

export function toMessageView(row: Message): MessageView {
  return {
    id: row.id,
    conversationId: row.conversationId,
    parentId: row.parentId,
    role: row.role,
    status: row.status,
    attempt: row.attempt,
    content: row.content,
    reasoning: row.reasoning,
    toolCalls: row.toolCalls,
    annotations: row.annotations,
    model: row.model,
    provider: row.provider,
    finishReason: row.finishReason,
    usage:
      row.promptTokens === null
        ? null
        : {
            promptTokens: row.promptTokens,
            completionTokens: row.completionTokens ?? 0,
            reasoningTokens: row.reasoningTokens ?? 0,
            cachedTokens: row.cachedTokens ?? 0,
          },
    costUsd: row.costUsd,
    costState: row.costState,
    latencyMs: row.latencyMs,
    firstTokenMs: row.firstTokenMs,
    generationId: row.generationId,
    error: row.error,
    clientMessageId: row.clientMessageId,
    createdBy: row.createdBy,
    createdAt: isoTime(row.createdAt),
    completedAt: row.completedAt === null ? null : isoTime(row.completedAt),
  };
}

/** Both messages of a send as clients see them. */
export function toSentView(sent: { userMessage: Message; assistantMessage: Message }): SentMessagesView {
  return { userMessage: toMessageView(sent.userMessage), assistantMessage: toMessageView(sent.assistantMessage) };
}

export function toFeedbackView({ messageId, rating, comment, createdAt, updatedAt }: MessageFeedback): FeedbackView {
  return {
    messageId,
    rating,
    comment,
    createdAt: isoTime(createdAt),
    updatedAt: isoTime(updatedAt),
  };
}
