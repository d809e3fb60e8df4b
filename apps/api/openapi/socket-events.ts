// Socket.IO's events in the API's document: `x-socket-events`, with the payloads among the schemas.
import type { Type as Class } from "@nestjs/common";
import { JoinedConversationView, MessageView, SentMessagesView } from "#src/chat/chat.views";
import { CHAT_EVENTS } from "#src/chat/chat-socket-events";
import type { Json } from "./json-schema.js";
import {
  AckErrorView,
  ConversationEvent,
  DraftUpdatedEvent,
  MembershipChangedEvent,
  MessageDeltaEvent,
  MessageEvent,
  MessageRestartedEvent,
  MessageSettledEvent,
} from "./socket-events.views.js";

/** Client event → class of its ack's `data`; events that are not named here are acked with an empty object. */
const ACKS: Record<string, Class> = {
  "conversation:join": JoinedConversationView,
  "message:send": SentMessagesView,
  "message:stop": MessageView,
  "message:regenerate": MessageView,
  "message:continue": MessageView,
  "message:edit": SentMessagesView,
};

const FROM_SERVER: Record<string, Class> = {
  "message:created": MessageEvent,
  "message:delta": MessageDeltaEvent,
  "message:restarted": MessageRestartedEvent,
  "message:completed": MessageEvent,
  "message:stopped": MessageEvent,
  "message:interrupted": MessageEvent,
  "message:failed": MessageEvent,
  "message:settled": MessageSettledEvent,
  "conversation:created": ConversationEvent,
  "conversation:updated": ConversationEvent,
  "conversation:deleted": ConversationEvent,
  "draft:updated": DraftUpdatedEvent,
  "membership:changed": MembershipChangedEvent,
};

/** Every class that the events need among the schemas. */
export function socketModels(): Class[] {
  const payloads = Object.values(CHAT_EVENTS).flatMap((event) => (event ? [event.payload as Class] : []));
  return [...payloads, ...Object.values(ACKS), ...Object.values(FROM_SERVER), AckErrorView];
}

/** The value of `x-socket-events`. What clients may send comes from the gateway's own list. */
export function socketEvents(): Json {
  const ref = (model: { name: string }) => ({ $ref: `#/components/schemas/${model.name}` });
  const fromClient = Object.entries(CHAT_EVENTS).flatMap(([event, known]) => {
    if (!known) return [];
    const ack = ACKS[event];
    return [[event, { payload: ref(known.payload), ack: ack ? ref(ack) : { type: "object" } }] as const];
  });
  return {
    description:
      "Socket.IO 4, default path and namespace. Client events take one object and an ack: {ok: true, data} or {ok: false, error}. " +
      'Without credentials the connection is refused with data.code "unauthorized".',
    fromClient: Object.fromEntries(fromClient),
    fromServer: Object.fromEntries(
      Object.entries(FROM_SERVER).map(([event, model]) => [event, { payload: ref(model) }]),
    ),
    ackError: ref(AckErrorView),
  };
}
