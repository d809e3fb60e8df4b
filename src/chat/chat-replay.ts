// Replays a message's deltas exactly as they were: from the live log, or from the row when the log is gone.

import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { EventLog } from "#libs/redis/index";
import { type LiveEvent } from "#src/realtime/live-line";
import { ReplaySource } from "#src/realtime/replay-source";
import { endedEvent } from "./chat-events.js";
import { replayDeltas } from "./delta-cuts.js";
import { deltaEvent, deltaJson } from "./delta-event.js";
import { Message } from "./message.entity.js";
import { MessagesRepository } from "./messages.repository.js";

@Injectable()
export class ChatReplay implements ReplaySource {
  constructor(
    private readonly db: Database,
    private readonly log: EventLog,
    private readonly messages: MessagesRepository,
  ) {}

  async deltas(messageId: string, attempt: number, afterSeq: number): Promise<LiveEvent[]> {
    // Redis being away is no reason to fail: the row has the text up to the last checkpoint.
    const logged = await this.log.read(messageId, attempt, afterSeq).catch(() => []);
    const place = { workspaceId: "-", conversationId: "-", messageId };
    const fromLog = logged.map(({ seq, json }) => deltaEvent(place, { attempt, seq }, json));
    if (fromLog[0]?.seq === afterSeq + 1) return fromLog;
    const [row] = await this.db.select(Message, "WHERE id = ?", [messageId]);
    if (!row) return [];
    const fromRow = row.attempt === attempt ? rowDeltas(row, afterSeq) : [];
    const last = fromRow.at(-1)?.seq ?? afterSeq;
    const rest = fromLog.filter((event) => event.seq > last);
    return rest[0]?.seq === last + 1 ? [...fromRow, ...rest] : fromRow;
  }

  async ended(messageIds: readonly string[]): Promise<LiveEvent[]> {
    return (await this.messages.ended(messageIds)).map(endedEvent);
  }
}

/** The deltas of a row after `afterSeq`. */
export function rowDeltas(row: Message, afterSeq: number): LiveEvent[] {
  const place = { workspaceId: row.workspaceId, conversationId: row.conversationId, messageId: row.id };
  return replayDeltas(row, afterSeq).map(({ seq, ...parts }) =>
    deltaEvent(place, { attempt: row.attempt, seq }, deltaJson(row.id, row.attempt, seq, parts)),
  );
}
