// Answers in the form of OpenAI's Responses: what chat completions say, as this form's events, at the same cost.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Simulator, startSimulator } from "../simulator.js";
import { ask, body, chunksIn, post } from "../spec-client.js";
import { asArray, asObject, type JsonObject, parseExact } from "../wire/json.js";

let sim: Simulator;
before(async () => {
  sim = await startSimulator();
});
after(() => sim.close());

const read = async (answer: Response): Promise<JsonObject> => asObject(parseExact(await answer.text())) ?? {};
const respond = (model: string, more: JsonObject = {}) =>
  post(sim, "/responses", { model, input: "Hello there", ...more });

test("the same text, thinking, calls and cost as chat completions", async () => {
  for (const model of ["sim/tokens:7", "sim/reasoning-tokens:4,tokens:3", "sim/tool:2", "openai/gpt-4o-mini"]) {
    const chat = await read(await ask(sim, body(model)));
    const whole = await read(await respond(model));
    const events = chunksIn(await (await respond(model, { stream: true })).text());
    const message = asObject(asObject(asArray(chat["choices"])[0])?.["message"]) ?? {};
    const items = asArray(whole["output"]).map((item) => asObject(item) ?? {});
    const calls = items.filter(({ type }) => type === "function_call").map(({ name, arguments: args }) => [name, args]);
    const wanted = asArray(message["tool_calls"]).map((call) => {
      const { name, arguments: args } = asObject(asObject(call)?.["function"]) ?? {};
      return [name, args];
    });
    assert.deepEqual(calls, wanted, model);
    const said = (type: string) =>
      events
        .filter((event) => event["type"] === type)
        .map(({ delta }) => delta)
        .join("");
    assert.equal(said("response.output_text.delta"), message["content"] ?? "", model);
    assert.equal(said("response.reasoning_text.delta"), message["reasoning"] ?? "", model);
    assert.deepEqual(
      events.map((event) => JSON.stringify(event["sequence_number"])),
      events.map((_, index) => String(index)),
    );
    const end = events.at(-1) ?? {};
    assert.equal(end["type"], "response.completed");
    const [usage, streamed] = [asObject(whole["usage"]), asObject(asObject(end["response"])?.["usage"])];
    assert.deepEqual(streamed, usage);
    assert.deepEqual(usage?.["cost"], asObject(chat["usage"])?.["cost"]);
  }
});

test("a limit ends an answer as incomplete", async () => {
  const whole = await read(await respond("sim/tokens:9", { max_output_tokens: 4 }));
  assert.deepEqual([whole["status"], whole["incomplete_details"]], ["incomplete", { reason: "max_output_tokens" }]);
});

test("an error in the stream is response.failed, and costs nothing", async () => {
  const answer = await respond("sim/tokens:9,stream-error", { stream: true });
  assert.equal(chunksIn(await answer.text()).at(-1)?.["type"], "response.failed");
});

for (const [what, more] of [
  ["no input", { input: undefined }],
  ["an empty input", { input: [] }],
  ["an item that is none", { input: [7] }],
  ["an item without a role", { input: [{ content: "Hi" }] }],
  ["what is to be stored", { store: true }],
  ["a response that is not kept", { previous_response_id: "resp_1" }],
  ["a recording of another form", { model: "replay/chat-streaming-responses-supports-streaming-responses" }],
] as const)
  test(`400 for ${what}`, async () => {
    assert.equal((await respond("sim/plain", more)).status, 400);
  });
