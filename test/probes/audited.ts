// Which writes the audit log must know, each with the act that it is; and which it need not, each with the reason.
import type { AuditAction } from "#src/auth/audit-trail";
import type { Ids } from "./catalogue.js";

/** What earlier acts have left for later ones. */
export interface Stage {
  ids: Ids;
  /** A conversation that nothing holds. */
  free?: string;
  /** Somebody who has joined. */
  joined?: string;
  invite?: string;
  reset?: string;
}

/** A write that is one event of the audit log. */
export interface AuditedWrite {
  action: AuditAction;
  /** Who does it; default: the home workspace's owner. "nobody": without credentials. */
  as?: string;
  /** In place of the probes' body. */
  body?: (stage: Stage) => Record<string, unknown>;
  /** In place of the home workspace's. */
  ids?: (stage: Stage) => Partial<Ids>;
  keep?: (answer: Record<string, unknown>, stage: Stage) => void;
}

const PASSWORD = "a long enough password 42";
const OTHER = "another long password 43";
const WS = "/api/v1/workspaces/{ws}";

/** Route → act, in an order in which they can be done one after the other. */
export const AUDITED: Record<string, AuditedWrite> = {
  "POST /api/v1/auth/register": {
    action: "account.registered",
    as: "nobody",
    body: () => ({ email: "audited@example.test", password: PASSWORD }),
  },
  "POST /api/v1/auth/login": {
    action: "session.opened",
    as: "nobody",
    body: () => ({ email: "audited@example.test", password: PASSWORD }),
  },
  "PATCH /api/v1/auth/me": { action: "account.updated" },
  "POST /api/v1/workspaces": { action: "workspace.created" },
  [`PATCH ${WS}`]: { action: "workspace.renamed" },
  [`POST ${WS}/api-keys`]: { action: "api_key.created" },
  [`PATCH ${WS}/api-keys/{id}`]: { action: "api_key.changed", body: () => ({ scopes: ["read"] }) },
  [`DELETE ${WS}/api-keys/{id}`]: { action: "api_key.revoked" },
  [`PUT ${WS}/budgets`]: { action: "budget.changed" },
  "PUT /api/v1/instance/budgets": { action: "budget.changed", as: "operator" },
  [`PATCH ${WS}/models/settings`]: { action: "models.changed", body: () => ({ allowed: ["sim/plain"] }) },
  [`PATCH ${WS}/gateway/settings`]: { action: "gateway.changed", body: () => ({ cacheEnabled: true }) },
  [`DELETE ${WS}/gateway/cache`]: { action: "gateway.cache_emptied" },
  [`DELETE ${WS}/gateway/logs/{id}`]: { action: "gateway.log_deleted" },
  [`DELETE ${WS}/gateway/logs`]: { action: "gateway.logs_emptied" },
  [`POST ${WS}/vault/keys`]: { action: "provider_key.created" },
  [`POST ${WS}/vault/keys/{id}/test`]: { action: "provider_key.tested" },
  [`PATCH ${WS}/vault/keys/{id}`]: { action: "provider_key.changed" },
  [`POST ${WS}/vault/keys/{id}/rotate`]: { action: "provider_key.rotated" },
  [`POST ${WS}/vault/rotate`]: { action: "vault.rotated" },
  [`DELETE ${WS}/vault/keys/{id}`]: { action: "provider_key.deleted" },
  [`POST ${WS}/invites`]: {
    action: "invite.created",
    keep: ({ token }, stage) => Object.assign(stage, { invite: token }),
  },
  [`DELETE ${WS}/invites/{id}`]: { action: "invite.revoked" },
  "POST /api/v1/workspaces/invites/accept": {
    action: "member.joined",
    as: "stranger",
    body: ({ invite }) => ({ token: invite }),
  },
  [`PATCH ${WS}/members/{userId}`]: { action: "member.role_changed" },
  [`DELETE ${WS}/members/{userId}`]: { action: "member.removed" },
  [`PATCH ${WS}/conversations/{id}`]: { action: "conversation.hold_set", body: () => ({ legalHold: true }) },
  [`DELETE ${WS}/conversations/{id}`]: { action: "conversation.deleted", ids: ({ free }) => ({ conversation: free! }) },
  "POST /api/v1/instance/accounts/{id}/reset": {
    action: "account.reset_issued",
    as: "operator",
    keep: ({ path }, stage) => Object.assign(stage, { reset: String(path).split("#").at(-1) }),
  },
  "POST /api/v1/auth/password-reset/redeem": {
    action: "account.password_reset",
    as: "nobody",
    body: ({ reset }) => ({ token: reset, newPassword: OTHER }),
  },
  // With mail: the link is sent after the answer.
  "POST /api/v1/auth/password-reset": {
    action: "account.reset_issued",
    as: "nobody",
    body: () => ({ email: "audited@example.test" }),
  },
  "PATCH /api/v1/instance/accounts/{id}": { action: "account.disabled", as: "operator" },
  "DELETE /api/v1/instance/accounts/{id}": { action: "account.deleted", as: "operator" },
  [`POST ${WS}/transfer`]: { action: "workspace.handed_over", body: ({ joined }) => ({ userId: joined }) },
  [`DELETE ${WS}`]: { action: "workspace.deleted", as: "stranger" },
  "DELETE /api/v1/auth/identities/{id}": { action: "account.identity_unlinked" },
  "POST /api/v1/auth/email": {
    action: "account.email_changed",
    body: () => ({ email: "audited-anew@example.test", currentPassword: PASSWORD }),
  },
  "POST /api/v1/auth/password": {
    action: "account.password_changed",
    body: () => ({ currentPassword: PASSWORD, newPassword: OTHER }),
  },
  "DELETE /api/v1/auth/sessions": { action: "session.revoked" },
  "DELETE /api/v1/auth/sessions/{id}": { action: "session.revoked" },
  "POST /api/v1/auth/logout": { action: "session.closed", as: "viewer" },
  "POST /api/v1/auth/me/delete": { action: "account.deleted", as: "admin", body: () => ({ password: PASSWORD }) },
};

