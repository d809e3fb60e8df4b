// A session against a real Socket.IO server that loses, repeats and breaks things on purpose.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, it } from "node:test";
import { Server, type Socket } from "socket.io";
import { type ConversationSession, joinConversation } from "./conversation-session.js";
import type { JoinConversation, MessageDelta } from "./events.js";
import { aMessage } from "./message-fixture.js";
import { connectSocket, type ParleySocket } from "./socket.js";
import type { Conversation, Message } from "./types.js";

const WORKSPACE = "0190f5fe-7c00-7a00-8000-0000000000a0";
const CONVERSATION = "0190f5fe-7c00-7a00-8000-0000000000c0";
const REPLY = "0190f5fe-7c00-7a00-8000-000000000002";

const conversation: Conversation = {
  id: CONVERSATION,
  workspaceId: WORKSPACE,
  title: "t",
  model: "sim/a",
  systemPrompt: null,
  params: {},
  pinned: false,
  archived: false,
  folderId: null,
  tags: [],
  retentionDays: null,
  legalHold: false,
  createdBy: null,
  activeLeafId: REPLY,
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T00:00:00.000Z",
  costUsd: "0",
};

function reply(part: Partial<Message> = {}): Message {
  return aMessage({ id: REPLY, conversationId: CONVERSATION, status: "streaming", ...part });
}

const WORDS = ["One ", "two ", "three ", "four ", "five ", "six."];
const LOG: MessageDelta[] = WORDS.map((text, index) => ({ messageId: REPLY, attempt: 1, seq: index + 1, text }));

type OnSocket = (socket: Socket, peer: Peer) => void;

/** A server that speaks the contract's join: it answers with the row, then the deltas after `resume`. */
class Peer {
  readonly joins: (Record<string, number> | undefined)[] = [];
  /** How many deltas exist by now. */
  written = 0;
  /** After which seq a join without resume begins. */
  withoutResume = 0;
  private readonly http = createServer();
  readonly io = new Server(this.http);

  constructor(onSocket: OnSocket) {
    this.io.on("connection", (socket) => {
      socket.on("conversation:join", (payload: JoinConversation, ack: (answer: unknown) => void) => {
        this.joins.push(payload.resume);
        const streams = [{ messageId: REPLY, attempt: 1, seq: this.written }];
        const content = WORDS.slice(0, this.written).join("");
        ack({ ok: true, data: { conversation, messages: [reply({ content })], streams } });
        const after = payload.resume?.[REPLY] ?? this.withoutResume;
        for (const delta of LOG.slice(after, this.written)) socket.emit("message:delta", delta);
      });
      onSocket(socket, this);
    });
  }

  async listen(): Promise<string> {
    this.http.listen(0, "127.0.0.1");
    await once(this.http, "listening");
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  /** Writes the next delta and sends it, unless it is to be lost. */
  write({ lost = false, times = 1 } = {}): void {
    const delta = LOG[this.written];
    this.written += 1;
    if (!lost) for (let n = 0; n < times; n += 1) this.io.emit("message:delta", delta);
  }

  end(): void {
    this.io.emit("message:completed", { message: reply({ status: "completed", content: WORDS.join("") }) });
  }

  async close(): Promise<void> {
    await this.io.close();
  }
}

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Running {
  peer: Peer;
  socket: ParleySocket;
  session: ConversationSession;
}

async function run(peer: Peer): Promise<Running> {
  const baseUrl = await peer.listen();
  const socket = connectSocket({ baseUrl, ackTimeoutMs: 300 });
  const session = joinConversation(socket, WORKSPACE, CONVERSATION);
  closing.push(
    () => peer.close(),
    () => socket.close(),
    () => session.leave(),
  );
  await until(session, () => session.getSnapshot().state === "live");
  return { peer, socket, session };
}

function start(onSocket: OnSocket = () => {}): Promise<Running> {
  return run(new Peer(onSocket));
}

/** Opens a conversation whose answer has so many deltas already, and is sent from after `withoutResume` on. */
function opened(written: number, withoutResume = 0): Promise<Running> {
  return run(Object.assign(new Peer(() => {}), { written, withoutResume }));
}

/** Waits until something holds, looking at each change of the watched value. */
function until(watched: { subscribe(listener: () => void): () => void }, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = watched.subscribe(look);
    function look(): void {
      if (!holds()) return;
      stop();
      resolve();
    }
    look();
  });
}

function textIs(session: ConversationSession, text: string): Promise<void> {
  const store = session.message(REPLY);
  assert.ok(store);
  return until(store, () => store.getSnapshot().text === text);
}

