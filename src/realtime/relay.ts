// Brings live events from Redis to the sockets of this process: in order, without a gap, each once.
import { setTimeout as sleep } from "node:timers/promises";
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from "@nestjs/common";
import { Logger } from "#libs/observability/index";
import { LIVE_CHANNEL, RedisClients } from "#libs/redis/index";
import { type LiveEvent, parseLive } from "./live-line.js";
import { ReplaySource } from "./replay-source.js";
import { type Cursor, DELTA, isBehind, isTerminal, RESTARTED, type Room } from "./room.js";
import { Rooms } from "./rooms.js";

/** A live message that is silent for this long is looked up in the database, ms. */
const SILENT_MS = 3_000;
const WATCH_MS = 1_000;
/** Waits between looks into the log while it is being written again after a loss of Redis, ms. */
const REFILL_MS = 100;

@Injectable()
export class Relay implements OnApplicationBootstrap, OnApplicationShutdown {
  private watch?: NodeJS.Timeout;
  private stopped = false;

  constructor(
    private readonly redis: RedisClients,
    private readonly rooms: Rooms,
    private readonly source: ReplaySource,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    // Not awaited: the API serves from the database while Redis is away, and catches up when it is back.
    this.redis.subscribe(LIVE_CHANNEL, (text) => this.receive(text)).catch(() => undefined);
    this.redis.onReconnect(() => this.catchUp());
    this.watch = setInterval(() => void this.lookForEnded(SILENT_MS), WATCH_MS);
    this.watch.unref();
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    clearInterval(this.watch);
  }

  /** Handles one publication. */
  receive(text: string): void {
    for (const event of parseLive(text)) this.route(event);
  }

  private route(event: LiveEvent): void {
    if (event.event.startsWith("conversation:")) {
      this.rooms.deliverToWorkspace(event);
      return;
    }
    if (event.event.startsWith("workspace:")) {
      this.rooms.tellWorkspace(event);
      return;
    }
    const room = this.rooms.get(event.conversationId);
    if (!room) return;
    if (event.event === DELTA || event.event === RESTARTED || isTerminal(event.event)) this.inOrder(room, event);
    else room.deliver(event);
  }

  /** Delivers a stream's event if it is the next one; keeps it and fills the gap if it is a later one. */
  private inOrder(room: Room, event: LiveEvent): void {
    if (room.ended.has(event.messageId)) return;
    const cursor = room.cursor(event.messageId);
    cursor.heardAt = performance.now();
    if (cursor.waiting) cursor.waiting.push(event);
    else if (!this.step(room, cursor, event)) {
      cursor.waiting = [event];
      void this.fill(room, event.messageId, cursor);
    }
  }

  /** @returns false when something is missing before the event */
  private step(room: Room, cursor: Cursor, event: LiveEvent): boolean {
    if (event.event === RESTARTED) {
      if (event.attempt > cursor.attempt) {
        Object.assign(cursor, { attempt: event.attempt, seq: 0 });
        room.deliver(event);
      }
      return true;
    }
    if (event.event === DELTA) {
      if (isBehind(event, cursor)) return true;
      const next = event.attempt === cursor.attempt ? cursor.seq + 1 : 1;
      if (event.seq !== next) return false;
      Object.assign(cursor, { attempt: event.attempt, seq: event.seq });
      room.deliver(event);
      return true;
    }
    const seen = event.attempt === cursor.attempt ? cursor.seq : 0;
    if (event.attempt >= cursor.attempt && event.seq > seen) return false;
    room.cursors.delete(event.messageId);
    room.ended.add(event.messageId);
    room.deliver(event);
    return true;
  }

  /** Reads what is missing from the log or the row until every waiting event was delivered. */
  private async fill(room: Room, messageId: string, cursor: Cursor): Promise<void> {
    while (cursor.waiting && room.cursors.get(messageId) === cursor && room.members.size > 0 && !this.stopped) {
      const attempt = Math.max(cursor.attempt, ...cursor.waiting.map((event) => event.attempt));
      const after = attempt === cursor.attempt ? cursor.seq : 0;
      const missed = await this.source.deltas(messageId, attempt, after).catch((error: unknown) => {
        this.logger.warn("relay_fill_failed", { messageId, error });
        return [];
      });
      for (const event of missed) this.step(room, cursor, event);
      const waiting: LiveEvent[] = cursor.waiting;
      while (waiting[0] && this.step(room, cursor, waiting[0])) waiting.shift();
      if (waiting.length === 0) cursor.waiting = null;
      else await sleep(REFILL_MS);
    }
  }

  /** After a lost connection: every live message may have gone on, or ended. */
  private catchUp(): void {
    for (const room of this.rooms.all()) {
      for (const [messageId, cursor] of room.cursors) {
        if (cursor.waiting) continue;
        cursor.waiting = [];
        void this.fill(room, messageId, cursor);
      }
    }
    void this.lookForEnded(0);
  }

  private async lookForEnded(silentMs: number): Promise<void> {
    const now = performance.now();
    const silent = new Map<string, Room>();
    for (const room of this.rooms.all()) {
      for (const [messageId, cursor] of room.cursors) {
        if (now - cursor.heardAt >= silentMs) silent.set(messageId, room);
      }
    }
    if (silent.size === 0) return;
    try {
      for (const event of await this.source.ended([...silent.keys()])) {
        const room = silent.get(event.messageId);
        // Someone may have delivered the end meanwhile: without a cursor there is nothing to end.
        if (room?.cursors.has(event.messageId)) this.inOrder(room, event);
      }
    } catch (error) {
      this.logger.warn("relay_watch_failed", { error });
    }
  }
}