const PASSKEYS = "src/passkeys/passkeys.spec.ts";
const SECOND_FACTOR = "src/second-factor/second-factors.spec.ts";

/** Acts that are recorded when their work is done, not with the request: the spec that sees it. */
export const RECORDED_LATER: Record<string, { action: AuditAction; spec: string }> = {
  "POST /api/v1/instance/vault/rotate": { action: "vault.rotated", spec: "src/vault/rewrap-keys.spec.ts" },
  // Only with a code that the app shows.
  "POST /api/v1/auth/second-factor/confirm": { action: "account.second_factor_enabled", spec: SECOND_FACTOR },
  "POST /api/v1/auth/second-factor/recovery-codes": { action: "account.recovery_codes_renewed", spec: SECOND_FACTOR },
  "POST /api/v1/auth/second-factor/disable": { action: "account.second_factor_disabled", spec: SECOND_FACTOR },
  // Only with an authenticator.
  "POST /api/v1/auth/passkeys": { action: "account.passkey_added", spec: PASSKEYS },
  "DELETE /api/v1/auth/passkeys/{id}": { action: "account.passkey_removed", spec: PASSKEYS },
  "POST /api/v1/auth/passkeys/login": { action: "session.opened", spec: "test/e2e/web/passkeys.browser.spec.ts" },
  // Linking itself happens on the way back from the provider.
  "POST /api/v1/auth/identities": { action: "account.identity_linked", spec: "src/oidc/oidc-sign-in.spec.ts" },
};

const CONTENT =
  "content of a conversation: the message itself is the record, with author and time, and a conversation's deletion is audited";

/** Writes of REST and sockets that are not relevant to security. A line more needs a reason in the review. */
export const NOT_RELEVANT: Record<string, string> = {
  "POST /api/v1/auth/passkeys/options": "reads: what the browser needs to make a passkey",
  "POST /api/v1/auth/passkeys/login/options": "reads: a challenge, the same for everybody",
  "PATCH /api/v1/auth/passkeys/{id}": "a name of one's own, which gives no right",
  "POST /api/v1/auth/second-factor": "makes a secret that opens nothing until it is confirmed, which is recorded",
  "POST /api/v1/workspaces/invites/offer": "reads what an invitation offers, by its token",
  [`POST ${WS}/conversations`]: CONTENT,
  [`POST ${WS}/conversations/{id}/messages`]: CONTENT,
  [`POST ${WS}/messages/{id}/continue`]: CONTENT,
  [`POST ${WS}/messages/{id}/edit`]: CONTENT,
  [`POST ${WS}/messages/{id}/regenerate`]: CONTENT,
  [`POST ${WS}/messages/{id}/stop`]: CONTENT,
  [`POST ${WS}/messages/{id}/feedback`]: "one's own opinion",
  [`DELETE ${WS}/messages/{id}/feedback`]: "one's own opinion",
  [`PUT ${WS}/models/favourites/{model}`]: "one's own list, which gives no right",
  [`DELETE ${WS}/models/favourites/{model}`]: "one's own list, which gives no right",
  "POST /v1/chat/completions": "a call of a model: a row of the ledger, with key, model and cost",
  "POST /v1/embeddings": "a call of a model: a row of the ledger, with key, model and cost",
  "POST /v1/responses": "a call of a model: a row of the ledger, with key, model and cost",
  "conversation:join": "reads",
  "conversation:leave": "ends what the connection itself has joined",
  "workspace:join": "reads",
  "draft:update": "one's own draft, kept nowhere",
  "message:send": CONTENT,
  "message:stop": CONTENT,
  "message:regenerate": CONTENT,
  "message:continue": CONTENT,
  "message:edit": CONTENT,
};
