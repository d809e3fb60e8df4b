// The wire shapes of Parley's public contract (REST §4, Socket.IO §5), as every client sees them.

/** USD as a plain decimal string, exact to the provider's last digit ("0.000128"). Never parse it to a float for sums. */
export type Usd = string;
/** A UUIDv7. */
export type Id = string;
/** ISO 8601, UTC. */
export type IsoTime = string;

/** A page of a keyset list; stable under inserts. `nextCursor` is null on the last page. */
export interface Page<T> {
  data: T[];
  nextCursor: string | null;
}

/** One wrong field. `path` is dotted (`params.temperature`); "" means the body as a whole. */
export interface FieldError {
  path: string;
  message: string;
}

/** RFC 9457 problem details with the platform's members. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  requestId: string;
  instance?: string;
  errors?: FieldError[];
  details?: Record<string, unknown>;
}

/** The error of a socket ack and of a failed message. */
export interface AckError {
  code: string;
  message: string;
  retryable: boolean;
  details?: Record<string, unknown>;
}

export type Role = "owner" | "admin" | "member" | "viewer";

/** An account. */
export interface User {
  id: Id;
  email: string;
  name: string;
  /** Owns the instance: sees its queues and operator pages. */
  isOperator: boolean;
  createdAt: IsoTime;
}

/** A workspace as the signed-in account sees it. */
export interface Workspace {
  id: Id;
  name: string;
  /** The caller's role in it. */
  role: Role;
  createdAt: IsoTime;
}

/** `GET auth/me`, and the answer of register and login. */
export interface Me {
  user: User;
  workspaces: Workspace[];
}

export interface Member {
  userId: Id;
  email: string;
  name: string;
  role: Role;
  createdAt: IsoTime;
}

/** An open invitation to a workspace. */
export interface Invite {
  id: Id;
  role: Role;
  /** Only this address may use it; null: whoever has the token. */
  email: string | null;
  createdAt: IsoTime;
  expiresAt: IsoTime;
}

/** A new invitation. Its token is shown this once. */
export interface CreatedInvite extends Invite {
  token: string;
}

/** One signed-in browser (`GET auth/sessions`). */
export interface Session {
  id: Id;
  current: boolean;
  userAgent: string | null;
  createdAt: IsoTime;
  lastSeenAt: IsoTime;
}

/** Sampling and output settings of a conversation or one message, in OpenRouter's own names; unset: the provider's default. */
export interface Params {
  temperature?: number;
  top_p?: number;
  /** Tokens. */
  max_tokens?: number;
  reasoning?: { effort?: string; max_tokens?: number; enabled?: boolean };
  tools?: unknown[];
  [name: string]: unknown;
}

export interface Conversation {
  id: Id;
  workspaceId: Id;
  title: string;
  /** OpenRouter's model id, `vendor/model`. */
  model: string;
  systemPrompt: string | null;
  params: Params;
  pinned: boolean;
  archived: boolean;
  folderId: Id | null;
  tags: string[];
  /** Days; overrides the workspace's retention. */
  retentionDays: number | null;
  /** Blocks deletion and retention. */
  legalHold: boolean;
  /** The newest message of the branch that is shown; null while empty. */
  activeLeafId: Id | null;
  /** The account that began it. */
  createdBy: Id | null;
  createdAt: IsoTime;
  updatedAt: IsoTime;
  /** Sum of all its calls. */
  costUsd: Usd;
}

export type MessageRole = "system" | "user" | "assistant" | "tool";
export type MessageStatus = "pending" | "streaming" | "completed" | "stopped" | "interrupted" | "failed";
/** `unsettled`: the end of the call was not seen; the amount follows by `message:settled`. */
export type CostState = "none" | "estimated" | "final" | "reconciled" | "unsettled";

export interface TokenUsage {
  promptTokens: number;
  completionTokens: number;
  reasoningTokens: number;
  cachedTokens: number;
}

/** A whole tool call of a finished message (OpenAI's form). */
export interface ToolCall {
  index?: number;
  id: string;
  type: "function";
  function: { name: string; arguments: string };
}

/** A piece of a tool call; pieces with one `index` are joined (`arguments` by appending). */
export interface ToolCallDelta {
  index: number;
  id?: string;
  type?: "function";
  function?: { name?: string; arguments?: string };
}

/** A citation or file note as the provider sent it. */
export type Annotation = Record<string, unknown>;

