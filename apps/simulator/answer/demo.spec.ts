// The demo as a person meets it: it fits the question, and it never pretends to be a real model.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Simulator, startSimulator } from "../simulator.js";
import { ask, chunksIn } from "../spec-client.js";
import { asArray, asObject, type JsonObject } from "../wire/json.js";

let sim: Simulator;
before(async () => {
  sim = await startSimulator({ settings: { rate: 0, firstTokenMs: 0 } });
});
after(() => sim.close());

async function say(content: string, more: JsonObject = {}): Promise<JsonObject> {
  const model = String(more["model"] ?? "anthropic/claude-haiku-4.5");
  const response = await ask(sim, { messages: [{ role: "user", content }], ...more, model });
  const answer = (await response.json()) as JsonObject;
  return asObject(asObject(asArray(answer["choices"])[0])?.["message"]) ?? {};
}
const text = async (content: string) => String((await say(content))["content"]);

const EXAMPLES: readonly (readonly [string, RegExp])[] = [
  ["Show me some code", /^```typescript$/m],
  ["Please make a table", /^\| :-+ \|/m],
  ["A math formula please", /^\$\$$/m],
  ["Tell me a long story", /^# /m],
  ["What does it cost?", /exact/i],
  ["How do budgets work?", /reserved/],
  ["Where are my secrets stored?", /vault/],
  ["What about retention?", /legal hold/i],
  ["What happens after a crash?", /number/],
  ["Give me a checklist", /^1\. /m],
  ["How do I add my key?", /Provider keys/],
  ["What is Parley?", /self-hosted/],
  ["Warum ist der Himmel blau?", /“Warum ist der Himmel blau\?”/],
  ["hi", /^Hello/],
];

for (const [question, expected] of EXAMPLES) {
  test(`“${question}”`, async () => {
    const answer = await text(question);
    assert.match(answer, expected);
    assert.match(answer, /simulat/i, "says what it is");
    assert.match(answer, /Settings → Provider keys/, "and how to get the real thing");
    assert.match(answer, /OPENROUTER_API_KEY/);
    assert.ok(!answer.includes("{{"), "no placeholder is left");
  });
}

test("a story is long, a greeting short", async () => {
  assert.ok((await text("tell me a long story")).split(/\s+/).length >= 800);
  assert.ok((await text("hello")).split(/\s+/).length < 80);
});

test("calls an offered tool when the question fits, and passes its result on", async () => {
  const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
  const tools = [{ type: "function", function: { name: "get_weather", parameters } }];
  const asked = await say("What is the weather in Bonn?", { tools });
  const [call] = asArray(asked["tool_calls"]).map((raw) => asObject(raw) ?? {});
  assert.equal(asObject(call?.["function"])?.["name"], "get_weather");
  assert.equal((await say("What is the weather in Bonn?"))["tool_calls"], undefined, "not without tools");
  assert.equal((await say("Tell me about budgets", { tools }))["tool_calls"], undefined, "not for another question");
  const messages = [
    { role: "user", content: "What is the weather in Bonn?" },
    { role: "assistant", content: null, tool_calls: [call] },
    { role: "tool", tool_call_id: call?.["id"], content: "7 degrees, rain" },
  ];
  const reply = await say("", { tools, messages });
  assert.match(String(reply["content"]), /7 degrees, rain/);
});

test("thinks first when asked to, by parameter or in words, where the model can", async () => {
  assert.ok((await say("Hello", { reasoning: { effort: "low" } }))["reasoning"]);
  assert.ok((await say("Think step by step: what is Parley?"))["reasoning"]);
  assert.equal((await say("Hello", { reasoning: { effort: "none" } }))["reasoning"], null);
  assert.equal((await say("Hello", { reasoning: { effort: "low", exclude: true } }))["reasoning"], null);
  assert.equal(
    (await say("Hello", { reasoning: { effort: "low" }, model: "openai/gpt-3.5-turbo" }))["reasoning"],
    null,
  );
});

test("the pace is that of the settings, uneven but exact in sum", async () => {
  const slow = await startSimulator({ settings: { rate: 200, firstTokenMs: 40 } });
  const began = performance.now();
  const asked = {
    model: "openai/gpt-4o-mini",
    stream: true,
    max_tokens: 60,
    messages: [{ role: "user", content: "long" }],
  };
  const chunks = chunksIn(await (await ask(slow, asked)).text());
  const took = performance.now() - began;
  assert.equal(chunks.length, 62);
  assert.ok(took >= 40 + (60 / 200) * 1000 * 0.65, `${took} ms`);
  await slow.close();
});
