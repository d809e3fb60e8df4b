// Every REST route of the contract §4 that exists, as typed methods.
import { follow, type StreamEvent, streamEvents } from "./follow.js";
import { type ConnectionOptions, Http } from "./http.js";
import type {
  Conversation,
  ConversationInput,
  CreatedInvite,
  Id,
  Invite,
  Me,
  Member,
  Message,
  Model,
  Page,
  ProviderCall,
  ProviderKey,
  ProviderKeyInput,
  ProviderKeyTest,
  Role,
  SendMessageBody,
  SentMessages,
  Session,
  Workspace,
} from "./types.js";

/** `limit` is at most 100; `cursor` is the `nextCursor` of the page before. */
export type PageQuery = { limit?: number; cursor?: string };
type Abortable = { signal?: AbortSignal };

const V1 = "/api/v1";
const part = encodeURIComponent;

/** A typed client of one server. Every method throws ParleyError. */
export type Client = ReturnType<typeof createClient>;
/** The routes of one workspace. */
export type WorkspaceClient = ReturnType<typeof workspaceRoutes>;

/** Makes a client; nothing is sent yet. */
export function createClient(options: ConnectionOptions) {
  const http = new Http(options);
  return {
    http,
    auth: authRoutes(http),
    workspaces: {
      list: (query: PageQuery = {}) => http.json<Page<Workspace>>("GET", `${V1}/workspaces`, { query }),
      create: (body: { name: string }) => http.json<Workspace>("POST", `${V1}/workspaces`, { body }),
      /** Joins the workspace that an invite's token belongs to. */
      accept: (body: { token: string }) => http.json<Workspace>("POST", `${V1}/workspaces/invites/accept`, { body }),
    },
    workspace: (workspaceId: Id) => workspaceRoutes(http, `${V1}/workspaces/${part(workspaceId)}`),
  };
}

function authRoutes(http: Http) {
  return {
    register: (body: { email: string; password: string; name?: string; inviteToken?: string }) =>
      http.json<Me>("POST", `${V1}/auth/register`, { body }),
    login: (body: { email: string; password: string }) => http.json<Me>("POST", `${V1}/auth/login`, { body }),
    logout: () => http.json<void>("POST", `${V1}/auth/logout`),
    me: () => http.json<Me>("GET", `${V1}/auth/me`),
    sessions: () => http.json<Page<Session>>("GET", `${V1}/auth/sessions`),
    revokeSession: (id: Id) => http.json<void>("DELETE", `${V1}/auth/sessions/${part(id)}`),
    changePassword: (body: { currentPassword: string; newPassword: string }) =>
      http.json<void>("POST", `${V1}/auth/password`, { body }),
  };
}

function workspaceRoutes(http: Http, at: string) {
  return {
    get: () => http.json<Workspace>("GET", at),
    update: (body: { name: string }) => http.json<Workspace>("PATCH", at, { body }),
    delete: () => http.json<void>("DELETE", at),
    members: {
      list: (query: PageQuery = {}) => http.json<Page<Member>>("GET", `${at}/members`, { query }),
      update: (userId: Id, body: { role: Role }) => http.json<void>("PATCH", `${at}/members/${part(userId)}`, { body }),
      remove: (userId: Id) => http.json<void>("DELETE", `${at}/members/${part(userId)}`),
    },
    invites: {
      list: (query: PageQuery = {}) => http.json<Page<Invite>>("GET", `${at}/invites`, { query }),
      create: (body: { role: Role; email?: string; expiresInDays?: number }) =>
        http.json<CreatedInvite>("POST", `${at}/invites`, { body }),
      delete: (id: Id) => http.json<void>("DELETE", `${at}/invites/${part(id)}`),
    },
    conversations: conversationRoutes(http, `${at}/conversations`),
    messages: messageRoutes(http, at),
    models: {
      list: (query: PageQuery = {}) => http.json<Page<Model>>("GET", `${at}/models`, { query }),
    },
    providerKeys: keyRoutes(http, `${at}/vault/keys`),
    calls: (query: PageQuery & { messageId?: Id; conversationId?: Id } = {}) =>
      http.json<Page<ProviderCall>>("GET", `${at}/analytics/calls`, { query }),
  };
}

function conversationRoutes(http: Http, at: string) {
  return {
    list: (query: PageQuery & { archived?: boolean; title?: string } = {}) =>
      http.json<Page<Conversation>>("GET", at, { query }),
    create: (body: ConversationInput = {}) => http.json<Conversation>("POST", at, { body }),
    get: (id: Id) => http.json<Conversation>("GET", `${at}/${part(id)}`),
    update: (id: Id, body: ConversationInput) => http.json<Conversation>("PATCH", `${at}/${part(id)}`, { body }),
    delete: (id: Id) => http.json<void>("DELETE", `${at}/${part(id)}`),
    /** `all` (default): the whole tree, oldest first. `active`: the shown branch from its newest page backwards. */
    messages: (id: Id, query: PageQuery & { branch?: "active" | "all" } = {}) =>
      http.json<Page<Message>>("GET", `${at}/${part(id)}/messages`, { query }),
  };
}

function messageRoutes(http: Http, at: string) {
  const sendPath = (conversationId: Id) => `${at}/conversations/${part(conversationId)}/messages`;
  const of = (id: Id) => `${at}/messages/${part(id)}`;
  return {
    /** Answers as soon as the message is stored; read the answer by socket, `follow` or `get`. */
    send: (conversationId: Id, body: SendMessageBody) =>
      http.json<SentMessages>("POST", sendPath(conversationId), { body }),
    /** Sends and reads the answer's events on the same connection. Leaving the loop does not stop the answer. */
    async *stream(conversationId: Id, body: SendMessageBody, options: Abortable = {}): AsyncGenerator<StreamEvent> {
      const headers = { accept: "text/event-stream" };
      yield* streamEvents(await http.raw("POST", sendPath(conversationId), { body, headers, ...options }));
    },
    get: (id: Id) => http.json<Message>("GET", of(id)),
    /** The events after a seq, up to the terminal one, through lost connections. */
    follow: (id: Id, after = 0, options: Abortable = {}) => follow(http, `${of(id)}/events`, after, options),
    stop: (id: Id) => http.json<Message>("POST", `${of(id)}/stop`),
    regenerate: (id: Id, body: { model?: string; clientMessageId?: string } = {}) =>
      http.json<Message>("POST", `${of(id)}/regenerate`, { body }),
    continue: (id: Id, body: { clientMessageId?: string } = {}) =>
      http.json<Message>("POST", `${of(id)}/continue`, { body }),
    edit: (id: Id, body: { content: string; model?: string; clientMessageId?: string }) =>
      http.json<SentMessages>("POST", `${of(id)}/edit`, { body }),
  };
}

function keyRoutes(http: Http, at: string) {
  return {
    list: (query: PageQuery = {}) => http.json<Page<ProviderKey>>("GET", at, { query }),
    create: (body: ProviderKeyInput) => http.json<ProviderKey>("POST", at, { body }),
    update: (id: Id, body: { label: string }) => http.json<ProviderKey>("PATCH", `${at}/${part(id)}`, { body }),
    delete: (id: Id) => http.json<void>("DELETE", `${at}/${part(id)}`),
    /** Asks the provider whether the key works. */
    test: (id: Id) => http.json<ProviderKeyTest>("POST", `${at}/${part(id)}/test`),
    /** Replaces the secret; the label and id stay. */
    rotate: (id: Id, body: { secret: string }) => http.json<ProviderKey>("POST", `${at}/${part(id)}/rotate`, { body }),
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
