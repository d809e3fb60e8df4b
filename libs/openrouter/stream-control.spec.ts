// How a stream is steered: headers at once, cancelling, leaving, slow readers, connections used again.
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { setTimeout as pause, setImmediate as turn } from "node:timers/promises";
import {
  DONE,
  facts,
  finishChunk,
  GOOD,
  pieces,
  readAll,
  sse,
  sseHead,
  textChunk,
  textOf,
  upstreamFor,
  WHOLE,
} from "./scripted-upstream.js";

test("headers are told at once, before any byte of the body", async (t) => {
  const told = Promise.withResolvers<unknown>();
  const upstream = await upstreamFor(t, async (response) => {
    sseHead(response, "gen-2-early");
    // The body waits until the client has told us that it saw the headers.
    await told.promise;
    response.end(GOOD);
  });
  const { events, error } = await readAll(upstream.client().stream({ model: "m" }, { onHeaders: told.resolve }));
  assert.deepEqual(await told.promise, { generationId: "gen-2-early", status: 200 });
  assert.deepEqual(events[0], { type: "headers", generationId: "gen-2-early", status: 200 });
  assert.equal(error, null);
});

test("cancelling closes the upstream connection at once, before and in the answer", async (t) => {
  const upstream = await upstreamFor(t, (response, request) => {
    if (request.url.includes("mute")) return;
    sseHead(response);
    response.write(sse(textChunk("a")));
  });
  for (const [query, phase] of [
    ["?mute", "before_headers"],
    ["", "after_output"],
  ] as const) {
    const stop = new AbortController();
    const client = upstream.client({ baseUrl: `${upstream.origin}/v1${query}` });
    const seen = upstream.requests.length;
    const reading = readAll(
      client.stream({ model: "m" }, { signal: stop.signal, onHeaders: () => setImmediate(() => stop.abort()) }),
    );
    while (upstream.requests.length === seen) await turn();
    if (query !== "") stop.abort();
    const { error } = await reading;
    assert.equal(error?.code, "cancelled");
    assert.ok(phase === "before_headers" ? error?.phase === phase : error?.phase !== "before_headers");
    await upstream.requests[seen]?.aborted;
  }
});

test("a signal that fired before sends nothing", async (t) => {
  const upstream = await upstreamFor(t, () => undefined);
  const { error } = await readAll(upstream.client().stream({ model: "m" }, { signal: AbortSignal.abort() }));
  assert.deepEqual(facts(error), ["cancelled", "before_headers", false, "no"]);
  assert.equal(upstream.requests.length, 0);
});

test("leaving the loop closes the upstream connection", async (t) => {
  const upstream = await upstreamFor(t, (response) => {
    sseHead(response);
    response.write(sse(textChunk("a")));
  });
  for await (const event of upstream.client().stream({ model: "m" })) if (event.type === "delta") break;
  await upstream.requests[0]?.aborted;
});

test("a stream that is never read sends nothing; a second reading finds it empty", async (t) => {
  const upstream = await upstreamFor(t, pieces(GOOD));
  const stream = upstream.client().stream({ model: "m" });
  assert.equal(upstream.requests.length, 0);
  assert.equal(textOf((await readAll(stream)).events), WHOLE);
  assert.deepEqual(await readAll(stream), { events: [], error: null });
  assert.equal(upstream.requests.length, 1);
});

test("a slow reader slows the sender, loses nothing and does not run into the idle limit", async (t) => {
  const chunk = sse(textChunk("x".repeat(20_000)));
  const total = 2_000;
  let written = 0;
  const upstream = await upstreamFor(t, async (response) => {
    sseHead(response);
    for (; written < total; written++) if (!response.write(chunk)) await once(response, "drain");
    response.end(sse(finishChunk("stop")) + DONE);
  });
  const stream = upstream.client({ timeouts: { idleMs: 1_000 } }).stream({ model: "m" });
  let length = 0;
  let wasHeldBack = false;
  for await (const event of stream) {
    if (event.type !== "delta") continue;
    if (length === 0) {
      await pause(2_500);
      wasHeldBack = written < total;
    }
    length += event.text?.length ?? 0;
  }
  assert.ok(wasHeldBack);
  assert.equal(length, total * 20_000);
});

test("the connection is used again after [DONE]", async (t) => {
  const ports = new Set<number | undefined>();
  const answered: Promise<unknown>[] = [];
  const upstream = await upstreamFor(t, (response) => {
    ports.add(response.socket?.remotePort);
    answered.push(once(response, "close"));
    sseHead(response);
    response.end(GOOD);
  });
  for (let i = 0; i < 3; i++) {
    assert.equal((await readAll(upstream.client().stream({ model: "m" }))).error, null);
    // The stream is told of [DONE] before the body's last bytes, which need a turn of the loop to be read.
    await answered[i];
    await turn();
    await turn();
  }
  assert.equal(ports.size, 1);
});
