// The normal answers: every kind of content, the same streamed and as JSON.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import Ajv from "ajv";
import { foldMessage } from "../answer/pieces.js";
import { type Simulator, startSimulator } from "../simulator.js";
import { ask, body, chunksIn } from "../spec-client.js";
import { asArray, asObject, asText, countOf, type JsonObject } from "../wire/json.js";

let sim: Simulator;
before(async () => {
  sim = await startSimulator({ settings: { rate: 0, firstTokenMs: 0, generationDelayMs: 0 } });
});
after(() => sim.close());

type Both = {
  readonly message: JsonObject;
  readonly finish: unknown;
  readonly usage: JsonObject;
  readonly events: readonly JsonObject[];
};

const choiceOf = (answer: JsonObject) => asObject(asArray(answer["choices"])[0]) ?? {};

/** Asks twice, once streamed; the two must hold the same message, finish reason and usage. */
async function both(json: JsonObject): Promise<Both> {
  const whole = (await (await ask(sim, json)).json()) as JsonObject;
  const events = chunksIn(await (await ask(sim, { ...json, stream: true })).text());
  const finish = choiceOf(whole)["finish_reason"];
  const message = asObject(choiceOf(whole)["message"]) ?? {};
  const folded = foldMessage(events.map((event) => asObject(choiceOf(event)["delta"]) ?? {}));
  assert.deepEqual(JSON.parse(JSON.stringify({ ...folded, content: folded["content"] || null })), {
    ...message,
    content: message["content"] || null,
  });
  assert.equal(events.map(choiceOf).findLast((choice) => choice["finish_reason"])?.["finish_reason"] ?? null, finish);
  const usage = asObject(whole["usage"]) ?? {};
  assert.equal(JSON.stringify(events.at(-1)?.["usage"]), JSON.stringify(usage));
  assert.equal(Number(usage["total_tokens"]), Number(usage["prompt_tokens"]) + Number(usage["completion_tokens"]));
  return { message, finish, usage, events };
}

test("plain: a short sentence, the same for the same prompt and another for another", async () => {
  const first = await both(body("sim/"));
  assert.match(String(first.message["content"]), /\(\w{8}\)\.$/);
  assert.deepEqual((await both(body("sim/"))).message, first.message);
  const other = await both({ model: "sim/", messages: [{ role: "user", content: "Something else" }] });
  assert.notEqual(other.message["content"], first.message["content"]);
});

test("numbered tokens: each counted once, in order", async () => {
  const { message, usage, events } = await both(body("sim/tokens:250"));
  assert.equal(message["content"], Array.from({ length: 250 }, (_, index) => `t${index} `).join(""));
  assert.equal(usage["completion_tokens"], 250);
  assert.equal(events.length, 252, "one event a token, one for the end, one for the usage");
});

test("the same by directive, which wins over the model id", async () => {
  const messages = [{ role: "user", content: "Count [[sim: tokens=7 rate=0]] please" }];
  const { message } = await both({ model: "anthropic/claude-haiku-4.5", messages });
  assert.equal(message["content"], "t0 t1 t2 t3 t4 t5 t6 ");
  const over = await both({ model: "sim/tokens:100", messages });
  assert.equal(over.message["content"], message["content"]);
});

test("max_tokens ends with length; a stop sequence with stop", async () => {
  const cut = await both(body("sim/tokens:50", { max_tokens: 10 }));
  assert.equal(cut.finish, "length");
  assert.equal(cut.usage["completion_tokens"], 10);
  const stop = await both(body("sim/tokens:50", { stop: ["t12"] }));
  assert.equal(stop.finish, "stop");
  assert.ok(String(stop.message["content"]).endsWith("t11 "));
});

test("a prefill is continued, not repeated", async () => {
  const messages = [
    { role: "user", content: "Hello there" },
    { role: "assistant", content: "t0 t1 t2 t3" },
  ];
  const { message } = await both({ model: "sim/tokens:6", messages });
  assert.equal(`t0 t1 t2 t3${message["content"]}`, "t0 t1 t2 t3 t4 t5 ");
});

test("echo, text, unicode, words and huge", async () => {
  const echo = await both({ model: "x-ai/grok-4.5", messages: [{ role: "user", content: "[[sim: echo]] Grüße 👋" }] });
  assert.equal(echo.message["content"], "Grüße 👋");
  assert.equal((await both(body('sim/text:"two words"'))).message["content"], "two words");
  assert.match(String((await both(body("sim/unicode"))).message["content"]), /👨‍👩‍👧‍👦/);
  const words = String((await both(body("sim/words:120"))).message["content"]).split(/\s+/).length;
  assert.equal(words, 120);
  assert.ok(String((await both(body("sim/huge"))).message["content"]).split(/\s+/).length >= 5000);
});