export interface Message {
  id: Id;
  conversationId: Id;
  parentId: Id | null;
  role: MessageRole;
  status: MessageStatus;
  /** Counts from 1; a retry before any output was seen raises it. */
  attempt: number;
  content: string;
  reasoning?: string | null;
  toolCalls?: ToolCall[] | null;
  annotations?: Annotation[] | null;
  model: string | null;
  provider?: string | null;
  finishReason?: string | null;
  usage?: TokenUsage | null;
  costUsd?: Usd | null;
  costState: CostState;
  /** From acceptance to the end, ms. */
  latencyMs?: number | null;
  /** From acceptance to the first token, ms. */
  firstTokenMs?: number | null;
  generationId?: string | null;
  error?: { code: string; message: string; retryable: boolean } | null;
  clientMessageId?: string | null;
  createdBy?: Id | null;
  createdAt: IsoTime;
  completedAt?: IsoTime | null;
}

/** What a send answers: the stored user message and the assistant message that is about to stream. */
export interface SentMessages {
  userMessage: Message;
  assistantMessage: Message;
}

/** Body of `POST conversations/{id}/messages`. */
export interface SendMessageBody {
  /** Chosen by the client, unique in the conversation; a repeat is answered with the first result. */
  clientMessageId: string;
  content: string;
  parentId?: Id | null;
  model?: string;
  params?: Params;
}

/** Body of `POST conversations` and, in parts, of `PATCH conversations/{id}`. */
export interface ConversationInput {
  title?: string;
  model?: string;
  systemPrompt?: string | null;
  params?: Params;
  pinned?: boolean;
  archived?: boolean;
  folderId?: Id | null;
  tags?: string[];
  /** A message of the conversation: the branch that ends there becomes the shown one. Only in PATCH. */
  activeLeafId?: Id;
}

/** Prices as decimal strings in USD per token, or per unit where the name says so. */
export interface ModelPricing {
  /** Null: varies (routers). */
  promptUsd: Usd | null;
  completionUsd: Usd | null;
  requestUsd?: Usd;
  imageUsd?: Usd;
  webSearchUsd?: Usd;
  internalReasoningUsd?: Usd;
  inputCacheReadUsd?: Usd;
  inputCacheWriteUsd?: Usd;
}

/** An entry of `GET models`. */
export interface Model {
  id: string;
  name: string;
  description: string;
  /** Tokens. */
  contextLength: number | null;
  inputModalities: string[];
  outputModalities: string[];
  supportedParameters: string[];
  /** Tokens. */
  maxCompletionTokens: number | null;
  pricing: ModelPricing;
  /** Can think before it answers. */
  reasoning: boolean;
  createdAt: IsoTime | null;
}

export type ProviderKind = "openrouter" | "openai-compatible";

/** A provider key in the vault; its secret is never readable again. */
export interface ProviderKey {
  id: Id;
  provider: ProviderKind;
  label: string;
  baseUrl: string | null;
  /** The secret's last characters. */
  masked: string;
  fingerprint: string;
  /** Counts the secrets that this key has had. */
  secretVersion: number;
  createdAt: IsoTime;
  updatedAt: IsoTime;
  lastUsedAt: IsoTime | null;
}

export interface ProviderKeyInput {
  provider: ProviderKind;
  label: string;
  secret: string;
  baseUrl?: string;
}

/** What trying a key out told. */
export interface ProviderKeyTest {
  ok: boolean;
  /** In words for people. */
  message: string;
  /** Why it failed, for programs. */
  code: string | null;
  /** The provider's name of the key. */
  providerLabel: string | null;
  /** What the key may still spend; null: no limit, or not told. */
  limitRemainingUsd: Usd | null;
}

/** A row of `GET analytics/calls`: one call to a provider, counted once, at the cost the provider charged. */
export interface ProviderCall {
  id: Id;
  /** What called: `chat` … */
  kind: string;
  userId: Id | null;
  /** The vault's key; null: the instance's own. */
  providerKeyId: Id | null;
  conversationId: Id | null;
  messageId: Id | null;
  attempt: number;
  /** The provider's id of the generation. */
  generationId: string | null;
  /** The model that was asked. */
  model: string;
  /** The model that answered. */
  servedModel: string | null;
  provider: string | null;
  promptTokens: number | null;
  completionTokens: number | null;
  reasoningTokens: number | null;
  cachedTokens: number | null;
  cacheWriteTokens: number | null;
  /** To the provider's last digit; null while unknown. */
  costUsd: Usd | null;
  costState: Exclude<CostState, "none">;
  isByok: boolean | null;
  finishReason: string | null;
  errorCode: string | null;
  /** ms */
  firstTokenMs: number | null;
  /** ms */
  latencyMs: number | null;
  createdAt: IsoTime;
  settledAt: IsoTime | null;
}
