// A message's events on an HTTP answer (server-sent events, WHATWG HTML §9.2).
import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { type BeforeApplicationShutdown, Injectable } from "@nestjs/common";
import type { FastifyReply } from "fastify";
import { type Actor, type KeyGrant } from "#src/auth/actor";
import { isTerminal, type Subscriber } from "#src/realtime/room";
import { Rooms } from "#src/realtime/rooms";
import { ChatTree } from "./chat-tree.js";
import { JoinConversation } from "./join-conversation.js";

/** A comment this often keeps proxies from closing a quiet connection, ms. */
const KEEP_ALIVE_MS = 15_000;
/** A reader this far behind is cut, bytes; it resumes by seq. */
const MAX_BEHIND = 1024 * 1024;

@Injectable()
export class MessageStream implements BeforeApplicationShutdown {
  private readonly open_ = new Set<ServerResponse>();

  constructor(
    private readonly rooms: Rooms,
    private readonly tree: ChatTree,
    private readonly join: JoinConversation,
  ) {}

  /** Before the server closes: it waits for every answer that is still open. */
  beforeApplicationShutdown(): void {
    for (const response of this.open_) response.end();
  }

  /**
   * Takes the answer over and writes events until the message has ended or the reader is gone.
   * @param first events to write before those of the message
   * @throws NotFoundError before anything was written
   */
  async open(
    reply: FastifyReply,
    actor: Actor,
    messageId: string,
    after: number,
    first: { event: string; json: string }[],
  ): Promise<void> {
    await this.tree.message(actor.workspaceId, messageId);
    const response = reply.raw;
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) response.setHeader(name, value);
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
    response.flushHeaders();
    for (const { event, json } of first) response.write(frame(event, json, 0));
    const subscriber = new SseSubscriber(actor, response);
    this.rooms.connect(subscriber);
    this.open_.add(response);
    const keepAlive = setInterval(() => response.write(": keep-alive\n\n"), KEEP_ALIVE_MS);
    response.on("close", () => {
      clearInterval(keepAlive);
      this.open_.delete(response);
      this.rooms.drop(subscriber);
    });
    await this.join.message(actor, messageId, subscriber, after).catch(() => response.end());
  }
}

class SseSubscriber implements Subscriber {
  readonly id = randomUUID();
  readonly userId: string;
  readonly sessionId: string;
  readonly key: KeyGrant | undefined;

  constructor(
    actor: Actor,
    private readonly response: ServerResponse,
  ) {
    this.userId = actor.userId;
    this.sessionId = actor.sessionId;
    this.key = actor.key;
  }

  write(event: string, json: string, seq: number): void {
    // A stream is about one message; its two created messages were written first.
    if (event === "message:created" || !event.startsWith("message:") || this.response.writableEnded) return;
    this.response.write(frame(event, json, seq));
    if (isTerminal(event)) this.response.end();
    else if (this.response.writableLength > MAX_BEHIND) this.response.destroy();
  }

  close(): void {
    this.response.end();
  }
}

function frame(event: string, json: string, seq: number): string {
  return `${seq > 0 ? `id: ${seq}\n` : ""}event: ${event}\ndata: ${json}\n\n`;
}
