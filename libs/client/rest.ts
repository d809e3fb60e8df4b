// Every REST route of the contract §4 that exists, as typed methods; paths, queries and bodies are checked against the API's document.
import createFetch from "openapi-fetch";
import { type Api, answer, done, type PageQuery, type Schemas } from "./answers.js";
import { authRoutes } from "./auth-routes.js";
import { follow, type StreamEvent, streamEvents } from "./follow.js";
import { type ConnectionOptions, Http } from "./http.js";
import type { operations, paths } from "./openapi.generated.js";
import type {
  ApiKeyChange,
  ApiKeyInput,
  ConversationChange,
  ConversationInput,
  Id,
  ModelSettingsChange,
  Page,
  ProviderKeyInput,
  Role,
  SendMessageBody,
  SentMessages,
} from "./types.js";

/** What to look for in the audit log. */
export type CallsQuery = NonNullable<operations["Analytics.list"]["parameters"]["query"]>;
export type AuditQuery = NonNullable<operations["Audit.list"]["parameters"]["query"]>;
/** Which logged calls of the gateway. */
export type GatewayLogsQuery = NonNullable<operations["GatewayLogs.list"]["parameters"]["query"]>;
type Abortable = { signal?: AbortSignal };

/** A typed client of one server. Every method throws ParleyError. */
export type Client = ReturnType<typeof createClient>;
/** The routes of one workspace. */
export type WorkspaceClient = ReturnType<typeof workspaceRoutes>;

const WS = "/api/v1/workspaces/{ws}";

/** Makes a client; nothing is sent yet. */
export function createClient(options: ConnectionOptions) {
  const http = new Http(options);
  const api: Api = createFetch<paths>({ baseUrl: options.baseUrl, fetch: http.perform });
  return {
    http,
    /** The same calls by path, as openapi-fetch has them; failures are thrown here, too. */
    api,
    instance: () => answer(api.GET("/api/v1/instance")),
    /** What each role of a workspace may do. */
    policies: () => answer(api.GET("/api/v1/policies")),
    auth: authRoutes(api),
    operator: operatorRoutes(api),
    workspaces: {
      list: () => answer(api.GET("/api/v1/workspaces")),
      create: (body: { name: string }) => answer(api.POST("/api/v1/workspaces", { body })),
      /** What an invite's token offers; works without an account. */
      offer: (body: { token: string }) => answer(api.POST("/api/v1/workspaces/invites/offer", { body })),
      /** Joins the workspace that an invite's token belongs to. */
      accept: (body: { token: string }) => answer(api.POST("/api/v1/workspaces/invites/accept", { body })),
    },
    workspace: (workspaceId: Id) => workspaceRoutes(http, api, workspaceId),
  };
}

/** What is set beside the budgets, and which of them were read. */
type BudgetOptions = Pick<Schemas["PutBudgetsDto"], "unknownPriceUsd" | "version">;

/** For operators; everybody else gets 404. */
function operatorRoutes(api: Api) {
  const root = "/api/v1/instance" as const;
  return {
    accounts: (query: PageQuery & { q?: string } = {}) => answer(api.GET(`${root}/accounts`, { params: { query } })),
    updateAccount: (id: Id, body: Schemas["UpdateAccountDto"]) =>
      answer(api.PATCH(`${root}/accounts/{id}`, { params: { path: { id } }, body })),
    /** What {@link deleteAccount} would do. */
    deletionOf: (id: Id) => answer(api.GET(`${root}/accounts/{id}/deletion`, { params: { path: { id } } })),
    /** For good. */
    deleteAccount: (id: Id) => done(api.DELETE(`${root}/accounts/{id}`, { params: { path: { id } } })),
    /** A link by which the account gets a new password; shown this once. */
    resetLink: (id: Id) => answer(api.POST(`${root}/accounts/{id}/reset`, { params: { path: { id } } })),
    workspaces: (query: PageQuery & { q?: string } = {}) =>
      answer(api.GET(`${root}/workspaces`, { params: { query } })),
    budgets: () => answer(api.GET(`${root}/budgets`)),
    /** @param more `unknownPriceUsd` stays as it is when it is absent; with `version` see the workspace's */
    putBudgets: (budgets: Schemas["InstanceBudgetDto"][], more: BudgetOptions = {}) =>
      answer(api.PUT(`${root}/budgets`, { body: { budgets, ...more } })),
    settings: () => answer(api.GET(`${root}/settings`)),
    /** The instance's own audit log: sign-ins, accounts, operators' acts. */
    audit: {
      list: (query: AuditQuery = {}) => answer(api.GET(`${root}/audit`, { params: { query } })),
      verify: () => answer(api.GET(`${root}/audit/verify`)),
    },
    /** Which key-encryption key wraps what. */
    vault: () => answer(api.GET(`${root}/vault`)),
    /** Brings everything under the first key of VAULT_KEYS, in a worker; {@link vault} says how far it is. */
    rotateMasterKey: () => answer(api.POST(`${root}/vault/rotate`)),
  };
}

