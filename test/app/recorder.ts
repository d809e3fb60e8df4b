// What a socket heard, in order; tests wait for an event here instead of for time.
import {
  type MessageDelta,
  type ParleySocket,
  type ServerEventName,
  type ServerEvents,
  TERMINAL_EVENTS,
} from "#libs/client/index";
import { PATIENCE_MS } from "./patience.js";

/** One event as it came. */
export type Heard = { [E in ServerEventName]: { event: E; data: ServerEvents[E] } }[ServerEventName];

const EVENTS: ServerEventName[] = [
  "message:created",
  "message:delta",
  "message:restarted",
  ...TERMINAL_EVENTS,
  "message:settled",
  "conversation:created",
  "conversation:updated",
  "conversation:deleted",
  "draft:updated",
  "membership:changed",
  "workspace:budget",
];

/** Listens to everything that a socket tells. */
export class Recorder {
  readonly heard: Heard[] = [];
  private readonly watchers = new Set<() => void>();

  constructor(socket: ParleySocket) {
    for (const event of EVENTS) {
      socket.on(event, (data) => {
        this.heard.push({ event, data } as Heard);
        for (const watch of [...this.watchers]) watch();
      });
    }
  }

  /** All payloads of one event. */
  all<E extends ServerEventName>(event: E): ServerEvents[E][] {
    return this.heard.filter((heard) => heard.event === event).map(({ data }) => data as ServerEvents[E]);
  }

  /** The deltas of one message, as they came. */
  deltas(messageId: string): MessageDelta[] {
    return this.all("message:delta").filter((delta) => delta.messageId === messageId);
  }

  /** The terminal events of one message; there must be one, ever. */
  ends(messageId: string): Heard[] {
    return this.heard.filter(
      ({ event, data }) =>
        (TERMINAL_EVENTS as readonly string[]).includes(event) &&
        (data as ServerEvents["message:completed"]).message.id === messageId,
    );
  }

  /** Waits for an event that fits, or finds one that came before. */
  async event<E extends ServerEventName>(
    event: E,
    fits: (data: ServerEvents[E]) => boolean = () => true,
  ): Promise<ServerEvents[E]> {
    return this.until(event, () => this.all(event).find(fits));
  }

  /** Waits for the end of a message. @returns its terminal event */
  async end(
    messageId: string,
  ): Promise<{ event: ServerEventName; message: ServerEvents["message:completed"]["message"] }> {
    const { event, data } = await this.until(`end of ${messageId}`, () => this.ends(messageId)[0]);
    return { event, message: (data as ServerEvents["message:completed"]).message };
  }

  /** Waits until so many deltas of a message came. */
  async deltasOf(messageId: string, count: number): Promise<MessageDelta[]> {
    return this.until(`${count} deltas`, () => {
      const deltas = this.deltas(messageId);
      return deltas.length >= count ? deltas : undefined;
    });
  }

  private until<T>(what: string, look: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const watch = (): void => {
        const found = look();
        if (found === undefined) return;
        clearTimeout(late);
        this.watchers.delete(watch);
        resolve(found);
      };
      const late = setTimeout(() => {
        this.watchers.delete(watch);
        reject(new Error(`waited in vain for ${what}; heard: ${this.summary()}`));
      }, PATIENCE_MS);
      this.watchers.add(watch);
      watch();
    });
  }

  private summary(): string {
    const counts = new Map<string, number>();
    for (const { event } of this.heard) counts.set(event, (counts.get(event) ?? 0) + 1);
    return [...counts].map(([event, count]) => `${event} ×${count}`).join(", ") || "nothing";
  }
}
