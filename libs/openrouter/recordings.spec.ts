// Every recorded exchange, replayed over HTTP in awkward pieces, must say what a naive reading of the recording says.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Chunk } from "./answer.types.js";
import { ToolCallAssembler } from "./assemblers.js";
import { decimalFromLiteral } from "./decimal.js";
import { ProviderError } from "./errors.js";
import type { CompletionEvent, UsageEvent } from "./events.js";
import { readAll, ScriptedUpstream } from "./scripted-upstream.js";

interface Recording {
  readonly file: string;
  readonly text: string;
  readonly path: string;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly response: unknown;
  readonly stream: boolean;
}

const FOLDER = new URL("../../../apps/simulator/data/recordings/", import.meta.url);
const RECORDINGS: readonly Recording[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".json"))
  .map((file) => {
    const text = readFileSync(new URL(file, FOLDER), "utf8");
    return { ...(JSON.parse(text) as Omit<Recording, "file" | "text">), file, text };
  });
const CHATS = RECORDINGS.filter((recording) => recording.path.endsWith("/chat/completions"));
const STREAMS = CHATS.filter((recording) => recording.stream);

let upstream: ScriptedUpstream;

before(async () => {
  upstream = await ScriptedUpstream.start(async (response, request) => {
    const recording = RECORDINGS.find((candidate) => candidate.file === request.headers["x-recording"]);
    assert.ok(recording);
    response.writeHead(recording.status, recording.headers);
    const body = Buffer.from(recording.stream ? String(recording.response) : JSON.stringify(recording.response));
    // 97 is prime, so the pieces fall at other places of each event, also inside characters.
    for (let at = 0; at < body.length; at += 97 * 64) {
      for (let i = at; i < Math.min(at + 97 * 64, body.length); i += 97)
        response.write(body.subarray(i, Math.min(i + 97, at + 97 * 64)));
      await new Promise((resolve) => setImmediate(resolve));
    }
    response.end();
  });
});
after(() => upstream.close());

/** A reading without our parser: split at blank lines, parse, concatenate. */
function naive(recording: Recording): {
  text: string;
  reasoning: string;
  tools: Record<number, { name: string; arguments: string }>;
  finish: string | null;
  cost: string | null;
  error: boolean;
  id: string;
} {
  const raw = String(recording.response);
  const chunks = raw
    .split("\n\n")
    .flatMap((event) => (event.startsWith("data: {") ? [JSON.parse(event.slice(6)) as Chunk] : []));
  const tools: Record<number, { name: string; arguments: string }> = {};
  let [text, reasoning] = ["", ""];
  let finish: string | null = null;
  for (const chunk of chunks) {
    const choice = chunk.choices?.[0];
    text += choice?.delta?.content ?? "";
    reasoning += choice?.delta?.reasoning ?? "";
    finish ??= choice?.finish_reason ?? null;
    for (const call of choice?.delta?.tool_calls ?? []) {
      const known = tools[call.index ?? 0] ?? { name: "", arguments: "" };
      tools[call.index ?? 0] = known;
      known.name ||= call.function?.name ?? "";
      known.arguments += call.function?.arguments ?? "";
    }
  }
  const cost = /"cost":([^,}]+)/.exec(raw)?.[1] ?? null;
  return { text, reasoning, tools, finish, cost, error: chunks.some((chunk) => chunk.error), id: chunks[0]?.id ?? "" };
}

function joined(events: readonly CompletionEvent[], key: "text" | "reasoning"): string {
  return events.map((event) => (event.type === "delta" ? (event[key] ?? "") : "")).join("");
}

test("there are recordings to read", () => {
  assert.equal(STREAMS.length, 13);
  assert.ok(CHATS.length >= 85);
});

for (const recording of STREAMS) {
  test(`stream: ${recording.file}`, async () => {
    const expected = naive(recording);
    const { events, error } = await readAll(
      upstream.client().stream({ model: "m" }, { headers: { "x-recording": recording.file } }),
    );
    assert.equal(joined(events, "text"), expected.text);
    assert.equal(joined(events, "reasoning"), expected.reasoning);
    const tools = new ToolCallAssembler();
    for (const event of events) if (event.type === "delta" && event.toolCalls) tools.add(event.toolCalls);
    const called = tools.calls().map((call) => ({ name: call.function.name, arguments: call.function.arguments }));
    assert.deepEqual(called, Object.values(expected.tools));
    for (const call of tools.calls()) JSON.parse(call.function.arguments || "{}");
    const finishes = events.filter((event) => event.type === "finish");
    assert.deepEqual(
      finishes.map((event) => event.finishReason),
      [expected.finish],
    );
    const usages = events.filter((event) => event.type === "usage");
    assert.deepEqual(
      usages.map((event) => event.costUsd),
      [decimalFromLiteral(expected.cost ?? "")],
    );
    assert.equal(usages[0]?.generationId, expected.id);
    assert.equal(error !== null, expected.error);
    assert.equal(events.at(-1)?.type, expected.error ? "usage" : "end");
    assert.equal(events[0]?.type, "headers");
  });
}

for (const recording of CHATS.filter((candidate) => !candidate.stream)) {
  test(`whole, and whole where a stream was asked for: ${recording.file}`, async () => {
    const headers = { "x-recording": recording.file };
    const { events, error } = await readAll(upstream.client().stream({ model: "m" }, { headers }));
    if (recording.status >= 400) {
      const whole = upstream.client().complete({ model: "m" }, { headers });
      await assert.rejects(whole, (thrown) => thrown instanceof ProviderError && thrown.status === recording.status);
      assert.equal(error?.status, recording.status);
      return;
    }
    const result = await upstream.client().complete({ model: "m" }, { headers });
    assert.deepEqual(result.completion, recording.response);
    const literal = /"cost": ([-+.\deE]+)/.exec(recording.text)?.[1];
    assert.equal(result.costUsd, literal === undefined ? null : decimalFromLiteral(literal));
    const [choice] = result.completion.choices ?? [];
    assert.equal(joined(events, "text"), choice?.message?.content ?? "");
    const details = choice?.message?.reasoning_details ?? [];
    const reasoning =
      choice?.message?.reasoning ?? details.map((detail) => detail.text ?? detail.summary ?? "").join("");
    assert.equal(joined(events, "reasoning"), reasoning);
    assert.equal(events.find((event): event is UsageEvent => event.type === "usage")?.costUsd ?? null, result.costUsd);
    assert.equal(error, null);
  });
}

for (const recording of RECORDINGS.filter((candidate) => candidate.path.endsWith("/embeddings"))) {
  test(`embeddings: ${recording.file}`, async () => {
    const headers = { "x-recording": recording.file };
    const { answer, costUsd } = await upstream.client().embeddings({ model: "m", input: "x" }, { headers });
    assert.deepEqual(answer, recording.response);
    const literal = /"cost": ([-+.\deE]+)/.exec(recording.text)?.[1];
    assert.equal(costUsd, literal === undefined ? null : decimalFromLiteral(literal));
  });
}
