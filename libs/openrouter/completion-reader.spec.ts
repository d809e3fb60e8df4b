// What chunks mean: each rule of contract §2.3 and the shapes that other endpoints send.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CompletionReader } from "./completion-reader.js";
import { ProviderError } from "./errors.js";
import type { CompletionEvent } from "./events.js";

interface Outcome {
  readonly events: readonly CompletionEvent[];
  readonly error: ProviderError | null;
}

/** Reads chunks (objects) and raw data (strings), then the end of the stream. */
function read(...data: readonly unknown[]): Outcome {
  const events: CompletionEvent[] = [];
  const reader = new CompletionReader((event) => events.push(event), "gen-1");
  try {
    for (const item of data) reader.read(typeof item === "string" ? item : JSON.stringify(item), "", false);
    if (!reader.done) reader.end();
    return { events, error: null };
  } catch (error) {
    assert.ok(error instanceof ProviderError);
    return { events, error };
  }
}

function delta(fields: object, rest: object = {}): object {
  return { id: "gen-1", choices: [{ index: 0, delta: fields, ...rest }] };
}

const FINISH = delta({ content: "" }, { finish_reason: "stop", native_finish_reason: "end_turn" });
const USAGE = { prompt_tokens: 1, completion_tokens: 2, cost: 0.5 };

function types(outcome: Outcome): string[] {
  return outcome.events.map((event) => event.type);
}

test("a finish reason that stands twice is one finish, usage is told once, then the end", () => {
  const again = delta({ content: "" }, { finish_reason: "stop", native_finish_reason: "end_turn" });
  const outcome = read(
    delta({ content: "Hi" }),
    FINISH,
    { ...again, usage: USAGE },
    "[DONE]",
    delta({ content: "more" }),
  );
  assert.deepEqual(types(outcome), ["delta", "finish", "usage", "end"]);
  assert.deepEqual(outcome.events.at(-1), { type: "end", sawDone: true, finishReason: "stop" });
});

for (const [form, chunk] of [
  ["with empty choices", { id: "gen-1", choices: [], usage: USAGE }],
  ["without choices", { id: "gen-1", usage: USAGE }],
  ["with finish_reason null", { ...delta({ content: "" }, { finish_reason: null }), usage: USAGE }],
] as const) {
  test(`usage ${form}`, () => {
    const outcome = read(delta({ content: "Hi" }), FINISH, chunk, "[DONE]");
    assert.deepEqual(types(outcome), ["delta", "finish", "usage", "end"]);
    const usage = outcome.events.find((event) => event.type === "usage");
    assert.equal(usage?.costUsd, "0.5");
  });
}

test("running usage: the last figure counts, without a cost it is null", () => {
  const outcome = read(
    { ...delta({ content: "a" }), usage: { prompt_tokens: 1, completion_tokens: 1 } },
    { ...FINISH, usage: { prompt_tokens: 1, completion_tokens: 9 } },
  );
  const usages = outcome.events.filter((event) => event.type === "usage");
  assert.equal(usages.length, 1);
  assert.equal(usages[0]?.usage.completion_tokens, 9);
  assert.equal(usages[0]?.costUsd, null);
});

test("reasoning and its details are the same words: told once", () => {
  const details = [{ type: "reasoning.text", text: "think", index: 0 }];
  const outcome = read(delta({ content: "", reasoning: "think", reasoning_details: details }), FINISH);
  assert.deepEqual(outcome.events[0], { type: "delta", reasoning: "think", reasoningDetails: details });
});

test("reasoning that stands only in the details, or under another name, is not lost", () => {
  const details = [
    { type: "reasoning.summary", summary: "sum", index: 0 },
    { type: "reasoning.encrypted", data: "xx", index: 1 },
  ];
  const outcome = read(delta({ reasoning_details: details }), delta({ reasoning_content: "other" }), FINISH);
  assert.deepEqual(
    outcome.events.flatMap((event) => (event.type === "delta" ? [event.reasoning] : [])),
    ["sum", "other"],
  );
});

test("nulls, repeated roles, empty texts, debug chunks and unknown fields make no event", () => {
  const nothing = {
    role: "assistant",
    content: null,
    reasoning: null,
    tool_calls: null,
    refusal: null,
    images: [],
    new_field: 1,
  };
  const outcome = read(
    { id: "gen-1", choices: [], debug: { echo_upstream_body: {} } },
    delta(nothing),
    { choices: null },
    { ...FINISH, error: null, usage: null },
  );
  assert.deepEqual(types(outcome), ["finish", "end"]);
});

