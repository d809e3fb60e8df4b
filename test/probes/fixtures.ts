// What a probe needs to get as far as the check of access: a body for each route and event that takes one.
import type { Ids } from "./catalogue.js";

type Body = (ids: Ids) => Record<string, unknown>;

/** A text that was not used before, so that nothing is taken for a repetition. */
const fresh = (): string => crypto.randomUUID();

/**
 * Route → a valid body; ids that a field names are put in by the probe itself. A route with a body that is not here fails the
 * probes: write a body that would be accepted of somebody who may.
 */
export const BODIES: Record<string, Body> = {
  "PATCH /api/v1/auth/me": () => ({ name: fresh() }),
  "POST /api/v1/auth/email": () => ({
    email: `${fresh()}@example.test`,
    currentPassword: "a wrong password 12345",
  }),
  "POST /api/v1/auth/me/delete": () => ({ password: "a wrong password 12345" }),
  "POST /api/v1/auth/password": () => ({
    currentPassword: "a wrong password 12345",
    newPassword: "another password 12345",
  }),
  "POST /api/v1/auth/passkeys/options": () => ({ password: "a wrong password 12345" }),
  "POST /api/v1/auth/passkeys": () => ({ name: fresh(), response: {} }),
  "PATCH /api/v1/auth/passkeys/{id}": () => ({ name: fresh() }),
  "POST /api/v1/auth/second-factor": () => ({ password: "a wrong password 12345" }),
  "POST /api/v1/auth/second-factor/confirm": () => ({ code: "000000" }),
  "POST /api/v1/auth/second-factor/recovery-codes": () => ({ password: "a wrong password 12345", code: "000000" }),
  "POST /api/v1/auth/second-factor/disable": () => ({ password: "a wrong password 12345", code: "000000" }),
  "PATCH /api/v1/instance/accounts/{id}": () => ({ disabled: true }),
  "POST /api/v1/workspaces": () => ({ name: fresh() }),
  "POST /api/v1/workspaces/invites/accept": () => ({ token: "x".repeat(43) }),
  "PUT /api/v1/instance/budgets": () => ({ budgets: [], unknownPriceUsd: "0.1" }),
  "PUT /api/v1/workspaces/{ws}/budgets": ({ user }) => ({
    budgets: [{ scope: "member", subjectId: user, period: "month", hardUsd: "7" }],
  }),
  "PATCH /api/v1/workspaces/{ws}/models/settings": () => ({ defaultModel: null }),
  "PATCH /api/v1/workspaces/{ws}/gateway/settings": () => ({ cacheTtlSeconds: 600 }),
  "PATCH /api/v1/workspaces/{ws}": () => ({ name: fresh() }),
  "POST /api/v1/workspaces/{ws}/transfer": ({ user }) => ({ userId: user }),
  "POST /api/v1/workspaces/{ws}/api-keys": () => ({ name: fresh(), scopes: ["read"] }),
  "PATCH /api/v1/workspaces/{ws}/api-keys/{id}": () => ({ name: fresh() }),
  "POST /api/v1/workspaces/{ws}/conversations": () => ({ title: fresh() }),
  "PATCH /api/v1/workspaces/{ws}/conversations/{id}": () => ({ title: fresh() }),
  "POST /api/v1/workspaces/{ws}/conversations/{id}/messages": () => ({ clientMessageId: fresh(), content: "probe" }),
  "POST /api/v1/workspaces/{ws}/invites": () => ({ role: "viewer" }),
  "PATCH /api/v1/workspaces/{ws}/members/{userId}": () => ({ role: "viewer" }),
  "POST /api/v1/workspaces/{ws}/messages/{id}/continue": () => ({}),
  "POST /api/v1/workspaces/{ws}/messages/{id}/edit": () => ({ content: "probe" }),
  "POST /api/v1/workspaces/{ws}/messages/{id}/feedback": () => ({ rating: "up" }),
  "POST /api/v1/workspaces/{ws}/messages/{id}/regenerate": () => ({}),
  "POST /api/v1/workspaces/{ws}/vault/keys": () => ({
    provider: "openrouter",
    label: fresh(),
    secret: "sk-or-v1-of-a-probe-0123456789",
  }),
  "PATCH /api/v1/workspaces/{ws}/vault/keys/{id}": () => ({ label: fresh() }),
  "POST /api/v1/workspaces/{ws}/vault/keys/{id}/rotate": () => ({ secret: "sk-or-v1-of-a-probe-9876543210" }),
};

/** Event → what it takes beside ids. */
export const PAYLOADS: Record<string, () => Record<string, unknown>> = {
  "conversation:join": () => ({}),
  "conversation:leave": () => ({}),
  "message:send": () => ({ clientMessageId: fresh(), content: "probe" }),
  "message:stop": () => ({}),
  "message:regenerate": () => ({}),
  "message:continue": () => ({}),
  "message:edit": () => ({ content: "probe" }),
  "draft:update": () => ({ text: "probe" }),
  "workspace:join": () => ({}),
};

/** Routes without a workspace that do something of the caller's own alone, by no id and no right of a role. */
export const OWN_AFFAIRS = new Set([
  "GET /api/v1/auth/identities",
  "POST /api/v1/auth/identities",
  "POST /api/v1/auth/logout",
  "GET /api/v1/auth/me",
  "PATCH /api/v1/auth/me",
  "POST /api/v1/auth/email",
  "GET /api/v1/auth/me/deletion",
  "POST /api/v1/auth/me/delete",
  "POST /api/v1/auth/password",
  "GET /api/v1/auth/passkeys",
  "POST /api/v1/auth/passkeys",
  "POST /api/v1/auth/passkeys/options",
  "GET /api/v1/auth/second-factor",
  "POST /api/v1/auth/second-factor",
  "POST /api/v1/auth/second-factor/confirm",
  "POST /api/v1/auth/second-factor/recovery-codes",
  "POST /api/v1/auth/second-factor/disable",
  "GET /api/v1/auth/sessions",
  "DELETE /api/v1/auth/sessions",
  "GET /api/v1/policies",
  "GET /api/v1/workspaces",
  "POST /api/v1/workspaces",
  // By a secret token, which no probe has.
  "POST /api/v1/workspaces/invites/accept",
]);

/** What the router serves beside the API's document. A line more needs a reason in the review. */
export const BESIDE_THE_DOCUMENT: { routes: RegExp; why: string }[] = [
  { routes: /^(GET|HEAD) \/(\*|index\.html|theme\.js|assets\/[^{]+)?$/, why: "the web app's files" },
  { routes: /^(GET|HEAD) \/api\/(openapi\.json|docs(\/[\w.-]+)?)$/, why: "the API's document, which is public" },
  {
    routes: /^[A-Z]+ \/admin\/queues(\/.*)?$/,
    why: "the queue dashboard: probed as a whole in route-spellings.spec.ts",
  },
  {
    routes: /^(POST|GET|HEAD) \/v1\/(chat\/completions|embeddings|responses|models(\/?\*)?)$/,
    why: "the gateway: probed here",
  },
];
