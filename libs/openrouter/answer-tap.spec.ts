// Reading along: whatever the bytes are cut into, and in whatever form the answer comes.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type AnswerForm, AnswerTap } from "./answer-tap.js";
import { CompletionReader } from "./completion-reader.js";
import type { CompletionEvent } from "./events.js";
import { SseParser } from "./sse.js";

const FOLDER = join(import.meta.dirname, "..", "..", "..", "apps", "simulator", "data", "recordings");
const streams = readdirSync(FOLDER)
  .map((name) => ({
    name,
    ...(JSON.parse(readFileSync(join(FOLDER, name), "utf8")) as { path: string; stream?: boolean; response: unknown }),
  }))
  .filter(({ path, stream }) => stream === true && path.endsWith("/chat/completions"))
  .map(({ name, response }) => ({ name, bytes: Buffer.from(String(response)) }));

/** Bytes cut anywhere. */
function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, n) => bytes.subarray(at[n], end));
}

function tapped(bytes: readonly Buffer[], form: AnswerForm = "chat") {
  const events: CompletionEvent[] = [];
  const tap = new AnswerTap(form, (event) => events.push(event), null);
  for (const piece of bytes) tap.push(piece);
  const complete = tap.end();
  return { complete, error: tap.error?.code ?? null, output: tap.output, events: forTheBooks(events) };
}

/** What the ledger takes from a stream. */
const forTheBooks = (events: readonly CompletionEvent[]) => events.filter(({ type }) => type !== "delta");

/** The same by the reader that parses every event. */
function read(bytes: Buffer): CompletionEvent[] {
  const events: CompletionEvent[] = [];
  const reader = new CompletionReader((event) => events.push(event), null);
  const parser = new SseParser((data, name, cut) => reader.read(data, name, cut));
  try {
    parser.push(bytes);
    parser.end();
    if (!reader.done) reader.end();
  } catch {
    reader.flushUsage();
  }
  return forTheBooks(events);
}

describe("the tap", () => {
  for (const { name, bytes } of streams) {
    it(`learns from a recording what a full reader learns, however it is cut: ${name}`, () => {
      const expected = read(bytes);
      fc.assert(
        fc.property(fc.array(fc.nat(bytes.length), { maxLength: 40 }), (cuts) => {
          assert.deepEqual(tapped(pieces(bytes, cuts)).events, expected);
        }),
        { numRuns: 25 },
      );
    });
  }

  it("has recordings to read", () => {
    assert.ok(streams.length >= 10);
  });

  it("takes nothing from text that quotes JSON", () => {
    const content = JSON.stringify('"usage":{"cost":9},"finish_reason":"stop","error":{"code":500} [DONE]');
    const chunk = (rest: string) => `data: {"id":"gen-1","model":"m","choices":[{"index":0,"delta":${rest}]}\n\n`;
    const bytes = Buffer.from(
      chunk(`{"content":"a"},"finish_reason":null}`) + chunk(`{"content":${content}},"finish_reason":null}`),
    );
    const { complete, error, output, events } = tapped([bytes]);
    assert.deepEqual([complete, error, output], [false, null, true]);
    assert.deepEqual(
      events.map(({ type }) => type),
      ["served"],
    );
  });

  it("reads the Responses form, streamed and whole", () => {
    const response =
      '{"id":"resp-1","object":"response","status":"completed","model":"openai/gpt-5","output":[],"usage":{"input_tokens":8,"input_tokens_details":{"cached_tokens":2},"output_tokens":5,"output_tokens_details":{"reasoning_tokens":3},"total_tokens":13,"cost":0.00012300}}';
    const bytes = Buffer.from(
      `event: response.created\ndata: {"type":"response.created","response":{"id":"resp-1","model":"openai/gpt-5","usage":null}}\n\n` +
        `event: response.output_text.delta\ndata: {"type":"response.output_text.delta","delta":"Hi \\"usage\\":{}"}\n\n` +
        `event: response.completed\ndata: {"type":"response.completed","response":${response}}\n\n`,
    );
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 20 }), (cuts) => {
        const { complete, error, events } = tapped(pieces(bytes, cuts), "responses");
        assert.deepEqual([complete, error], [true, null]);
        assertUsage(events);
      }),
    );
    const whole: CompletionEvent[] = [];
    new AnswerTap("responses", (event) => whole.push(event), null).whole(response);
    assertUsage(whole);
    assert.equal(tapped([bytes.subarray(0, bytes.length - 300)], "responses").complete, false);
  });

  it("reads the cost of embeddings without their vectors", () => {
    const events: CompletionEvent[] = [];
    const vector = Array.from({ length: 2_000 }, (_, n) => n / 7).join(",");
    new AnswerTap("embeddings", (event) => events.push(event), "gen-9").whole(
      `{"object":"list","data":[{"object":"embedding","index":0,"embedding":[${vector}]}],"model":"m","usage":{"prompt_tokens":4,"total_tokens":4,"cost":8e-8}}`,
    );
    const usage = events.find((event) => event.type === "usage");
    assert.deepEqual([usage?.costUsd, usage?.usage.prompt_tokens, usage?.generationId], ["0.00000008", 4, "gen-9"]);
  });

  it("throws what a whole answer says instead of one", () => {
    const tap = (form: AnswerForm) => new AnswerTap(form, () => undefined, null);
    for (const form of ["chat", "embeddings", "responses"] as const) {
      assert.throws(() => tap(form).whole('{"error":{"code":429,"message":"slow"}}'), { code: "rate_limited" });
      assert.throws(() => tap(form).whole("<html>"), { code: "invalid_response" });
    }
  });
});

function assertUsage(events: readonly CompletionEvent[]): void {
  const usage = events.find((event) => event.type === "usage");
  assert.equal(usage?.costUsd, "0.000123");
  const { prompt_tokens, completion_tokens, completion_tokens_details: details } = usage!.usage;
  assert.deepEqual([prompt_tokens, completion_tokens, details?.reasoning_tokens], [8, 5, 3]);
}