/** ISO times. */
interface SpanQuery {
  from?: string;
  to?: string;
}

type UsageQuery = NonNullable<operations["Analytics.usage"]["parameters"]["query"]>;

function workspaceRoutes(http: Http, api: Api, ws: Id) {
  const path = { ws };
  return {
    get: () => answer(api.GET(WS, { params: { path } })),
    update: (body: { name: string }) => answer(api.PATCH(WS, { params: { path }, body })),
    delete: () => done(api.DELETE(WS, { params: { path } })),
    /** Makes another member an owner; the caller becomes an admin. */
    transfer: (body: { userId: Id }) => answer(api.POST(`${WS}/transfer`, { params: { path }, body })),
    members: {
      list: (query: PageQuery = {}) => answer(api.GET(`${WS}/members`, { params: { path, query } })),
      update: (userId: Id, body: { role: Role }) =>
        done(api.PATCH(`${WS}/members/{userId}`, { params: { path: { ws, userId } }, body })),
      remove: (userId: Id) => done(api.DELETE(`${WS}/members/{userId}`, { params: { path: { ws, userId } } })),
    },
    invites: {
      list: (query: PageQuery = {}) => answer(api.GET(`${WS}/invites`, { params: { path, query } })),
      create: (body: { role: Role; email?: string; expiresInDays?: number }) =>
        answer(api.POST(`${WS}/invites`, { params: { path }, body: body as Schemas["CreateInviteDto"] })),
      delete: (id: Id) => done(api.DELETE(`${WS}/invites/{id}`, { params: { path: { ws, id } } })),
    },
    conversations: conversationRoutes(api, ws),
    messages: messageRoutes(http, api, ws),
    models: modelRoutes(api, ws),
    gateway: gatewayRoutes(api, ws),
    providerKeys: keyRoutes(api, ws),
    apiKeys: apiKeyRoutes(api, ws),
    calls: (query: CallsQuery = {}) => answer(api.GET(`${WS}/analytics/calls`, { params: { path, query } })),
    analytics: analyticsRoutes(api, ws),
    audit: {
      list: (query: AuditQuery = {}) => answer(api.GET(`${WS}/audit`, { params: { path, query } })),
      /** Walks along the whole chain. */
      verify: () => answer(api.GET(`${WS}/audit/verify`, { params: { path } })),
    },
    budgets: {
      list: () => answer(api.GET(`${WS}/budgets`, { params: { path } })),
      /**
       * All of them: what is left out is taken away.
       * @param more `unknownPriceUsd` stays as it is when it is absent; with the `version` that was read, 409
       * `changed_meanwhile` when somebody else has changed them since
       */
      put: (budgets: Schemas["BudgetDto"][], more: BudgetOptions = {}) =>
        answer(api.PUT(`${WS}/budgets`, { params: { path }, body: { budgets, ...more } })),
    },
    limits: () => answer(api.GET(`${WS}/limits`, { params: { path } })),
  };
}

function modelRoutes(api: Api, ws: Id) {
  const all = `${WS}/models` as const;
  const path = { ws };
  const one = (model: string) => ({ path: { ws, model } });
  return {
    /** Those that may be called, or with `all` every one of the provider's. */
    list: (query: PageQuery & { q?: string; all?: boolean } = {}) => answer(api.GET(all, { params: { path, query } })),
    prices: (model: string, query: PageQuery = {}) =>
      answer(api.GET(`${all}/{model}/prices`, { params: { ...one(model), query } })),
    settings: () => answer(api.GET(`${all}/settings`, { params: { path } })),
    update: (body: ModelSettingsChange) => answer(api.PATCH(`${all}/settings`, { params: { path }, body })),
    favourites: (query: PageQuery = {}) => answer(api.GET(`${all}/favourites`, { params: { path, query } })),
    star: (model: string) => done(api.PUT(`${all}/favourites/{model}`, { params: one(model) })),
    unstar: (model: string) => done(api.DELETE(`${all}/favourites/{model}`, { params: one(model) })),
  };
}

