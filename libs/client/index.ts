// Parley's own client: REST, Socket.IO with resume, SSE. Runs in browsers and Node; imports nothing of the server.

export type { PageQuery } from "./answers.js";
export {
  type ConversationSession,
  type ConversationSnapshot,
  joinConversation,
  type SendMessageOptions,
} from "./conversation-session.js";
export { CookieJar } from "./cookie-jar.js";
export { type Assembled, type DeltaOutcome, DeltaStream, type StreamedToolCall } from "./delta-stream.js";
export type * from "./events.js";
export { TERMINAL_EVENTS } from "./events.js";
export { type StreamEvent, streamEvents } from "./follow.js";
export type { ConnectionOptions, Exchange } from "./http.js";
export { isTerminal, type MessageStore, type MessageView } from "./message-store.js";
export type { Outbox, OutboxEntry } from "./outbox.js";
export { ParleyError } from "./parley-error.js";
export {
  type AuditQuery,
  allOf,
  type CallsQuery,
  type Client,
  createClient,
  type GatewayLogsQuery,
  type WorkspaceClient,
} from "./rest.js";
export { connectSocket, type ParleySocket, type SendOptions, type SocketOptions, type SocketStatus } from "./socket.js";
export { EventStreamParser, eventsOf, type ServerSentEvent } from "./sse.js";
export { Store, type Watchable } from "./store.js";
export type * from "./types.js";
export { type WorkspaceListener, watchWorkspace } from "./workspace-feed.js";
