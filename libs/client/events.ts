// The Socket.IO events of Parley's public contract §5: what each side sends, and what an ack carries.
import type {
  AckError,
  Annotation,
  Conversation,
  CostState,
  Id,
  Message,
  SendMessageBody,
  SentMessages,
  ToolCallDelta,
  Usd,
} from "./types.js";

/** Every ack: the result, or an error that was meant. */
export type Ack<T> = { ok: true; data: T } | { ok: false; error: AckError };

/** Where a live message stands: the newest event that the server has. */
export interface StreamPosition {
  messageId: Id;
  attempt: number;
  seq: number;
}

/** Ack of `conversation:join`; the deltas after `resume` follow as events. */
export interface JoinedConversation {
  conversation: Conversation;
  /** The active branch, its newest page, oldest first. */
  messages: Message[];
  streams: StreamPosition[];
}

export interface JoinConversation {
  workspaceId: Id;
  conversationId: Id;
  /** Last seq seen of each message; the server sends exactly what came after. */
  resume?: Record<Id, number>;
}

interface OnMessage {
  workspaceId: Id;
  messageId: Id;
}

/** With an id of the client's choice a repeat is answered with the first result. */
interface Repeatable {
  clientMessageId?: string;
}

/** Client → server: payload and ack data of each event. */
export interface ClientEvents {
  "conversation:join": { payload: JoinConversation; data: JoinedConversation };
  "conversation:leave": { payload: { conversationId: Id }; data: unknown };
  "message:send": {
    payload: SendMessageBody & { workspaceId: Id; conversationId: Id };
    data: SentMessages;
  };
  "message:stop": { payload: OnMessage; data: Message };
  "message:regenerate": { payload: OnMessage & Repeatable & { model?: string }; data: Message };
  "message:continue": { payload: OnMessage & Repeatable; data: Message };
  "message:edit": { payload: OnMessage & Repeatable & { content: string; model?: string }; data: SentMessages };
  "draft:update": { payload: { workspaceId: Id; conversationId: Id; text: string }; data: unknown };
  "workspace:join": { payload: { workspaceId: Id }; data: unknown };
}

/** One piece of a stream. `seq` counts 1, 2, 3 … within (messageId, attempt), without a gap. */
export interface MessageDelta {
  messageId: Id;
  attempt: number;
  seq: number;
  text?: string;
  reasoning?: string;
  toolCalls?: ToolCallDelta[];
  annotations?: Annotation[];
}

/** A retry before any output was seen; seq starts again at 1. */
export interface MessageRestarted {
  messageId: Id;
  attempt: number;
}

/** The cost of a finished message became known. */
export interface MessageSettled {
  messageId: Id;
  costUsd: Usd | null;
  costState: CostState;
}

/** Half (50), 80 or 100 percent of a soft budget is spent; told once for each in a period. */
export interface WorkspaceBudget {
  workspaceId: Id;
  scope: "workspace" | "member" | "key";
  /** The member's account, or the platform key. */
  subjectId: Id | null;
  period: "day" | "month" | "total";
  percent: 50 | 80 | 100;
  spentUsd: Usd;
  softUsd: Usd;
}

/** Server → client. */
export interface ServerEvents {
  "message:created": { message: Message };
  "message:delta": MessageDelta;
  "message:restarted": MessageRestarted;
  "message:completed": { message: Message };
  "message:stopped": { message: Message };
  "message:interrupted": { message: Message };
  "message:failed": { message: Message };
  "message:settled": MessageSettled;
  "conversation:created": { conversation: Conversation };
  "conversation:updated": { conversation: Conversation };
  /** The account joined or left a workspace, or has another role in it: read `auth/me` again. */
  "membership:changed": { workspaceId: Id };
  "conversation:deleted": { conversation: Pick<Conversation, "id"> };
  "draft:updated": { conversationId: Id; text: string };
  "workspace:budget": WorkspaceBudget;
}

/** The events that end a message; each message gets exactly one. */
export const TERMINAL_EVENTS = [
  "message:completed",
  "message:stopped",
  "message:interrupted",
  "message:failed",
] as const;

export type TerminalEvent = (typeof TERMINAL_EVENTS)[number];
export type ClientEventName = keyof ClientEvents;
export type ServerEventName = keyof ServerEvents;