describe("a conversation session", () => {
  it("resumes from the last seq when a delta was lost, and drops repeats", async () => {
    const { peer, session } = await start();
    peer.write();
    await textIs(session, "One ");
    peer.write({ lost: true });
    peer.write({ times: 2 });
    await textIs(session, "One two three ");
    assert.deepEqual(peer.joins, [undefined, { [REPLY]: 1 }]);
  });

  it("resumes after the connection broke, with what was written meanwhile", async () => {
    const { peer, socket, session } = await start();
    peer.write();
    peer.write();
    await textIs(session, "One two ");
    socket.drop();
    peer.write({ lost: true });
    peer.write({ lost: true });
    await textIs(session, "One two three four ");
    assert.deepEqual(peer.joins.at(-1), { [REPLY]: 2 });
    peer.end();
    await until(session, () => session.getSnapshot().streaming === null);
    assert.equal(session.message(REPLY)?.getSnapshot().message.status, "completed");
  });

  it("shows the row's text at once, then everything that follows", async () => {
    const { peer, session } = await opened(3);
    await textIs(session, "One two three ");
    peer.write();
    await textIs(session, "One two three four ");
    assert.equal(session.message(REPLY)?.getSnapshot().seq, 4);
    assert.deepEqual(peer.joins, [undefined]);
  });

  it("asks for a stream from its start when it comes from the middle", async () => {
    const { peer, session } = await opened(3, 3);
    await textIs(session, "One two three ");
    peer.write();
    await textIs(session, "One two three four ");
    assert.equal(session.message(REPLY)?.getSnapshot().seq, 4);
    assert.deepEqual(peer.joins, [undefined, { [REPLY]: 0 }]);
  });

  it("sends one message under one id until it is acked, whatever gets lost", async () => {
    const ids: string[] = [];
    const { session } = await start((socket) => {
      socket.on("message:send", (payload: { clientMessageId: string }, ack: (answer: unknown) => void) => {
        ids.push(payload.clientMessageId);
        if (ids.length === 1) return;
        if (ids.length === 2) return void socket.conn.close();
        if (ids.length === 3)
          return ack({ ok: false, error: { code: "unavailable", message: "busy", retryable: true } });
        ack({
          ok: true,
          data: { userMessage: reply({ id: `${REPLY.slice(0, -1)}3`, role: "user" }), assistantMessage: reply() },
        });
      });
    });
    const sending = session.send("hello");
    assert.equal(session.outbox.getSnapshot()[0]?.state, "sending");
    await sending;
    assert.equal(ids.length, 4);
    assert.equal(new Set(ids).size, 1);
    assert.deepEqual(session.outbox.getSnapshot(), []);
  });

  it("keeps a refused message in the outbox with the server's reason", async () => {
    const error = {
      code: "invalid_input",
      message: "no",
      retryable: false,
      details: { errors: [{ path: "content", message: "is empty" }] },
    };
    const { session } = await start((socket) => {
      socket.on("message:send", (_payload, ack: (answer: unknown) => void) => ack({ ok: false, error }));
    });
    await assert.rejects(session.send(""), { code: "invalid_input", errors: error.details.errors });
    assert.equal(session.outbox.getSnapshot()[0]?.state, "failed");
  });

  it("repeats what makes a message only under one id", async () => {
    const asked: (string | undefined)[] = [];
    const { socket, session } = await start((client) => {
      client.on("message:regenerate", (payload: { clientMessageId?: string }, ack: (answer: unknown) => void) => {
        asked.push(payload.clientMessageId);
        if (asked.length > 2) ack({ ok: true, data: reply() });
      });
    });
    const bare = socket.send("message:regenerate", { workspaceId: WORKSPACE, messageId: REPLY });
    await assert.rejects(bare, { code: "no_ack", retryable: true });
    assert.deepEqual(asked, [undefined]);
    await session.regenerate(REPLY);
    assert.equal(asked.length, 3);
    assert.ok(asked[1]);
    assert.equal(asked[1], asked[2]);
  });
});

it("tells that the credentials were refused, and does not try again by itself", async () => {
  const peer = new Peer(() => {});
  let handshakes = 0;
  peer.io.use((_socket, next) => {
    handshakes += 1;
    next(Object.assign(new Error("Sign in."), { data: { code: "unauthorized", message: "Sign in." } }));
  });
  const socket = connectSocket({ baseUrl: await peer.listen(), token: "pk_wrong" });
  closing.push(
    () => peer.close(),
    () => socket.close(),
  );
  await assert.rejects(socket.send("workspace:join", { workspaceId: WORKSPACE }), { code: "unauthorized" });
  assert.equal(socket.status.getSnapshot().state, "refused");
  assert.equal(handshakes, 1);
});
