// The wire shapes of Parley's REST API (contract §4), named; they are generated from the API's own document.
import type { components } from "./openapi.generated.js";

type Schemas = components["schemas"];

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
export type FieldError = Schemas["FieldErrorView"];
/** RFC 9457 problem details with the platform's members. */
export type Problem = Schemas["ProblemView"];
/** The error of a socket ack. */
export type AckError = Schemas["AckErrorView"];

/** What this server is: who may register, whether it is a demo. Readable by everybody. */
export type Instance = Schemas["InstanceView"];
/** The server's limits: sizes, lengths, tries. */
export type Limits = Schemas["LimitsView"];

export type Role = Schemas["WorkspaceView"]["role"];
/** An account. */
export type User = Schemas["UserView"];
/** A workspace as the signed-in account sees it; `role` is the account's own. */
export type Workspace = Schemas["WorkspaceView"];
/** `GET auth/me`, and the answer of register and login. */
export type Me = Schemas["MeView"];
export type Member = Schemas["MemberView"];
/** An open invitation to a workspace. */
export type Invite = Schemas["InviteView"];
/** A new invitation. Its token is shown this once. */
export type CreatedInvite = Schemas["CreatedInviteView"];
/** What an invite's token offers. */
export type InviteOffer = Schemas["InviteOfferView"];
/** What one action is, and which roles may do it. */
export type Policy = Schemas["PolicyView"];
/** Which key-encryption key wraps how many workspace keys. */
export type MasterKeys = Schemas["MasterKeysView"];
/** An account as operators see it. */
export type InstanceAccount = Schemas["AccountView"];
/** What the deletion of an account does to its workspaces. */
export type AccountDeletion = Schemas["AccountDeletionView"];
export type OwnDeletion = Schemas["OwnDeletionView"];
/** A workspace as operators see it. */
export type InstanceWorkspace = Schemas["InstanceWorkspaceView"];
/** One signed-in browser (`GET auth/sessions`). */
export type Session = Schemas["SessionView"];
/** A passkey of the account. */
export type Passkey = Schemas["PasskeyView"];
/** A sign-in provider that is linked to the account. */
export type Identity = Schemas["IdentityView"];

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

export type Conversation = Schemas["ConversationView"];
/** Body of `POST conversations`. */
export type ConversationInput = Schemas["CreateConversationDto"];
/** Body of `PATCH conversations/{id}`: what is given changes. */
export type ConversationChange = Schemas["UpdateConversationDto"];

export type Message = Schemas["MessageView"];
export type UsageReport = Schemas["UsageReportView"];
export type UsageSummary = Schemas["SummaryView"];
export type Reconciliation = Schemas["ReconciliationView"];
export type Budget = Schemas["BudgetView"];
export type BudgetInput = Schemas["BudgetDto"];
/** All budgets that an account sees, and what is set beside them. */
export type Budgets = Schemas["BudgetsView"];
/** What the signed-in member thinks of an answer. */
export type Feedback = Schemas["FeedbackView"];
export type MessageRole = Message["role"];
export type MessageStatus = Message["status"];
/** `unsettled`: the end of the call was not seen; the amount follows by `message:settled`. */
export type CostState = Message["costState"];
/** Native tokens of the model. */
export type TokenUsage = Schemas["UsageView"];
/** A whole tool call, its pieces joined (OpenAI's form). */
export type ToolCall = Schemas["ToolCallView"];

/** A piece of a tool call; pieces with one `index` are joined (`arguments` by appending). */
export interface ToolCallDelta {
  index: number;
  id?: string;
  type?: string;
  function?: { name?: string; arguments?: string };
}

/** A citation, image or file note as the provider sent it. */
export type Annotation = Record<string, unknown>;

/** What a send answers: the stored user message and the assistant message that is about to stream. */
export type SentMessages = Schemas["SentMessagesView"];
/** Body of `POST conversations/{id}/messages`. `clientMessageId` is the client's choice; a repeat gets the first result. */
export type SendMessageBody = Schemas["SendMessageDto"];

/** Prices as decimal strings in USD per token, or per unit where the name says so; null: varies. */
export type ModelPricing = Schemas["ModelPricingView"];
/** An entry of `GET models`. */
export type Model = Schemas["ListedModelView"];
/** What a workspace allows, calls and prefers. */
export type ModelSettings = Schemas["ModelSettingsView"];
/** A change of {@link ModelSettings}; what is absent stays. */
export type ModelSettingsChange = Schemas["UpdateModelSettingsDto"];
/** What a model has cost from one time to another. */
export type ModelPrices = Schemas["ModelPricesView"];

/** A provider key in the vault; its secret is never readable again. */
export type ProviderKey = Schemas["ProviderKeyView"];
export type ProviderKind = ProviderKey["provider"];
export type ProviderKeyInput = Schemas["CreateProviderKeyDto"];
/** What trying a key out told. */
export type ProviderKeyTest = Schemas["KeyTestView"];

/** A platform key: a program's access to one workspace. */
export type ApiKey = Schemas["ApiKeyView"];
/** With `token`, the key itself, shown this once. */
export type CreatedApiKey = Schemas["CreatedApiKeyView"];
export type ApiKeyInput = Schemas["CreateApiKeyDto"];
export type ApiKeyChange = Schemas["UpdateApiKeyDto"];
export type Scope = ApiKey["scopes"][number];

/** A row of `GET analytics/calls`: one call to a provider, counted once, at the cost the provider charged. */
export type ProviderCall = Schemas["CallView"];
/** A logged call of the gateway; a detail view has its bodies, too. */
export type GatewayLog = Schemas["GatewayLogView"];
export type GatewayLogDetail = Schemas["GatewayLogDetailView"];
/** One act in the audit log. */
export type AuditEvent = Schemas["AuditEventView"];
/** Whether the audit log holds. */
export type AuditVerification = Schemas["AuditVerificationView"];
