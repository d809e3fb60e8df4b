// What clients may send about conversations and messages, over REST and sockets alike.
import {
  BoolField,
  EnumField,
  IntField,
  JsonField,
  ListField,
  PageQuery,
  TextField,
  text,
  UuidField,
} from "#libs/dto/index";
import { RATINGS, type Rating } from "./message-feedback.entity.js";

/** Longest message, code points; with four bytes each it stays within the 1 MiB of a request. */
export const MAX_CONTENT = 200_000;
export const MAX_SYSTEM_PROMPT = 100_000;
const MODEL = {
  min: 1,
  max: 200,
  pattern: /^[\w~@./:+,-]+$/,
  expected: "a model id such as openai/gpt-4o-mini",
  example: "anthropic/claude-haiku-4.5",
};
const PARAMS =
  "Request parameters for the provider (temperature, max_tokens, reasoning, tools …), in its own names; camelCase is understood.";
const CLIENT_MESSAGE_ID = { min: 1, max: 64, pattern: /^[\x21-\x7e]+$/, expected: "1 to 64 visible ASCII characters" };

export class CreateConversationDto {
  @TextField({ optional: true, trim: true, min: 1, max: 300 }) title?: string;
  @TextField({ optional: true, ...MODEL }) model?: string;
  @TextField({ optional: true, nullable: true, max: MAX_SYSTEM_PROMPT }) systemPrompt?: string | null;
  @JsonField({ optional: true, description: PARAMS }) params?: Record<string, unknown>;
  @BoolField({ optional: true }) pinned?: boolean;
  @BoolField({ optional: true }) archived?: boolean;
  @UuidField({ optional: true, nullable: true }) folderId?: string | null;
  @ListField(text({ min: 1, max: 50 }), { optional: true, max: 20, unique: true }) tags?: string[];
}

export class UpdateConversationDto extends CreateConversationDto {
  @UuidField({
    optional: true,
    description: "A message of the conversation: the branch that ends there becomes the active one.",
  })
  activeLeafId?: string;

  @IntField({
    optional: true,
    nullable: true,
    min: 1,
    max: 36_500,
    description: "Days; overrides the workspace's retention.",
  })
  retentionDays?: number | null;

  @BoolField({ optional: true, description: "Blocks deletion and retention (owner or admin)." }) legalHold?: boolean;
}

export class ListConversationsQuery extends PageQuery {
  @BoolField({ optional: true, description: "Only archived ones, or (default) only those that are not." })
  archived?: boolean;
  @TextField({ optional: true, trim: true, min: 1, max: 100, description: "Part of the title." }) title?: string;
}

export class ListMessagesQuery extends PageQuery {
  @EnumField(["active", "all"], {
    optional: true,
    default: "all",
    description:
      "`active`: the shown branch from its newest page backwards, each page oldest first. `all`: the whole tree, oldest first.",
  })
  branch: "active" | "all" = "all";
}

export class SendMessageDto {
  @TextField({
    ...CLIENT_MESSAGE_ID,
    description: "Chosen by the client; a repeat with the same body is answered with the first result.",
  })
  clientMessageId!: string;

  @TextField({ min: 1, max: MAX_CONTENT }) content!: string;
  @UuidField({
    optional: true,
    nullable: true,
    description: "The message to answer; default: the active leaf. null: a new root.",
  })
  parentId?: string | null;

  @TextField({ optional: true, ...MODEL }) model?: string;
  @JsonField({ optional: true, description: PARAMS }) params?: Record<string, unknown>;
}

export class RegenerateDto {
  @TextField({ optional: true, ...MODEL }) model?: string;
  @TextField({ optional: true, ...CLIENT_MESSAGE_ID }) clientMessageId?: string;
}

export class ContinueDto {
  @TextField({ optional: true, ...CLIENT_MESSAGE_ID }) clientMessageId?: string;
}

export class EditMessageDto {
  @TextField({ min: 1, max: MAX_CONTENT }) content!: string;
  @TextField({ optional: true, ...MODEL }) model?: string;
  @TextField({ optional: true, ...CLIENT_MESSAGE_ID }) clientMessageId?: string;
}

/** Longest comment on an answer, code points. */
export const MAX_FEEDBACK_COMMENT = 2_000;

export class FeedbackDto {
  @EnumField(RATINGS) rating!: Rating;
  @TextField({
    optional: true,
    nullable: true,
    trim: true,
    max: MAX_FEEDBACK_COMMENT,
    description: "Why; replaces an earlier comment. Left out or empty: none.",
  })
  comment?: string | null;
}

export class MessageEventsQuery {
  @IntField({ optional: true, min: 0, description: "Only deltas after this seq." }) after?: number;
}