test("an instance of the schema that was asked for", async () => {
  const schema = {
    type: "object",
    properties: {
      name: { type: "string", minLength: 8 },
      age: { type: "integer", minimum: 18, maximum: 20 },
      kind: { enum: ["a", "b"] },
      mail: { type: "string", format: "email" },
      maybe: { anyOf: [{ type: "null" }, { type: "number", exclusiveMinimum: 2 }] },
      list: { type: "array", minItems: 2, items: { $ref: "#/$defs/node" } },
    },
    required: ["name", "age", "kind", "mail", "maybe", "list"],
    additionalProperties: false,
    $defs: {
      node: {
        type: "object",
        properties: { next: { $ref: "#/$defs/node" }, on: { type: "boolean" } },
        required: ["on"],
      },
    },
  };
  const format = { type: "json_schema", json_schema: { name: "thing", strict: true, schema } };
  const { message } = await both(body("openai/gpt-4o-mini", { response_format: format }));
  const validate = new Ajv.default({ strict: false, validateFormats: false }).compile(schema);
  assert.ok(validate(JSON.parse(String(message["content"]))), JSON.stringify(validate.errors));
  const object = await both(body("openai/gpt-4o-mini", { response_format: { type: "json_object" } }));
  assert.doesNotThrow(() => JSON.parse(String(object.message["content"])));
});

const TOOLS = ["get_time", "get_place"].map((name) => ({
  type: "function",
  function: {
    name,
    parameters: { type: "object", properties: { where: { type: "string" } }, required: ["where"] },
  },
}));

test("forced, single and parallel tool calls", async () => {
  const forced = { tools: TOOLS, tool_choice: { type: "function", function: { name: "get_place" } } };
  const one = await both(body("openai/gpt-4o-mini", forced));
  assert.equal(one.finish, "tool_calls");
  const [call] = asArray(one.message["tool_calls"]).map((raw) => asObject(raw) ?? {});
  assert.deepEqual(call?.["function"], { name: "get_place", arguments: '{"where":"where"}' });
  const two = await both(body("sim/tool:2", { tools: TOOLS }));
  const calls = asArray(two.message["tool_calls"]).map((raw) => asObject(raw) ?? {});
  assert.deepEqual(
    calls.map((each) => countOf(each["index"])),
    [0, 1],
  );
  assert.equal(new Set(calls.map((each) => each["id"])).size, 2);
  const single = await both(body("sim/tool:2", { tools: TOOLS, parallel_tool_calls: false }));
  assert.equal(asArray(single.message["tool_calls"]).length, 1);
  const heads = two.events.flatMap((event) => asArray(asObject(choiceOf(event)["delta"])?.["tool_calls"]));
  const first = asObject(asObject(heads[0])?.["function"]);
  assert.equal(asText(first?.["arguments"]), "", "the head of a call has empty arguments");
});

test("reasoning as text with signature, as summary, encrypted, and numbered", async () => {
  const text = await both(body("sim/reasoning:text"));
  const [detail] = asArray(text.message["reasoning_details"]).map((raw) => asObject(raw) ?? {});
  assert.equal(detail?.["type"], "reasoning.text");
  assert.equal(detail?.["text"], text.message["reasoning"]);
  assert.ok(detail?.["signature"]);
  const kinds = async (form: string) =>
    asArray((await both(body(`sim/reasoning:${form}`))).message["reasoning_details"]).map(
      (raw) => asObject(raw)?.["type"],
    );
  assert.deepEqual(await kinds("summary"), ["reasoning.summary", "reasoning.encrypted"]);
  assert.deepEqual(await kinds("encrypted"), ["reasoning.encrypted"]);
  const { usage, message } = await both(body("sim/tokens:5,reasoning-tokens:11"));
  assert.equal(usage["completion_tokens"], 16);
  assert.equal(asObject(usage["completion_tokens_details"])?.["reasoning_tokens"], 11);
  assert.ok(String(message["reasoning"]).startsWith("r0 r1 r2 "));
});

test("refusal, annotations, images, content filter", async () => {
  const { message } = await both(body("sim/refusal"));
  assert.equal(message["content"], null);
  assert.ok(message["refusal"]);
  assert.equal(asArray((await both(body("sim/annotations"))).message["annotations"]).length, 2);
  const [image] = asArray((await both(body("sim/image:1500000"))).message["images"]);
  assert.ok(String(asObject(asObject(image)?.["image_url"])?.["url"]).length > 1_500_000);
  assert.equal((await both(body("sim/tokens:9,content-filter"))).finish, "content_filter");
});

test("no tokens at all: finish_reason null and nothing to pay", async () => {
  const { finish, usage } = await both(body("sim/empty"));
  assert.equal(finish, null);
  assert.equal(usage["cost"], 0);
  assert.equal(usage["completion_tokens"], 0);
});

test("a title for a request that wants one; directives inside are not for it", async () => {
  const messages = [
    { role: "system", content: "Give a short title for the conversation. Answer with the title only." },
    { role: "user", content: "How do I bake bread without yeast? [[sim: error=500]]" },
  ];
  const { message } = await both({ model: "openai/gpt-4o-mini", max_tokens: 24, messages });
  assert.equal(message["content"], "Bake bread without yeast");
});
