// What the server tells over Socket.IO, as documented classes (contract §5).
import {
  BoolField,
  EnumField,
  IntField,
  JsonField,
  ListField,
  MoneyField,
  ObjectField,
  TextField,
  UuidField,
} from "#libs/dto/index";
import { ConversationView, MessageView, ToolCallView } from "#src/chat/chat.views";

const COST_STATES = ["none", "estimated", "final", "reconciled", "unsettled"] as const;

/** `message:created`, and the ends `message:completed`, `message:stopped`, `message:interrupted`, `message:failed`. */
export class MessageEvent {
  @ObjectField(() => MessageView)
  message!: MessageView;
}

export class MessageDeltaEvent {
  @UuidField()
  messageId!: string;

  @IntField({ min: 1 })
  attempt!: number;

  @IntField({ min: 1, description: "1, 2, 3 … within (messageId, attempt), with no gap." })
  seq!: number;

  @TextField({ optional: true, description: "To be appended to `content`." })
  text?: string;

  @TextField({ optional: true, description: "To be appended to `reasoning`." })
  reasoning?: string;

  @ListField(() => ToolCallView, { optional: true })
  toolCalls?: ToolCallView[];

  @ListField({ schema: { type: "object", additionalProperties: true }, check: () => undefined }, { optional: true })
  annotations?: Record<string, unknown>[];
}

/** `message:restarted`: a retry before any output was seen; `seq` starts again at 1. */
export class MessageRestartedEvent {
  @UuidField()
  messageId!: string;

  @IntField({ min: 1 })
  attempt!: number;
}

/** `message:settled`: the cost was reconciled after the end. */
export class MessageSettledEvent {
  @UuidField()
  messageId!: string;

  @MoneyField({ nullable: true })
  costUsd!: string | null;

  @EnumField(COST_STATES)
  costState!: (typeof COST_STATES)[number];
}

export class ConversationEvent {
  @ObjectField(() => ConversationView)
  conversation!: ConversationView;
}

/** `draft:updated`: what the same account writes in another tab. */
export class DraftUpdatedEvent {
  @UuidField()
  workspaceId!: string;

  @UuidField()
  conversationId!: string;

  @TextField()
  text!: string;
}

/** `membership:changed`: the account joined or left a workspace, or has another role in it. Connections in it are closed next. */
export class MembershipChangedEvent {
  @UuidField()
  workspaceId!: string;
}

/** The error of an ack, and `data` of a `connect_error`. */
export class AckErrorView {
  @TextField()
  code!: string;

  @TextField()
  message!: string;

  @BoolField()
  retryable!: boolean;

  @JsonField({ optional: true, description: "Facts of the code; `errors` lists wrong fields." })
  details?: Record<string, unknown>;
}
