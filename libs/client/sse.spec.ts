// Server-sent events come out the same wherever the bytes were cut.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { EventStreamParser, eventsOf, type ServerSentEvent } from "./sse.js";

const STREAM =
  '\uFEFF: hello\r\n\r\nevent: message:delta\r\nid: 1\r\ndata: {"text":"grüß 🐈"}\r\n\r\ndata:one\rdata: two\r\rid: 7\ndata\n\nignored: x\n\ndata: cut off';
const EVENTS: ServerSentEvent[] = [
  { event: "message:delta", data: '{"text":"grüß 🐈"}', id: "1" },
  { event: "message", data: "one\ntwo", id: "1" },
  { event: "message", data: "", id: "7" },
];

function bodyOf(pieces: Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      const piece = pieces.shift();
      if (piece) controller.enqueue(piece);
      else controller.close();
    },
  });
}

describe("the event stream reader", () => {
  it("gives the same events for every cut of the bytes", async () => {
    const bytes = new TextEncoder().encode(STREAM);
    const cuts = fc.array(fc.nat(bytes.length), { maxLength: 12 }).map((at) => [...new Set(at)].sort((a, b) => a - b));
    await fc.assert(
      fc.asyncProperty(cuts, async (at) => {
        const borders = [0, ...at, bytes.length];
        const pieces = borders.slice(1).map((end, index) => bytes.slice(borders[index], end));
        const events: ServerSentEvent[] = [];
        for await (const event of eventsOf(bodyOf(pieces))) events.push(event);
        assert.deepEqual(events, EVENTS);
      }),
    );
  });

  it("waits with a CR at the end of a piece, for it may be half of CRLF", () => {
    const parser = new EventStreamParser();
    assert.deepEqual(parser.push("data: a\r"), []);
    assert.deepEqual(parser.push("\ndata: b\n\n"), [{ event: "message", data: "a\nb", id: "" }]);
  });

  it("closes the connection when the loop is left", async () => {
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode("data: 1\n\ndata: 2\n\n")),
      cancel: () => {
        cancelled = true;
      },
    });
    for await (const _event of eventsOf(body)) break;
    assert.equal(cancelled, true);
  });
});
