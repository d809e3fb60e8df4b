// Publishes events that belong to no generation's log, after the transaction that made them true.

import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { Logger } from "#libs/observability/index";
import { EventLog } from "#libs/redis/index";
import { formatLive, type LiveEvent } from "./live-line.js";

/** The place of an event. */
export interface Place {
  workspaceId: string;
  /** "-" for events of the workspace alone. */
  conversationId: string;
  messageId?: string;
}

@Injectable()
export class LivePublisher {
  constructor(
    private readonly db: Database,
    private readonly log: EventLog,
    private readonly logger: Logger,
  ) {}

  /**
   * Sends `payload` to everybody in the room, once the ambient transaction has committed.
   * Delivery is best effort: clients that miss it find the same facts in the database.
   */
  publish(event: string, place: Place, payload: object): void {
    const { workspaceId, conversationId, messageId = "-" } = place;
    this.publishEvent({
      workspaceId,
      conversationId,
      event,
      messageId,
      attempt: 0,
      seq: 0,
      json: JSON.stringify(payload),
    });
  }

  /** Like {@link publish}, for an event that has its place in a stream. */
  publishEvent(event: LiveEvent): void {
    const line = formatLive(event);
    this.db.afterCommit(() => {
      this.log.publish(line).catch((error: unknown) => this.logger.warn("live_event_not_published", { error }));
    });
  }

  /** Sends a control message to every process, after the commit. */
  control(message: { type: string; [field: string]: string }): void {
    this.db.afterCommit(() => {
      this.log.control(message).catch((error: unknown) => this.logger.warn("control_message_not_published", { error }));
    });
  }
}
