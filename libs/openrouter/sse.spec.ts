// The SSE parser: every form that the wire may take, any split of the bytes, and its bounds.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { SseLimitError, type SseLimits, SseParser } from "./sse.js";

type Seen = readonly [data: string, name: string, unterminated: boolean];

function parse(chunks: readonly Buffer[], limits?: SseLimits): Seen[] {
  const seen: Seen[] = [];
  const parser = new SseParser((data, name, cut) => seen.push([data, name, cut]), limits);
  for (const chunk of chunks) parser.push(chunk);
  parser.end();
  return seen;
}

function parseText(text: string): Seen[] {
  return parse([Buffer.from(text)]);
}

/** The pieces of `bytes` between the given positions. */
function cut(bytes: Buffer, positions: readonly number[]): Buffer[] {
  const borders = [0, ...[...positions].sort((a, b) => a - b), bytes.length];
  return borders.slice(1).map((end, i) => bytes.subarray(borders[i], end));
}

const FORMS: readonly (readonly [what: string, text: string, seen: readonly Seen[]])[] = [
  [
    "LF",
    "data: a\n\ndata: b\n\n",
    [
      ["a", "", false],
      ["b", "", false],
    ],
  ],
  [
    "CRLF",
    "data: a\r\n\r\ndata: b\r\n\r\n",
    [
      ["a", "", false],
      ["b", "", false],
    ],
  ],
  [
    "CR",
    "data: a\r\rdata: b\r\r",
    [
      ["a", "", false],
      ["b", "", false],
    ],
  ],
  [
    "mixed line ends",
    "data: a\r\n\ndata: b\n\r\ndata: c\r\n\rdata: d\n\n",
    [
      ["a", "", false],
      ["b", "", false],
      ["c", "", false],
      ["d", "", false],
    ],
  ],
  [
    "no blank after the colon",
    "data:a\n\ndata:  b\n\n",
    [
      ["a", "", false],
      [" b", "", false],
    ],
  ],
  ["comments everywhere", ": x\n\ndata: a\n: y\ndata: b\n:\n\n", [["a\nb", "", false]]],
  ["data over several lines", 'data: {"a":\ndata: 1}\n\n', [['{"a":\n1}', "", false]]],
  [
    "event names, one event long",
    "event: error\ndata: a\n\ndata: b\n\n",
    [
      ["a", "error", false],
      ["b", "", false],
    ],
  ],
  [
    "other fields and garbage lines",
    "id: 7\nretry: 1\n<html>\ndatax: q\n\u0000\u0000\ndata: a\nxdata: b\n\n",
    [["a", "", false]],
  ],
  ["an empty event", "event: ping\n\ndata\n\ndata:\n\n", []],
  ["byte order mark", "\ufeffdata: a\n\n", [["a", "", false]]],
  ["NUL inside the data", "data: a\u0000b\n\n", [["a\u0000b", "", false]]],
  [
    "half an event at the end",
    'data: a\n\ndata: {"b',
    [
      ["a", "", false],
      ['{"b', "", true],
    ],
  ],
  ["last blank line missing", "data: a\n", [["a", "", true]]],
  ["characters of 2, 3 and 4 bytes", "data: äé€𝄞👩‍👩‍👧\n\n", [["äé€𝄞👩‍👩‍👧", "", false]]],
];

for (const [what, text, seen] of FORMS) {
  test(`form: ${what}`, () => {
    const bytes = Buffer.from(text);
    assert.deepEqual(parse([bytes]), seen);
    assert.deepEqual(parse(cut(bytes, [...bytes.keys()])), seen, "one byte a write");
    for (let at = 1; at < bytes.length; at++) assert.deepEqual(parse(cut(bytes, [at])), seen, `cut at ${at}`);
  });
}

test("any split of generated events gives the same events", () => {
  const end = fc.constantFrom("\n", "\r\n", "\r");
  const line = fc.oneof(
    fc.string({ unit: "grapheme" }).map((text) => `data: ${text.replace(/[\r\n]/g, "")}`),
    fc.string({ unit: "binary" }).map((text) => `data:${text.replace(/[\r\n]/g, "")}`),
    fc.constantFrom(": OPENROUTER PROCESSING", "event: error", "", "", "garbage", "data"),
  );
  const stream = fc.array(fc.tuple(line, end)).map((lines) => lines.map(([text, stop]) => text + stop).join(""));
  fc.assert(
    fc.property(stream, fc.array(fc.nat(), { maxLength: 40 }), (text, points) => {
      const bytes = Buffer.from(text);
      const positions = points.map((point) => (bytes.length === 0 ? 0 : point % bytes.length));
      assert.deepEqual(parse(cut(bytes, positions)), parseText(text));
    }),
    { numRuns: 500 },
  );
});

test("any split of a recorded stream gives the same events", () => {
  const folder = new URL("../../../apps/simulator/data/recordings/", import.meta.url);
  const streams = readdirSync(folder)
    .map((file) => JSON.parse(readFileSync(new URL(file, folder), "utf8")) as { stream: boolean; response: string })
    .filter((recording) => recording.stream)
    .map((recording) => recording.response);
  assert.ok(streams.length >= 14);
  for (const text of streams) {
    const expected = text
      .split("\n\n")
      .filter((event) => event.startsWith("data: "))
      .map((event): Seen => [event.slice("data: ".length), "", false]);
    const bytes = Buffer.from(text);
    const positions = fc.array(fc.nat({ max: bytes.length - 1 }), { maxLength: 200 });
    fc.assert(
      fc.property(positions, (points) => assert.deepEqual(parse(cut(bytes, points)), expected)),
      { numRuns: 20 },
    );
  }
});

test("lines and totals are bounded, whatever the chunks", () => {
  const limits = { maxEventBytes: 100, maxTotalBytes: 1000 };
  const piece = Buffer.alloc(60, "x");
  assert.throws(() => parse([piece, piece], limits), SseLimitError, "a line without end");
  const row = Buffer.from(`data: ${"x".repeat(50)}\n`);
  assert.throws(() => parse([row, row, row], limits), SseLimitError, "an event of many lines");
  const events = Array.from({ length: 30 }, () => Buffer.from(`data: ${"x".repeat(40)}\n\n`));
  assert.throws(() => parse(events, limits), SseLimitError, "a stream of many events");
  assert.equal(parse(events.slice(0, 20), limits).length, 20);
});

test("an event of 12 MiB passes in time that grows with its length, not with its square", () => {
  const image = "A".repeat(12 * 1024 * 1024);
  const bytes = Buffer.from(`data: ${image}\n\n`);
  const pieces = Array.from({ length: Math.ceil(bytes.length / 1024) }, (_, i) =>
    bytes.subarray(i * 1024, (i + 1) * 1024),
  );
  const started = performance.now();
  const seen = parse(pieces);
  assert.equal(seen[0]?.[0].length, image.length);
  // 12,000 pieces joined again and again would copy 72 GiB; one join takes milliseconds.
  assert.ok(performance.now() - started < 5_000);
});