function gatewayRoutes(api: Api, ws: Id) {
  const path = { ws };
  return {
    settings: () => answer(api.GET(`${WS}/gateway/settings`, { params: { path } })),
    change: (body: Schemas["UpdateGatewaySettingsDto"]) =>
      answer(api.PATCH(`${WS}/gateway/settings`, { params: { path }, body })),
    /** Logged calls: one's own, to an admin everybody's; without what was said. */
    logs: (query: GatewayLogsQuery = {}) => answer(api.GET(`${WS}/gateway/logs`, { params: { path, query } })),
    /** One logged call with its bodies. That it was read is in the audit log. */
    log: (id: Id) => answer(api.GET(`${WS}/gateway/logs/{id}`, { params: { path: { ws, id } } })),
    deleteLog: (id: Id) => done(api.DELETE(`${WS}/gateway/logs/{id}`, { params: { path: { ws, id } } })),
    deleteLogs: () => done(api.DELETE(`${WS}/gateway/logs`, { params: { path } })),
    /** Deletes every kept answer. */
    emptyCache: () => done(api.DELETE(`${WS}/gateway/cache`, { params: { path } })),
  };
}

function analyticsRoutes(api: Api, ws: Id) {
  const path = { ws };
  return {
    usage: (query: UsageQuery = {}) => answer(api.GET(`${WS}/analytics/usage`, { params: { path, query } })),
    summary: () => answer(api.GET(`${WS}/analytics/summary`, { params: { path } })),
    reconciliation: (query: SpanQuery = {}) =>
      answer(api.GET(`${WS}/analytics/reconciliation`, { params: { path, query } })),
    /** Where the calls of a span can be downloaded as CSV, below the base URL. */
    exportPath: (filter: Omit<CallsQuery, "limit" | "cursor"> = {}) => {
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries(filter)) if (value !== undefined) query.set(name, String(value));
      return `/api/v1/workspaces/${encodeURIComponent(ws)}/analytics/export.csv?${query}`;
    },
  };
}

function conversationRoutes(api: Api, ws: Id) {
  const list = `${WS}/conversations` as const;
  const one = `${list}/{id}` as const;
  const at = (id: Id) => ({ path: { ws, id } });
  return {
    list: (query: PageQuery & { archived?: boolean; title?: string } = {}) =>
      answer(api.GET(list, { params: { path: { ws }, query } })),
    create: (body: ConversationInput = {}) => answer(api.POST(list, { params: { path: { ws } }, body })),
    get: (id: Id) => answer(api.GET(one, { params: at(id) })),
    update: (id: Id, body: ConversationChange) => answer(api.PATCH(one, { params: at(id), body })),
    delete: (id: Id) => done(api.DELETE(one, { params: at(id) })),
    /** `all` (default): the whole tree, oldest first. `active`: the shown branch from its newest page backwards. */
    messages: (id: Id, query: PageQuery & { branch?: "active" | "all" } = {}) =>
      answer(api.GET(`${one}/messages`, { params: { ...at(id), query } })),
  };
}

