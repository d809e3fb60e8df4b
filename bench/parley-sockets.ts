// Many Socket.IO clients in one process: the protocol's frames over raw WebSockets (Engine.IO 4, Socket.IO 5), nothing else.
import { once } from "node:events";
import { WebSocket } from "ws";

/** One connected client; `onText` gets the text of every delta. */
export class RawSocket {
  private readonly acks = new Map<number, (data: unknown) => void>();
  private next = 0;

  private constructor(
    private readonly socket: WebSocket,
    private readonly onText: (text: string) => void,
  ) {
    socket.on("message", (data: Buffer) => this.read(data.toString("utf8")));
  }

  static async connect(origin: string, cookie: string, onText: (text: string) => void): Promise<RawSocket> {
    const url = `${origin.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`;
    const socket = new WebSocket(url, { headers: { cookie, origin }, perMessageDeflate: false });
    await once(socket, "message");
    const raw = new RawSocket(socket, onText);
    const connected = new Promise((resolve) => raw.acks.set(-1, resolve));
    socket.send("40");
    await connected;
    return raw;
  }

  /** Sends an event and waits for its ack's data. */
  async emit<T>(event: string, payload: object): Promise<T> {
    const id = this.next++;
    const acked = new Promise<unknown>((resolve) => this.acks.set(id, resolve));
    this.socket.send(`42${id}${JSON.stringify([event, payload])}`);
    const [answer] = (await acked) as [{ ok: boolean; data: T; error?: { message: string } }];
    if (!answer.ok) throw new Error(`${event}: ${answer.error?.message}`);
    return answer.data;
  }

  close(): void {
    this.socket.close();
  }

  private read(packet: string): void {
    if (packet === "2") this.socket.send("3");
    else if (packet.startsWith('42["message:delta",')) {
      const { text } = JSON.parse(packet.slice(19, -1)) as { text?: string };
      if (text) this.onText(text);
    } else if (packet.startsWith("40")) this.acks.get(-1)?.(undefined);
    else if (packet.startsWith("43")) {
      const at = packet.indexOf("[");
      this.acks.get(Number(packet.slice(2, at)))?.(JSON.parse(packet.slice(at)));
    }
  }
}
