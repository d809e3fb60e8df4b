// How conversations and messages look to clients; rows become it in to-view.ts.
import {
  BoolField,
  DateTimeField,
  EnumField,
  IntField,
  JsonField,
  ListField,
  MoneyField,
  ObjectField,
  TextField,
  text,
  UuidField,
} from "#libs/dto/index";
import {
  COST_STATES,
  type CostState,
  MESSAGE_ROLES,
  MESSAGE_STATUSES,
  type MessageRole,
  type MessageStatus,
} from "./message.entity.js";
import { RATINGS, type Rating } from "./message-feedback.entity.js";

export class ConversationView {
  @UuidField() id!: string;
  @UuidField() workspaceId!: string;
  @TextField() title!: string;
  @TextField() model!: string;
  @TextField({ nullable: true }) systemPrompt!: string | null;
  @JsonField() params!: Record<string, unknown>;
  @BoolField() pinned!: boolean;
  @BoolField() archived!: boolean;
  @UuidField({ nullable: true }) folderId!: string | null;
  @ListField(text()) tags!: string[];
  @IntField({ nullable: true }) retentionDays!: number | null;
  @BoolField() legalHold!: boolean;
  @UuidField({ nullable: true }) activeLeafId!: string | null;
  @UuidField({ nullable: true, description: "The account that began it." }) createdBy!: string | null;
  @MoneyField({ description: "Sum of its provider calls, each rounded at 1e-12 USD." }) costUsd!: string;
  @DateTimeField() createdAt!: string;
  @DateTimeField() updatedAt!: string;
}

export class UsageView {
  @IntField({ description: "Native tokens, with cached ones." }) promptTokens!: number;
  @IntField({ description: "Native tokens, with reasoning ones." }) completionTokens!: number;
  @IntField() reasoningTokens!: number;
  @IntField() cachedTokens!: number;
}

export class MessageErrorView {
  @TextField() code!: string;
  @TextField() message!: string;
  @BoolField() retryable!: boolean;
  @JsonField({ optional: true, description: "What is known of it beside the words, by its code." })
  details?: Record<string, unknown>;
}

export class ToolFunctionView {
  @TextField() name!: string;
  @TextField({ description: "JSON text as the model wrote it." }) arguments!: string;
}

export class ToolCallView {
  @TextField() id!: string;
  @TextField() type!: string;
  @ObjectField(() => ToolFunctionView) function!: ToolFunctionView;
}

export class MessageView {
  @UuidField() id!: string;
  @UuidField() conversationId!: string;
  @UuidField({ nullable: true }) parentId!: string | null;
  @EnumField(MESSAGE_ROLES) role!: MessageRole;
  @EnumField(MESSAGE_STATUSES) status!: MessageStatus;
  @IntField() attempt!: number;
  @TextField() content!: string;
  @TextField({ nullable: true }) reasoning!: string | null;
  @ListField(() => ToolCallView, { nullable: true }) toolCalls!: ToolCallView[] | null;
  @ListField({ schema: { type: "object", additionalProperties: true }, check: () => undefined }, { nullable: true })
  annotations!: unknown[] | null;
  @TextField({ nullable: true, description: "Asked for; once it answers, the served one is in analytics/calls." })
  model!: string | null;
  @TextField({ nullable: true }) provider!: string | null;
  @TextField({ nullable: true }) finishReason!: string | null;
  @ObjectField(() => UsageView, { nullable: true }) usage!: UsageView | null;
  @MoneyField({ nullable: true, description: "Exact sum of its provider calls; null while unknown." }) costUsd!:
    | string
    | null;
  @EnumField(COST_STATES) costState!: CostState;
  @IntField({ nullable: true, description: "From acceptance to the end, ms." }) latencyMs!: number | null;
  @IntField({ nullable: true, description: "From acceptance to the first token, ms." }) firstTokenMs!: number | null;
  @TextField({ nullable: true, description: "The provider's id of the generation." }) generationId!: string | null;
  @ObjectField(() => MessageErrorView, { nullable: true }) error!: MessageErrorView | null;
  @TextField({ nullable: true }) clientMessageId!: string | null;
  @UuidField({ nullable: true }) createdBy!: string | null;
  @DateTimeField() createdAt!: string;
  @DateTimeField({ nullable: true }) completedAt!: string | null;
}

export class FeedbackView {
  @UuidField() messageId!: string;
  @EnumField(RATINGS) rating!: Rating;
  @TextField({ nullable: true }) comment!: string | null;
  @DateTimeField() createdAt!: string;
  @DateTimeField() updatedAt!: string;
}

export class SentMessagesView {
  @ObjectField(() => MessageView) userMessage!: MessageView;
  @ObjectField(() => MessageView) assistantMessage!: MessageView;
}

export class StreamPositionView {
  @UuidField() messageId!: string;
  @IntField() attempt!: number;
  @IntField({ description: "The newest delta there is; `content` of the message holds the text up to it." })
  seq!: number;
}

export class JoinedConversationView {
  @ObjectField(() => ConversationView) conversation!: ConversationView;
  @ListField(() => MessageView, { description: "Active branch, newest page, oldest first." }) messages!: MessageView[];
  @ListField(() => StreamPositionView) streams!: StreamPositionView[];
}
