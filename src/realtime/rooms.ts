// Who listens to what on this process: conversations and workspaces.
import { Injectable } from "@nestjs/common";
import { Bag } from "#libs/bag/index";
import { type Account } from "#src/auth/actor";
import { type LiveEvent } from "./live-line.js";
import { Membership, Room, type Subscriber } from "./room.js";

/** The id of what is in no room. */
const WATCH = "";

@Injectable()
export class Rooms {
  private readonly rooms = new Map<string, Room>();
  private readonly workspaces = new Map<string, Map<string, Subscriber>>();
  /** Also those that have joined nothing yet: they must end with their session, too. */
  private readonly connected = new Set<Subscriber>();
  /** What is watched over without a connection. */
  private readonly watching = new Bag<Subscriber>();

  /** A connection is there, in whatever rooms; `drop` ends it. */
  connect(subscriber: Subscriber): void {
    this.connected.add(subscriber);
  }

  /**
   * Watches over what an account has open and what is in no room, e.g. a call of the gateway.
   * @param end is called, maybe more than once, when its session or key ends or changes
   * @returns ends the watch
   */
  watch({ userId, sessionId, key }: Account, end: () => void): () => void {
    return this.watching.add({ id: WATCH, userId, sessionId, key, write: () => undefined, close: end });
  }

  get(conversationId: string): Room | undefined {
    return this.rooms.get(conversationId);
  }

  all(): IterableIterator<Room> {
    return this.rooms.values();
  }

  /**
   * Adds a subscriber; its events are held back until `release` of the membership. Joining again starts anew.
   * @param only see {@link Membership}
   */
  join(workspaceId: string, conversationId: string, subscriber: Subscriber, only?: string): Membership {
    let room = this.rooms.get(conversationId);
    if (!room) {
      room = new Room(workspaceId, conversationId);
      this.rooms.set(conversationId, room);
    }
    const membership = new Membership(subscriber, only);
    room.members.set(subscriber.id, membership);
    return membership;
  }

  /** Tells the relay that everybody in the room has, or is about to get, the stream up to here. */
  startAt(conversationId: string, messageId: string, at: { attempt: number; seq: number }): void {
    const room = this.rooms.get(conversationId);
    // Other members may be further behind: their cursor stays, and the relay brings them up. Nothing is looked for after its end.
    if (room && !room.cursors.has(messageId) && !room.ended.has(messageId)) Object.assign(room.cursor(messageId), at);
  }

  leave(conversationId: string, subscriber: Subscriber): void {
    const room = this.rooms.get(conversationId);
    if (!room) return;
    room.members.delete(subscriber.id);
    if (room.members.size === 0) this.rooms.delete(conversationId);
  }

  joinWorkspace(workspaceId: string, subscriber: Subscriber): void {
    const members = this.workspaces.get(workspaceId) ?? new Map<string, Subscriber>();
    members.set(subscriber.id, subscriber);
    this.workspaces.set(workspaceId, members);
  }

  leaveWorkspace(workspaceId: string, subscriber: Subscriber): void {
    const members = this.workspaces.get(workspaceId);
    if (!members) return;
    members.delete(subscriber.id);
    if (members.size === 0) this.workspaces.delete(workspaceId);
  }

  /** Takes a subscriber out of everything. */
  drop(subscriber: Subscriber): void {
    this.connected.delete(subscriber);
    for (const room of [...this.rooms.values()]) this.leave(room.conversationId, subscriber);
    for (const workspaceId of [...this.workspaces.keys()]) this.leaveWorkspace(workspaceId, subscriber);
  }

  /** A conversation's own event: to its room and to the lists of its workspace, once to each subscriber. */
  deliverToWorkspace(event: LiveEvent): void {
    const room = this.rooms.get(event.conversationId);
    room?.deliver(event);
    for (const [id, subscriber] of this.workspaces.get(event.workspaceId) ?? []) {
      if (!room?.members.has(id)) subscriber.write(event.event, event.json, 0);
    }
  }

  /** An event of the workspace itself, to those who have joined it. `messageId` names the accounts it is for; "-": all. */
  tellWorkspace({ workspaceId, event, json, messageId }: LiveEvent): void {
    const only = messageId === "-" ? null : new Set(messageId.split(","));
    for (const subscriber of this.workspaces.get(workspaceId)?.values() ?? [])
      if (!only || only.has(subscriber.userId)) subscriber.write(event, json, 0);
  }

  /** Workspace → the accounts that listen to something in it. */
  watched(): Map<string, Set<string>> {
    const found = new Map<string, Set<string>>();
    const note = (workspaceId: string, { userId }: Subscriber) => {
      const users = found.get(workspaceId) ?? new Set<string>();
      found.set(workspaceId, users.add(userId));
    };
    for (const { workspaceId, members } of this.rooms.values())
      for (const { subscriber } of members.values()) note(workspaceId, subscriber);
    for (const [workspaceId, members] of this.workspaces)
      for (const subscriber of members.values()) note(workspaceId, subscriber);
    return found;
  }

  /** The sessions that are connected, without platform keys. */
  sessionIds(): Set<string> {
    return new Set(this.present().flatMap(({ sessionId, key }) => (key ? [] : (sessionId ?? []))));
  }

  /** The platform keys of all connections, each with the rights that its oldest connection was opened with. */
  keyStamps(): Map<string, string> {
    const stamps = new Map<string, string>();
    for (const { sessionId, key } of this.present())
      if (key && sessionId !== null && !stamps.has(sessionId)) stamps.set(sessionId, key.stamp);
    return stamps;
  }

  private present(): Subscriber[] {
    return [...this.connected, ...this.watching];
  }

  /** An event for every signed-in connection of one account, whatever it has joined; keys know their own workspace alone. */
  tellAccount(userId: string, event: string, json: string): void {
    for (const subscriber of this.connected)
      if (subscriber.userId === userId && !subscriber.key) subscriber.write(event, json, 0);
  }

  /** Ends every connection of a session or platform key. */
  closeSession(sessionId: string, reason: string): void {
    for (const subscriber of this.present()) if (subscriber.sessionId === sessionId) subscriber.close(reason);
  }

  /** Ends every connection that is in a room of the workspace, or by a key of it, and for which `matches` holds. */
  closeIn(workspace: string, matches: (subscriber: Subscriber) => boolean, reason: string): void {
    const doomed = new Set<Subscriber>();
    for (const room of this.rooms.values()) {
      if (room.workspaceId !== workspace) continue;
      for (const { subscriber } of room.members.values()) if (matches(subscriber)) doomed.add(subscriber);
    }
    for (const subscriber of this.workspaces.get(workspace)?.values() ?? [])
      if (matches(subscriber)) doomed.add(subscriber);
    for (const subscriber of this.present())
      if (subscriber.key?.workspaceId === workspace && matches(subscriber)) doomed.add(subscriber);
    for (const subscriber of doomed) subscriber.close(reason);
  }
}
