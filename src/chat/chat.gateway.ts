// Conversations over Socket.IO: authenticates the handshake, then parses, calls and answers each event.

import { type OnGatewayConnection, type OnGatewayInit, WebSocketGateway } from "@nestjs/websockets";
import type { Server, Socket } from "socket.io";
import { parseInput } from "#libs/dto/index";
import { InvalidInputError, TooManyRequestsError, toAckError } from "#libs/errors/index";
import { Logger, runWithContext } from "#libs/observability/index";
import { AccessService } from "#src/auth/access.service";
import { type Account } from "#src/auth/actor";
import { RequestRates } from "#src/auth/request-rates";
import { Rooms } from "#src/realtime/rooms";
import { SocketSubscriber } from "#src/realtime/socket-subscriber";
import { CHAT_EVENTS, ChatSocketEvents, type SocketMember } from "./chat-socket-events.js";

/** Events of one socket per second, and how many may come at once. */
const EVENTS_PER_S = 20;
const BURST = 600;

type Ack = (answer: object) => void;

@WebSocketGateway()
export class ChatGateway implements OnGatewayInit, OnGatewayConnection {
  constructor(
    private readonly access: AccessService,
    private readonly rates: RequestRates,
    private readonly events: ChatSocketEvents,
    private readonly rooms: Rooms,
    private readonly logger: Logger,
  ) {}

  afterInit(server: Server): void {
    server.use((socket, next) => {
      this.access
        .authenticate(socket.request.headers, socket.handshake.auth["token"])
        .then((account) => {
          if (!account) throw new Error("unauthorized");
          socket.data = { account };
          next();
        })
        .catch(() => next(Object.assign(new Error("unauthorized"), { data: { code: "unauthorized" } })));
    });
  }

  handleConnection(socket: Socket): void {
    const { account } = socket.data as { account: Account };
    const subscriber = new SocketSubscriber(socket, account);
    const member: SocketMember = { account, subscriber, allow: tokenBucket() };
    this.rooms.connect(subscriber);
    socket.on("disconnect", () => this.rooms.drop(subscriber));
    // One door for all events, so that an unknown one is answered, too.
    socket.onAny((event: string, ...args: unknown[]) => {
      const ack = typeof args.at(-1) === "function" ? (args.pop() as Ack) : () => undefined;
      void this.answer(member, event, args, ack);
    });
  }

  private async answer(member: SocketMember, event: string, args: unknown[], ack: Ack): Promise<void> {
    await runWithContext({ userId: member.account.userId }, async () => {
      try {
        const known = CHAT_EVENTS[event];
        if (!known)
          throw new InvalidInputError([
            { path: "", message: `${JSON.stringify(event.slice(0, 60))} is not an event of this server` },
          ]);
        if (!member.allow()) throw new TooManyRequestsError(1_000, "Too many events: slow down.");
        await this.rates.countAccount(member.account);
        if (member.account.key) await this.access.countRequest(member.account.key);
        if (args.length > 1)
          throw new InvalidInputError([{ path: "", message: "An event takes one object and an ack" }]);
        const payload = await parseInput(known.payload as new () => object, args[0]);
        const { data, after } = await this.events.handle(member, known.name, payload);
        ack({ ok: true, data });
        after?.();
      } catch (error) {
        const described = toAckError(error);
        if (described.code === "internal")
          this.logger.error("socket_event_failed", { name: event.slice(0, 60), error });
        ack({ ok: false, error: described });
      }
    });
  }
}

/** A token bucket of one socket. @returns a function that takes a token, false when there is none */
function tokenBucket(): () => boolean {
  let tokens = BURST;
  let filledAt = performance.now();
  return () => {
    const now = performance.now();
    tokens = Math.min(BURST, tokens + ((now - filledAt) / 1_000) * EVENTS_PER_S);
    filledAt = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
