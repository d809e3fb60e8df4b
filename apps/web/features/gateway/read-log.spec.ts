// Logged bodies as people read them.
import { expect, test } from "vitest";
import { readAnswer, readRequest } from "./read-log";

const CHAT = "/chat/completions";
const stream = (...events: unknown[]) =>
  `: hello\n\n${events.map((one) => `data: ${JSON.stringify(one)}\n\n`).join("")}`;
const piece = (delta: object, index = 0) => ({ choices: [{ index, delta }] });

test("a logged request is its messages, with what is no text named, and its parameters", () => {
  const call = { id: "1", type: "function", function: { name: "weather", arguments: '{"city":"Bern"}' } };
  const messages = [
    { role: "system", content: "Be short." },
    {
      role: "user",
      content: [
        { type: "text", text: "What is it?" },
        { type: "image_url", image_url: { url: "data:" } },
      ],
    },
    { role: "assistant", content: null, tool_calls: [call] },
    { role: "tool", tool_call_id: "1", content: "sunny" },
  ];
  expect(readRequest(CHAT, JSON.stringify({ model: "m", stream: true, messages }))).toEqual({
    said: [
      { role: "system", text: "Be short.", calls: [] },
      { role: "user", text: "What is it?\n[image_url]", calls: [] },
      { role: "assistant", text: "", calls: [{ name: "weather", input: '{"city":"Bern"}' }] },
      { role: "tool", text: "sunny", calls: [] },
    ],
    parameters: { model: "m", stream: true },
  });
});

test("a logged request is its input, of the other endpoints", () => {
  const said = (path: string, body: object) =>
    readRequest(path, JSON.stringify(body))?.said.map(({ role, text }) => [role, text]);
  expect(said("/responses", { input: "Hi", instructions: "Be short." })).toEqual([
    ["system", "Be short."],
    ["input", "Hi"],
  ]);
  const input = [
    { role: "user", content: [{ type: "input_text", text: "Hi" }] },
    { type: "function_call", name: "f", arguments: "{}" },
    { type: "function_call_output", output: "1" },
  ];
  expect(said("/responses", { input })).toEqual([
    ["user", "Hi"],
    ["assistant", ""],
    ["tool", "1"],
  ]);
  expect(said("/embeddings", { input: ["a", "b"] })).toEqual([
    ["input", "a"],
    ["input", "b"],
  ]);
});

test("a logged request is not read when it is not complete", () => {
  for (const body of ["", '{"messages":[', "[]", "null"]) expect(readRequest(CHAT, body)).toBe(undefined);
  expect(readRequest(CHAT, "{}")).toEqual({ said: [], parameters: {} });
});

test("a logged answer is the text of a stream, joined, of each choice", () => {
  const body = stream(
    piece({ role: "assistant", content: "", reasoning: "hm" }),
    piece({ content: "Hel" }),
    piece({ content: "B" }, 1),
    piece({ content: "lo" }),
    piece({ tool_calls: [{ index: 0, function: { name: "f", arguments: '{"a"' } }] }),
    piece({ tool_calls: [{ index: 0, function: { arguments: ":1}" } }] }),
    { choices: [], usage: { cost: 1 } },
  );
  expect(readAnswer(CHAT, `${body}data: [DONE]\n\n`, true)).toEqual({
    choices: [
      { text: "Hello", reasoning: "hm", calls: [{ name: "f", input: '{"a":1}' }] },
      { text: "B", reasoning: "", calls: [] },
    ],
    error: null,
    vectors: null,
  });
});

test("a logged answer is what came of a stream that broke, and why", () => {
  const body = stream(piece({ content: "Hel" }), { error: { message: "It broke." }, choices: [] });
  const read = readAnswer(CHAT, `${body}data: {"choices":[{"de`, true);
  expect([read?.choices[0]?.text, read?.error]).toEqual(["Hel", "It broke."]);
});

test("a logged answer is the message of a whole answer, the error of a failed one, and the size of vectors", () => {
  const whole = { choices: [{ message: { role: "assistant", content: "Hi", reasoning: "hm" } }] };
  expect(readAnswer(CHAT, `  ${JSON.stringify(whole)}`, false)?.choices).toEqual([
    { text: "Hi", reasoning: "hm", calls: [] },
  ]);
  expect(readAnswer(CHAT, '{"error":{"message":"Slow down.","code":429}}', false)?.error).toBe("Slow down.");
  expect(readAnswer("/embeddings", '{"data":[{"embedding":[1,2,3]},{"embedding":[4,5,6]}]}', false)?.vectors).toEqual({
    count: 2,
    length: 3,
  });
  expect(readAnswer(CHAT, "<html>", false)).toBe(undefined);
});

test("a logged answer is read from responses, whole and streamed", () => {
  const output = [
    { type: "reasoning", summary: [{ type: "summary_text", text: "hm" }] },
    { type: "message", content: [{ type: "output_text", text: "Hi" }] },
    { type: "function_call", name: "f", arguments: "{}" },
  ];
  const choices = [{ text: "Hi", reasoning: "hm", calls: [{ name: "f", input: "{}" }] }];
  expect(readAnswer("/responses", JSON.stringify({ output, error: null }), false)?.choices).toEqual(choices);
  const body = stream(
    { type: "response.reasoning_summary_text.delta", delta: "hm" },
    { type: "response.output_text.delta", delta: "H" },
    { type: "response.output_text.delta", delta: "i" },
    { type: "response.output_item.done", item: output[2] },
  );
  expect(readAnswer("/responses", body, true)?.choices).toEqual(choices);
  const failed = stream({ type: "response.failed", response: { error: { message: "It broke." } } });
  expect(readAnswer("/responses", failed, true)?.error).toBe("It broke.");
});
