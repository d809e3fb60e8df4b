// Streams whose bytes come in every form: the same text, one usage, one end; and the bounds of their size.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  DONE,
  facts,
  finishChunk,
  GOOD,
  pieces,
  readAll,
  run,
  sse,
  textChunk,
  textOf,
  upstreamFor,
  WHOLE,
} from "./scripted-upstream.js";

const INTACT: readonly (readonly [what: string, parts: readonly (string | Buffer)[]])[] = [
  ["one write", [GOOD]],
  ["one byte a write", [...Buffer.from(GOOD)].map((byte) => Buffer.of(byte))],
  ["CRLF", [GOOD.replaceAll("\n", "\r\n")]],
  ["CR", [GOOD.replaceAll("\n", "\r")]],
  ["no blank after data:", [GOOD.replaceAll("data: ", "data:")]],
  ["comments before, between and behind", [`: OPENROUTER PROCESSING\n\n${GOOD.replaceAll("\n\n", "\n\n: x\n\n")}`]],
  ["data over several lines", [GOOD.replaceAll('"choices"', '\ndata: "choices"')]],
  ["event: lines", [GOOD.replaceAll("data: {", "event: message\ndata: {")]],
  ["lines that are no SSE", [`<p>hello</p>\n\n${GOOD.replaceAll("\n\n", "\n\nwhat is this\n\n")}`]],
  ["lines of NUL", [GOOD.replaceAll("\n\n", "\n\n\u0000\u0000\n\n")]],
  ["events after [DONE]", [GOOD + sse(textChunk("late"))]],
  ["garbage after [DONE]", [GOOD, "data: {broken\n\n"]],
];

for (const [what, parts] of INTACT) {
  test(`bytes: ${what}`, async (t) => {
    const { events, error } = await run(t, pieces(...parts));
    assert.equal(error, null);
    assert.equal(textOf(events), WHOLE);
    const kinds = events.map((event) => event.type);
    assert.equal(kinds.join(" ").replace(/(delta ?)+/, "delta "), "headers served delta finish usage end");
    assert.equal(events.find((event) => event.type === "usage")?.costUsd, "0.0076509169");
  });
}

test("an image event of 3 MB passes", async (t) => {
  const url = `data:image/png;base64,${"A".repeat(3_000_000)}`;
  const chunk = { id: "g", choices: [{ index: 0, delta: { images: [{ type: "image_url", image_url: { url } }] } }] };
  const { events, error } = await run(t, pieces(sse(chunk), sse(finishChunk("stop")), DONE));
  assert.equal(error, null);
  assert.equal(events.find((event) => event.type === "delta")?.images?.[0]?.image_url.url, url);
});

test("an event and an answer beyond the bounds end it", async (t) => {
  const upstream = await upstreamFor(t, pieces(sse(textChunk("a")), sse(textChunk("x".repeat(10_000))), GOOD));
  const event = await readAll(upstream.client({ limits: { maxEventBytes: 5_000 } }).stream({ model: "m" }));
  assert.deepEqual(facts(event.error), ["response_too_large", "after_output", false, "unknown"]);
  assert.equal(textOf(event.events), "a");
  const whole = await readAll(upstream.client({ limits: { maxTotalBytes: 9_000 } }).stream({ model: "m" }));
  assert.equal(whole.error?.code, "response_too_large");
});
