// Following a message over SSE against a real HTTP server that cuts the connection, refuses, or talks nonsense.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, it } from "node:test";
import { follow, type StreamEvent } from "./follow.js";
import { Http } from "./http.js";
import { aMessage } from "./message-fixture.js";

const WORDS = ["One ", "two ", "three ", "four."];
const { id } = aMessage();

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse, nth: number) => void): Promise<Http> {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    answer(request, response, requests);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return new Http({ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

function delta(seq: number): string {
  const data = { messageId: id, attempt: 1, seq, text: WORDS[seq - 1] };
  return `event: message:delta\nid: ${seq}\ndata: ${JSON.stringify(data)}\n\n`;
}

function end(): string {
  const message = aMessage({ status: "completed", content: WORDS.join("") });
  return `event: message:completed\ndata: ${JSON.stringify({ message })}\n\n`;
}

function open(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
}

async function read(http: Http, after = 0): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  for await (const event of follow(http, "/events", after)) events.push(event);
  return events;
}

function seqs(events: StreamEvent[]): number[] {
  return events.flatMap((event) => (event.event === "message:delta" ? [event.data.seq] : []));
}

it("asks again from the last seq when the connection breaks, and stops at the end", async () => {
  const asked: (string | undefined)[] = [];
  const http = await serve((request, response, nth) => {
    asked.push(request.url);
    open(response);
    if (nth === 1) response.write(delta(1) + delta(2), () => response.destroy());
    else if (nth === 2) response.end(": nothing new\n\n");
    else response.end(delta(3) + delta(4) + end());
  });
  const events = await read(http);
  assert.deepEqual(seqs(events), [1, 2, 3, 4]);
  assert.equal(events.at(-1)?.event, "message:completed");
  assert.deepEqual(asked, ["/events?after=0", "/events?after=2", "/events?after=2"]);
});

it("begins after the seq that the caller has", async () => {
  const http = await serve((request, response) => {
    const after = Number(new URL(request.url ?? "", "http://x").searchParams.get("after"));
    open(response);
    for (let seq = after + 1; seq <= WORDS.length; seq += 1) response.write(delta(seq));
    response.end(end());
  });
  assert.deepEqual(seqs(await read(http, 3)), [4]);
});

it("starts over when an attempt was restarted before any output", async () => {
  const http = await serve((request, response, nth) => {
    open(response);
    if (nth === 1) {
      const restarted = JSON.stringify({ messageId: id, attempt: 2 });
      response.write(`event: message:restarted\ndata: ${restarted}\n\n`, () => response.destroy());
      return;
    }
    assert.equal(request.url, "/events?after=0");
    response.end(delta(1) + end());
  });
  assert.deepEqual(
    (await read(http)).map(({ event }) => event),
    ["message:restarted", "message:delta", "message:completed"],
  );
});

it("reports a refusal at once, and gives up when the connection breaks again and again", async () => {
  const gone = await serve((_request, response, nth) => {
    assert.equal(nth, 1);
    const problem = { type: "x", title: "Not found", status: 404, detail: "gone", code: "not_found", requestId: "r1" };
    response.writeHead(404, { "content-type": "application/problem+json" }).end(JSON.stringify(problem));
  });
  await assert.rejects(read(gone), { code: "not_found", status: 404, requestId: "r1", message: "gone" });
  let tries = 0;
  const dead = await serve((request) => {
    tries += 1;
    request.socket.destroy();
  });
  await assert.rejects(read(dead), { code: "network", retryable: true });
  assert.equal(tries, 5);
});

it("does not take anything else for a stream", async () => {
  const page = await serve((_request, response) => response.writeHead(200, { "content-type": "text/html" }).end("<p>"));
  await assert.rejects(read(page), { code: "bad_answer" });
  const nonsense = await serve((_request, response) => {
    open(response);
    response.end("event: message:delta\ndata: {half\n\n");
  });
  await assert.rejects(read(nonsense), { code: "bad_answer" });
});
