// Says what happened to the room of the conversation (and, for conversations, to the lists of the workspace).

import { Injectable } from "@nestjs/common";
import { type LiveEvent } from "#src/realtime/live-line";
import { LivePublisher } from "#src/realtime/live-publisher";
import { type Conversation } from "./conversation.entity.js";
import { countCuts } from "./delta-cuts.js";
import { type Message } from "./message.entity.js";
import { toConversationView, toMessageView } from "./to-view.js";

@Injectable()
export class ChatEvents {
  constructor(private readonly live: LivePublisher) {}

  messageCreated(...messages: Message[]): void {
    for (const message of messages) {
      const { workspaceId, conversationId, id } = message;
      this.live.publish(
        "message:created",
        { workspaceId, conversationId, messageId: id },
        { message: toMessageView(message) },
      );
    }
  }

  settled(message: Message): void {
    const { workspaceId, conversationId, id, costUsd, costState } = message;
    this.live.publish(
      "message:settled",
      { workspaceId, conversationId, messageId: id },
      { messageId: id, costUsd, costState },
    );
  }

  conversation(event: "created" | "updated" | "deleted", row: Conversation): void {
    const place = { workspaceId: row.workspaceId, conversationId: row.id };
    this.live.publish(`conversation:${event}`, place, { conversation: toConversationView(row) });
  }

  /** Asks the worker that runs it to stop; `stop_requested` in the row is the truth. */
  stopRequested(messageId: string): void {
    this.live.control({ type: "message:stop", messageId });
  }

  /** Ends a message on every screen. */
  ended(message: Message): void {
    this.live.publishEvent(endedEvent(message));
  }
}

/** The terminal event of a message that has ended; `seq` is that of its last delta, so that nothing is skipped before it. */
export function endedEvent(message: Message): LiveEvent {
  return {
    workspaceId: message.workspaceId,
    conversationId: message.conversationId,
    event: `message:${message.status}`,
    messageId: message.id,
    attempt: message.attempt,
    seq: countCuts(message.streamCuts),
    json: JSON.stringify({ message: toMessageView(message) }),
  };
}