function messageRoutes(http: Http, api: Api, ws: Id) {
  const root = `/api/v1/workspaces/${encodeURIComponent(ws)}`;
  const sendTo = (conversationId: Id) => `${root}/conversations/${encodeURIComponent(conversationId)}/messages`;
  const one = `${WS}/messages/{id}` as const;
  const at = (id: Id) => ({ path: { ws, id } });
  return {
    /** Answers as soon as the message is stored; read the answer by socket, `follow` or `get`. */
    send: (conversationId: Id, body: SendMessageBody) =>
      answer(
        api.POST(`${WS}/conversations/{id}/messages`, { params: at(conversationId), body }),
      ) as Promise<SentMessages>,
    /** Sends and reads the answer's events on the same connection. Leaving the loop does not stop the answer. */
    async *stream(conversationId: Id, body: SendMessageBody, options: Abortable = {}): AsyncGenerator<StreamEvent> {
      const headers = { accept: "text/event-stream" };
      yield* streamEvents(await http.raw("POST", sendTo(conversationId), { body, headers, ...options }));
    },
    get: (id: Id) => answer(api.GET(one, { params: at(id) })),
    /** The events after a seq, up to the terminal one, through lost connections. */
    follow: (id: Id, after = 0, options: Abortable = {}) =>
      follow(http, `${root}/messages/${encodeURIComponent(id)}/events`, after, options),
    stop: (id: Id) => answer(api.POST(`${one}/stop`, { params: at(id) })),
    regenerate: (id: Id, body: Schemas["RegenerateDto"] = {}) =>
      answer(api.POST(`${one}/regenerate`, { params: at(id), body })),
    continue: (id: Id, body: Schemas["ContinueDto"] = {}) =>
      answer(api.POST(`${one}/continue`, { params: at(id), body })),
    edit: (id: Id, body: Schemas["EditMessageDto"]) => answer(api.POST(`${one}/edit`, { params: at(id), body })),
    /** Rates an answer that has ended; a further rating replaces the own one. */
    rate: (id: Id, body: Schemas["FeedbackDto"]) => answer(api.POST(`${one}/feedback`, { params: at(id), body })),
    /** Takes the own rating back. */
    unrate: (id: Id) => done(api.DELETE(`${one}/feedback`, { params: at(id) })),
    /** The own ratings in a conversation. */
    ratings: (conversationId: Id, query: PageQuery = {}) =>
      answer(api.GET(`${WS}/conversations/{id}/feedback`, { params: { ...at(conversationId), query } })),
  };
}

function keyRoutes(api: Api, ws: Id) {
  const list = `${WS}/vault/keys` as const;
  const one = `${list}/{id}` as const;
  const at = (id: Id) => ({ path: { ws, id } });
  return {
    /** Whether the workspace has any that is switched on; every member may ask. */
    state: () => answer(api.GET(`${WS}/vault`, { params: { path: { ws } } })),
    list: () => answer(api.GET(list, { params: { path: { ws } } })),
    create: (body: ProviderKeyInput) => answer(api.POST(list, { params: { path: { ws } }, body })),
    update: (id: Id, body: Schemas["UpdateProviderKeyDto"]) => answer(api.PATCH(one, { params: at(id), body })),
    delete: (id: Id) => done(api.DELETE(one, { params: at(id) })),
    /** Asks the provider whether the key works; `keyChecked` tells whether its answer says anything of the key. */
    test: (id: Id) => answer(api.POST(`${one}/test`, { params: at(id) })),
    /** Replaces the secret; the label and id stay. */
    rotate: (id: Id, body: { secret: string }) => answer(api.POST(`${one}/rotate`, { params: at(id), body })),
    /** Gives the workspace a new key, and seals all secrets with it again. */
    rotateWorkspaceKey: () => answer(api.POST(`${WS}/vault/rotate`, { params: { path: { ws } } })),
  };
}

/** Platform keys. Only a signed-in person may call these. */
function apiKeyRoutes(api: Api, ws: Id) {
  const list = `${WS}/api-keys` as const;
  const one = `${list}/{id}` as const;
  const at = (id: Id) => ({ path: { ws, id } });
  return {
    list: (query: PageQuery = {}) => answer(api.GET(list, { params: { path: { ws }, query } })),
    /** The answer's `token` is shown this once. */
    create: (body: ApiKeyInput) => answer(api.POST(list, { params: { path: { ws } }, body })),
    update: (id: Id, body: ApiKeyChange) => answer(api.PATCH(one, { params: at(id), body })),
    /** Ends it for good. */
    revoke: (id: Id) => done(api.DELETE(one, { params: at(id) })),
  };
}

/** Reads a whole list, page by page. */
export async function* allOf<T>(
  page: (query: PageQuery) => Promise<Page<T>>,
  limit = 100,
): AsyncGenerator<T, void, void> {
  let cursor: string | undefined;
  do {
    const { data, nextCursor } = await page({ limit, ...(cursor !== undefined && { cursor }) });
    yield* data;
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
}
