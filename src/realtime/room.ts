// The members of one conversation on this process, and what each of them has already got.
import { type KeyGrant } from "#src/auth/actor";
import { type LiveEvent } from "./live-line.js";

/** One connection that gets events: a socket or an SSE answer. */
export interface Subscriber {
  readonly id: string;
  readonly userId: string;
  readonly sessionId: string | null;
  /** Set when it was opened with a platform key. */
  readonly key?: Pick<KeyGrant, "workspaceId" | "stamp"> | undefined;
  /** Sends one event. `seq` is 0 for events that are no deltas. Must not throw. */
  write(event: string, json: string, seq: number): void;
  /** Ends the connection. */
  close(reason: string): void;
}

export const DELTA = "message:delta";
export const RESTARTED = "message:restarted";
export const DRAFT = "draft:updated";
const TERMINAL = new Set(["message:completed", "message:stopped", "message:interrupted", "message:failed"]);

/** True for the one event that ends a message. */
export function isTerminal(event: string): boolean {
  return TERMINAL.has(event);
}

/** True when `event` is at or before (attempt, seq). */
export function isBehind(event: { attempt: number; seq: number }, at: { attempt: number; seq: number }): boolean {
  return event.attempt < at.attempt || (event.attempt === at.attempt && event.seq <= at.seq);
}

/** A subscriber in a room. It holds live events back until its replay was written, so that order is kept. */
export class Membership {
  private held: LiveEvent[] | null = [];
  private readonly floor = new Map<string, { attempt: number; seq: number }>();
  private readonly ended = new Set<string>();

  /** @param only gets the events of this message alone */
  constructor(
    readonly subscriber: Subscriber,
    private readonly only?: string,
  ) {}

  deliver(event: LiveEvent): void {
    if (this.only !== undefined && event.messageId !== this.only) return;
    if (event.event === DRAFT && !this.isOtherTab(event)) return;
    if (this.held) this.held.push(event);
    else this.send(event);
  }

  /** The reader has this message up to here, whatever the room is behind or the replay is empty. */
  startAt(messageId: string, at: { attempt: number; seq: number }): void {
    this.floor.set(messageId, at);
  }

  /** Writes the replay, then what came in meanwhile and is not in it, and is live from then on. */
  release(replay: readonly LiveEvent[]): void {
    const held = this.held ?? [];
    this.held = null;
    for (const event of replay) this.send(event);
    for (const event of held) this.send(event);
  }

  /** A draft goes to the other connections of the account that writes it; its place names both. */
  private isOtherTab(event: LiveEvent): boolean {
    const [userId, socketId] = event.messageId.split("/");
    return userId === this.subscriber.userId && socketId !== this.subscriber.id;
  }

  private send(event: LiveEvent): void {
    const { messageId } = event;
    if (event.event === DELTA) {
      if (this.ended.has(messageId)) return;
      const floor = this.floor.get(messageId);
      if (floor && isBehind(event, floor)) return;
      this.floor.set(messageId, { attempt: event.attempt, seq: event.seq });
    } else if (isTerminal(event.event)) {
      if (this.ended.has(messageId)) return;
      this.ended.add(messageId);
      this.floor.delete(messageId);
    }
    this.subscriber.write(event.event, event.json, event.event === DELTA ? event.seq : 0);
  }
}

/** Where the relay stands in a live message. `waiting` holds events that came after a gap. */
export interface Cursor {
  attempt: number;
  seq: number;
  heardAt: number;
  waiting: LiveEvent[] | null;
}

/** A conversation with at least one local member. */
export class Room {
  readonly members = new Map<string, Membership>();
  readonly cursors = new Map<string, Cursor>();
  /** Messages whose end was delivered: what comes after it is a repeat. */
  readonly ended = new Set<string>();

  constructor(
    readonly workspaceId: string,
    readonly conversationId: string,
  ) {}

  deliver(event: LiveEvent): void {
    for (const member of this.members.values()) member.deliver(event);
  }

  cursor(messageId: string): Cursor {
    let cursor = this.cursors.get(messageId);
    if (!cursor) {
      cursor = { attempt: 1, seq: 0, heardAt: performance.now(), waiting: null };
      this.cursors.set(messageId, cursor);
    }
    return cursor;
  }
}
