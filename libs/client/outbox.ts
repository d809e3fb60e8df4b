// Messages that were written here and are not acked yet; a view shows them until the server has them.

import type { ParleyError } from "./parley-error.js";
import { Store, type Watchable } from "./store.js";
import type { Id, SendMessageBody } from "./types.js";

/** One unsent message. `failed`: the server refused it, or sending was given up; it can be sent again or thrown away. */
export interface OutboxEntry {
  readonly body: SendMessageBody;
  readonly state: "sending" | "failed";
  readonly error?: ParleyError;
}

/** The unsent messages of one conversation, oldest first. */
export class Outbox implements Watchable<readonly OutboxEntry[]> {
  private readonly store = new Store<readonly OutboxEntry[]>([]);

  readonly subscribe = (listener: () => void): (() => void) => this.store.subscribe(listener);
  readonly getSnapshot = (): readonly OutboxEntry[] => this.store.getSnapshot();

  /** Puts a message in, or back to `sending`. */
  sending(body: SendMessageBody): void {
    const known = this.find(body.clientMessageId);
    const entry: OutboxEntry = { body, state: "sending" };
    const entries = this.getSnapshot();
    this.store.set(known ? entries.map((other) => (other === known ? entry : other)) : [...entries, entry]);
  }

  failed(clientMessageId: Id, error: ParleyError): void {
    this.store.set(
      this.getSnapshot().map((entry) =>
        entry.body.clientMessageId === clientMessageId ? { body: entry.body, state: "failed", error } : entry,
      ),
    );
  }

  /** Takes a message out: it was acked, or thrown away. */
  remove(clientMessageId: Id): void {
    const entries = this.getSnapshot();
    const left = entries.filter(({ body }) => body.clientMessageId !== clientMessageId);
    if (left.length < entries.length) this.store.set(left);
  }

  find(clientMessageId: Id): OutboxEntry | undefined {
    return this.getSnapshot().find(({ body }) => body.clientMessageId === clientMessageId);
  }
}
