// A socket as a subscriber: events are written as ready-made packets, since their JSON is made already.
import type { Socket } from "socket.io";
import { type Account, type KeyGrant } from "#src/auth/actor";
import { type Subscriber } from "./room.js";

/** Packets that may wait for a client that does not read; then it is disconnected, and resumes by seq. */
const MAX_WAITING = 2_048;
/** Socket.IO protocol v5: packet type 2 is EVENT, in the default namespace without a prefix. */
const EVENT = "2";

export class SocketSubscriber implements Subscriber {
  readonly id: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly key: KeyGrant | undefined;

  constructor(
    private readonly socket: Socket,
    { userId, sessionId, key }: Account,
  ) {
    this.id = socket.id;
    this.userId = userId;
    this.sessionId = sessionId;
    this.key = key;
  }

  write(event: string, json: string): void {
    const { conn } = this.socket;
    if (!this.socket.connected) return;
    if ((conn as unknown as { writeBuffer: unknown[] }).writeBuffer.length > MAX_WAITING) {
      this.close();
      return;
    }
    conn.write(`${EVENT}["${event}",${json}]`);
  }

  close(): void {
    this.socket.disconnect(true);
  }
}
