// Streams that break: errors, resets, silence, garbage; what is told of each, and what counts as a good end all the same.
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Dispatcher } from "undici";
import { OpenRouterClient } from "./client.js";
import {
  DONE,
  facts,
  finishChunk,
  GOOD,
  hangAfter,
  pieces,
  readAll,
  resetAfter,
  run,
  type Script,
  sse,
  sseHead,
  textChunk,
  textOf,
  USAGE,
  upstreamFor,
} from "./scripted-upstream.js";
import type { Timeouts } from "./timeouts.js";

const BROKEN: readonly (readonly [what: string, script: Script, text: string, expected: readonly unknown[]])[] = [
  [
    "error object after two chunks",
    pieces(
      sse(textChunk("a")),
      sse(textChunk("b")),
      sse({
        error: { code: 502, message: "x" },
        choices: [{ index: 0, delta: { content: "" }, finish_reason: "error" }],
      }),
    ),
    "ab",
    ["provider_unavailable", "after_output", true, "unknown"],
  ],
  [
    "error object before output",
    pieces(": OPENROUTER PROCESSING\n\n", sse({ error: { code: "server_error", message: "x" } }), DONE),
    "",
    ["provider_error", "before_output", true, "unknown"],
  ],
  [
    "reset before headers",
    (response) => void response.socket?.resetAndDestroy(),
    "",
    ["connection_reset", "before_headers", true, "unknown"],
  ],
  [
    "closed before headers",
    (response) => void response.socket?.destroy(),
    "",
    ["connection_reset", "before_headers", true, "unknown"],
  ],
  [
    "reset after headers",
    (response) => resetAfter(response, ": x\n\n"),
    "",
    ["connection_reset", "before_output", true, "unknown"],
  ],
  [
    "reset after output",
    (response) => resetAfter(response, sse(textChunk("a"))),
    "a",
    ["connection_reset", "after_output", true, "unknown"],
  ],
  [
    "silent end after output",
    pieces(sse(textChunk("a"))),
    "a",
    ["stream_interrupted", "after_output", true, "unknown"],
  ],
  [
    "silent end before output",
    pieces(": OPENROUTER PROCESSING\n\n"),
    "",
    ["stream_interrupted", "before_output", true, "unknown"],
  ],
  [
    "half an event at the end",
    pieces(sse(textChunk("a")), sse(textChunk("b")).slice(0, 40)),
    "a",
    ["stream_interrupted", "after_output", true, "unknown"],
  ],
  [
    "garbage JSON",
    pieces(sse(textChunk("a")), 'data: {"choices":[{"del\n\n', sse(textChunk("b"))),
    "a",
    ["invalid_response", "after_output", true, "unknown"],
  ],
  [
    "HTML in a 200",
    (response) => void response.writeHead(200, { "content-type": "text/html" }).end("<html>maintenance</html>"),
    "",
    ["invalid_response", "before_output", true, "unknown"],
  ],
  [
    "error in a 200",
    (response) =>
      void response.writeHead(200, { "content-type": "application/json" }).end('{"error":{"code":429,"message":"x"}}'),
    "",
    ["rate_limited", "before_output", true, "unknown"],
  ],
  [
    "compressed answer",
    (response) =>
      void response.writeHead(200, { "content-type": "text/event-stream", "content-encoding": "gzip" }).end(GOOD),
    "",
    ["invalid_response", "before_output", true, "unknown"],
  ],
  [
    "502 HTML",
    (response) => void response.writeHead(502, { "content-type": "text/html" }).end("<html>502</html>"),
    "",
    ["provider_unavailable", "before_headers", true, "unknown"],
  ],
  [
    "429 JSON",
    (response) =>
      void response
        .writeHead(429, { "content-type": "application/json", "retry-after": "7" })
        .end('{"error":{"code":429,"message":"x"}}'),
    "",
    ["rate_limited", "before_headers", true, "no"],
  ],
  [
    "endless error page",
    (response) => void response.writeHead(500, { "content-type": "text/html" }).write("x".repeat(200_000)),
    "",
    ["provider_error", "before_headers", true, "unknown"],
  ],
  [
    "no HTTP at all",
    (response) => void response.socket?.end("SSH-2.0-OpenSSH\r\n\r\n"),
    "",
    ["invalid_response", "before_headers", true, "unknown"],
  ],
];

for (const [what, script, text, expected] of BROKEN) {
  test(`broken: ${what}`, async (t) => {
    const { events, error } = await run(t, script);
    assert.deepEqual(facts(error), expected);
    assert.equal(textOf(events), text);
  });
}

const COMPLETE_ENOUGH: readonly (readonly [what: string, script: Script])[] = [
  ["an end without [DONE]", pieces(sse(textChunk("a")), sse(finishChunk("stop")), sse(USAGE))],
  [
    "a reset behind the finish reason",
    (response) => resetAfter(response, sse(textChunk("a")) + sse(finishChunk("stop")) + sse(USAGE)),
  ],
  [
    "silence behind the finish reason",
    (response) => hangAfter(response, sse(textChunk("a")) + sse(finishChunk("stop")) + sse(USAGE)),
  ],
  [
    "half an event behind the finish reason",
    pieces(sse(textChunk("a")), sse(finishChunk("stop")), sse(USAGE), "data: {"),
  ],
];

