// The live event log of a generation: a Redis stream whose entry ids are <attempt>-<seq>.
import { Injectable } from "@nestjs/common";
import { PREFIX, RedisClients } from "./clients.js";

/** The channel on which workers and APIs publish live events, one line an event. */
export const LIVE_CHANNEL = `${PREFIX}:live`;
/** The channel for stop requests, revoked sessions and changed memberships: JSON objects with a `type`. */
export const CONTROL_CHANNEL = `${PREFIX}:control`;

/** A log outlives its last event by this, s. The contract asks for 5 minutes after the end. */
const LOG_TTL_S = 900;

/** One event of a log: its place and its JSON exactly as clients get it. */
export interface LoggedEvent {
  attempt: number;
  seq: number;
  json: string;
}

/** What one flush adds to one generation's log. */
export interface LogAppend {
  messageId: string;
  attempt: number;
  /** In order of seq. */
  events: { seq: number; json: string }[];
}

const keyOf = (messageId: string): string => `${PREFIX}:stream:${messageId}`;

@Injectable()
export class EventLog {
  constructor(private readonly redis: RedisClients) {}

  /**
   * Adds the events of many generations and publishes the lines, in one round trip.
   * Redis refuses an id that is not above the newest one: a repeat after a lost answer, or a worker that was replaced.
   * @returns ids of messages whose log is gone (Redis lost it): write them again from seq 1 with {@link rewrite}
   */
  async append(batch: readonly LogAppend[], live: string): Promise<string[]> {
    const pipeline = this.redis.main.pipeline();
    const probes: { messageId: string; index: number }[] = [];
    let commands = 0;
    for (const { messageId, attempt, events } of batch) {
      const key = keyOf(messageId);
      for (const { seq, json } of events) {
        if (seq === 1) {
          pipeline.xadd(key, `${attempt}-1`, "e", json);
          pipeline.expire(key, LOG_TTL_S);
          commands += 2;
        } else {
          probes.push({ messageId, index: commands });
          pipeline.xadd(key, "NOMKSTREAM", `${attempt}-${seq}`, "e", json);
          commands += 1;
        }
      }
    }
    if (live !== "") pipeline.publish(LIVE_CHANNEL, live);
    const results = (await pipeline.exec()) ?? [];
    throwUnlessRepeat(results);
    const lost = probes.filter(({ index }) => results[index]?.[0] === null && results[index]?.[1] === null);
    return [...new Set(lost.map(({ messageId }) => messageId))];
  }

  /** Writes a whole attempt again after Redis lost its log. */
  async rewrite({ messageId, attempt, events }: LogAppend): Promise<void> {
    const pipeline = this.redis.main.pipeline();
    for (const { seq, json } of events) pipeline.xadd(keyOf(messageId), `${attempt}-${seq}`, "e", json);
    pipeline.expire(keyOf(messageId), LOG_TTL_S);
    throwUnlessRepeat((await pipeline.exec()) ?? []);
  }

  /** Keeps the logs of long answers alive. */
  async touch(messageIds: readonly string[]): Promise<void> {
    const pipeline = this.redis.main.pipeline();
    for (const messageId of messageIds) pipeline.expire(keyOf(messageId), LOG_TTL_S);
    await pipeline.exec();
  }

  /** Closes the attempt: nothing can be added to it any more, by whichever worker. */
  async fence(messageId: string, attempt: number): Promise<void> {
    const pipeline = this.redis.main.pipeline();
    pipeline.xadd(keyOf(messageId), `${attempt + 1}-0`, "f", "");
    pipeline.expire(keyOf(messageId), LOG_TTL_S);
    throwUnlessRepeat((await pipeline.exec()) ?? []);
  }

  /** The events of one attempt after `afterSeq`, in order. */
  async read(messageId: string, attempt: number, afterSeq: number): Promise<LoggedEvent[]> {
    const entries = await this.redis.main.xrange(keyOf(messageId), `(${attempt}-${afterSeq}`, `(${attempt + 1}-0`);
    return entries.map(([id, fields]) => ({ attempt, seq: Number(id.split("-")[1]), json: fields[1] ?? "" }));
  }

  /** Publishes live lines that belong to no log (a created message, a conversation's change). */
  async publish(live: string): Promise<void> {
    await this.redis.main.publish(LIVE_CHANNEL, live);
  }

  /** Publishes a control message to every process. */
  async control(message: { type: string; [field: string]: string }): Promise<void> {
    await this.redis.main.publish(CONTROL_CHANNEL, JSON.stringify(message));
  }
}

function throwUnlessRepeat(results: readonly [Error | null, unknown][]): void {
  for (const [error] of results) if (error && !/equal or smaller/.test(error.message)) throw error;
}
