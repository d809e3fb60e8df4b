// Every entity of the application.

import { AuditEvent, AuditHead, AuditSubject } from "./audit/audit-event.entity.js";
import { ApiKey } from "./auth/api-key.entity.js";
import { Session } from "./auth/session.entity.js";
import { User } from "./auth/user.entity.js";
import { Invite, Member, Workspace } from "./auth/workspace.entity.js";
import { CatalogCopy, ModelPrices } from "./catalog/catalog.entity.js";
import { ModelFavourite, WorkspaceModels } from "./catalog/workspace-models.entity.js";
import { Conversation } from "./chat/conversation.entity.js";
import { Generation } from "./chat/generation.entity.js";
import { Message } from "./chat/message.entity.js";
import { MessageFeedback } from "./chat/message-feedback.entity.js";
import { GatewayAnswer, GatewaySettings } from "./gateway/gateway-answer.entity.js";
import { GatewayLog } from "./gateway/gateway-log.entity.js";
import { GatewayProcess } from "./gateway/gateway-process.entity.js";
import { Identity, IdentityGrant } from "./oidc/identity.entity.js";
import { Passkey } from "./passkeys/passkey.entity.js";
import { CostCorrection, CostRecheck } from "./usage/cost-correction.entity.js";
import { ProviderCall } from "./usage/provider-call.entity.js";
import { ProviderKey } from "./vault/provider-key.entity.js";

export const entities = [
  User,
  Session,
  Workspace,
  Member,
  Invite,
  ApiKey,
  ProviderKey,
  ProviderCall,
  CostCorrection,
  CostRecheck,
  Conversation,
  Message,
  MessageFeedback,
  Generation,
  AuditEvent,
  AuditHead,
  AuditSubject,
  GatewayProcess,
  GatewaySettings,
  GatewayAnswer,
  GatewayLog,
  CatalogCopy,
  ModelPrices,
  WorkspaceModels,
  ModelFavourite,
  Passkey,
  Identity,
  IdentityGrant,
];