for (const [what, script] of COMPLETE_ENOUGH) {
  test(`${what} is an end, and usage is told`, async (t) => {
    const { events, error } = await run(t, script, { trailerMs: 50 });
    assert.equal(error, null);
    assert.deepEqual(
      events.slice(-2).map((event) => event.type),
      ["usage", "end"],
    );
    assert.deepEqual(events.at(-1), { type: "end", sawDone: false, finishReason: "stop" });
  });
}

test("nobody listens: not sent, not billed, to be tried again", async (t) => {
  const closed = createServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const { port } = closed.address() as AddressInfo;
  closed.close();
  await once(closed, "close");
  const upstream = await upstreamFor(t, () => undefined);
  const { error } = await readAll(upstream.client({ baseUrl: `http://127.0.0.1:${port}/v1` }).stream({ model: "m" }));
  assert.deepEqual(facts(error), ["connection_failed", "before_headers", true, "no"]);
});

test("a name that does not exist is not tried again; a key that is no header is not sent", async (t) => {
  const upstream = await upstreamFor(t, () => undefined);
  const nowhere = await readAll(upstream.client({ baseUrl: "http://nowhere.invalid/v1" }).stream({ model: "m" }));
  assert.equal(nowhere.error?.code, "connection_failed");
  const badKey = await readAll(upstream.client({ apiKey: "a\nb" }).stream({ model: "m" }));
  assert.deepEqual(facts(badKey.error), ["invalid_request", "before_headers", false, "no"]);
  assert.equal(upstream.requests.length, 0);
});

const HANGS: readonly (readonly [
  what: string,
  script: Script,
  timeouts: Partial<Timeouts>,
  expected: readonly unknown[],
])[] = [
  [
    "hang before headers",
    () => undefined,
    { firstByteMs: 50 },
    ["first_byte_timeout", "before_headers", true, "unknown"],
  ],
  [
    "hang after headers",
    (response) => sseHead(response),
    { firstByteMs: 50 },
    ["first_byte_timeout", "before_output", true, "unknown"],
  ],
  [
    "hang after a comment",
    (response) => hangAfter(response, ": x\n\n"),
    { idleMs: 50 },
    ["idle_timeout", "before_output", true, "unknown"],
  ],
  [
    "hang after output",
    (response) => hangAfter(response, sse(textChunk("a"))),
    { idleMs: 50 },
    ["idle_timeout", "after_output", true, "unknown"],
  ],
];

for (const [what, script, timeouts, expected] of HANGS) {
  test(`${what}: timed out and closed`, async (t) => {
    const upstream = await upstreamFor(t, script);
    const { error } = await readAll(upstream.client({ timeouts }).stream({ model: "m" }));
    assert.deepEqual(facts(error), expected);
    await upstream.requests[0]?.aborted;
  });
}

/** Writes until the client is gone. */
function drip(text: string, everyMs: number): Script {
  return async (response, request) => {
    sseHead(response);
    let gone = false;
    void request.aborted.then(() => {
      gone = true;
    });
    for (let i = 0; !gone; i = (i + 1) % text.length) {
      response.write(everyMs === 0 ? text : (text[i] as string));
      await pause(Math.max(1, everyMs));
    }
  };
}

test("usage that came before the break is told before the error", async (t) => {
  const running = { ...(textChunk("a") as object), usage: { prompt_tokens: 1, cost: 0.25 } };
  const { events, error } = await run(t, (response) => resetAfter(response, sse(running)));
  assert.equal(error?.code, "connection_reset");
  const last = events.at(-1);
  assert.equal(last?.type === "usage" && last.costUsd, "0.25");
});

test("a byte now and then is silence; comments are life, but not for ever", async (t) => {
  const slow = await run(t, drip("x", 5), { idleMs: 80 });
  assert.equal(slow.error?.code, "idle_timeout");
  const started = performance.now();
  const comments = await run(t, drip(": OPENROUTER PROCESSING\n\n", 0), { firstByteMs: 50, idleMs: 80, totalMs: 400 });
  assert.equal(comments.error?.code, "total_timeout");
  assert.ok(performance.now() - started >= 390);
});

test("one long line on a slow line is not silence", async (t) => {
  const image = sse(textChunk("x".repeat(30_000)));
  const script: Script = async (response) => {
    sseHead(response);
    for (let at = 0; at < image.length; at += 2_000) {
      response.write(image.slice(at, at + 2_000));
      await pause(20);
    }
    response.end(sse(finishChunk("stop")) + DONE);
  };
  const { error } = await run(t, script, { idleMs: 150 });
  assert.equal(error, null);
});

test("connect timeout: the dispatcher never gets a connection", async () => {
  class NoConnection extends Dispatcher {
    override dispatch(): boolean {
      return true;
    }
  }
  const client = new OpenRouterClient({
    baseUrl: "http://x.test/v1",
    dispatcher: new NoConnection(),
    timeouts: { connectMs: 30 },
  });
  const { error } = await readAll(client.stream({ model: "m" }));
  assert.deepEqual(facts(error), ["connect_timeout", "before_headers", true, "no"]);
});