test("refusal, annotations, images, audio and tool calls come through", () => {
  const annotations = [{ type: "url_citation", url_citation: { url: "https://x" } }];
  const images = [{ type: "image_url", image_url: { url: "data:image/png;base64,AA" } }];
  const toolCalls = [{ index: 0, id: "a", type: "function", function: { name: "f", arguments: "" } }];
  const outcome = read(
    delta({ refusal: "no" }),
    delta({ annotations, images }),
    delta({ tool_calls: toolCalls }),
    delta({ audio: { data: "AA" } }),
    FINISH,
  );
  assert.deepEqual(outcome.events.slice(0, 4), [
    { type: "delta", refusal: "no" },
    { type: "delta", annotations, images },
    { type: "delta", toolCalls },
    { type: "delta", audio: { data: "AA" } },
  ]);
});

test("content in parts is joined; another choice's words are not mixed in", () => {
  const parts = [
    { type: "text", text: "a" },
    { type: "text", text: "b" },
  ];
  const second = { id: "gen-1", choices: [{ index: 1, delta: { content: "other" } }] };
  const outcome = read(delta({ content: parts }), second, FINISH);
  assert.deepEqual(outcome.events[0], { type: "delta", text: "ab" });
  assert.deepEqual(types(outcome), ["delta", "finish", "end"]);
});

test("who serves is told with the first chunk, and again when more is known", () => {
  const outcome = read(
    { id: "gen-1", model: "m", choices: [] },
    { id: "gen-1", model: "m", provider: "P", choices: [] },
    { id: "gen-1", model: "m", provider: "P", choices: [] },
    FINISH,
  );
  const served = outcome.events.filter((event) => event.type === "served");
  assert.deepEqual(
    served.map((event) => event.provider),
    [null, "P"],
  );
});

test("the error key decides, whatever the finish reason; text and usage before it stay", () => {
  const bad = {
    ...delta({ content: "" }, { finish_reason: null }),
    error: { code: 400, message: "Token limit reached" },
    usage: { ...USAGE, cost: 0 },
  };
  const outcome = read(delta({ content: "Hi" }), delta({ content: "" }, { finish_reason: "length" }), bad, "[DONE]");
  assert.deepEqual(types(outcome), ["delta", "finish", "usage"]);
  assert.equal(outcome.error?.code, "max_tokens_exceeded");
  assert.equal(outcome.error?.phase, "after_output");
  assert.equal(outcome.error?.generationId, "gen-1");
});

test("an error without choices, in a choice, by finish reason alone", () => {
  const cases: readonly (readonly [object, string])[] = [
    [{ error: { code: "server_error", message: "x" } }, "provider_error"],
    [{ choices: [{ index: 0, error: { code: 502, message: "x" } }] }, "provider_unavailable"],
    [delta({ content: "" }, { finish_reason: "error" }), "provider_unavailable"],
  ];
  for (const [chunk, code] of cases) {
    const { error } = read(chunk);
    assert.equal(error?.code, code);
    assert.equal(error?.phase, "before_output");
    assert.equal(error?.retryable, true);
  }
});

test("an event named error is one, even without an error key", () => {
  const reader = new CompletionReader(() => undefined, null);
  assert.throws(() => reader.read('{"message":"x"}', "error", false), { code: "provider_unavailable" });
});

test("a silent end is a fault, before and after output", () => {
  const before = read();
  assert.deepEqual(
    [before.error?.code, before.error?.phase, before.error?.retryable],
    ["stream_interrupted", "before_output", true],
  );
  const after = read(delta({ content: "Hi" }));
  assert.deepEqual(
    [after.error?.code, after.error?.phase, after.error?.retryable],
    ["stream_interrupted", "after_output", true],
  );
});

test("an end without [DONE] after the finish reason is an end; [DONE] without one too", () => {
  assert.deepEqual(read(delta({ content: "Hi" }), FINISH).events.at(-1), {
    type: "end",
    sawDone: false,
    finishReason: "stop",
  });
  assert.deepEqual(read(delta({ content: "" }, { finish_reason: null }), "[DONE]").events.at(-1), {
    type: "end",
    sawDone: true,
    finishReason: null,
  });
});

test("data that is no JSON object is a fault, because text would be missing", () => {
  for (const data of ['{"choices":[', "[1]", "7", "null", "hello", '{"a":"\u0000"}']) {
    assert.equal(read(delta({ content: "Hi" }), data).error?.code, "invalid_response", data);
  }
});

test("half an event at the end is judged by what came before it", () => {
  const events: CompletionEvent[] = [];
  const reader = new CompletionReader((event) => events.push(event), null);
  reader.read('{"choices":[{"del', "", true);
  assert.throws(() => reader.end(), { code: "stream_interrupted" });
});
