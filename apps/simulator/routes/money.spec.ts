// Money: prices applied to real catalog models, balances that run down, limits, own keys, fees, cache.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Simulator, startSimulator } from "../simulator.js";
import { ask, body, get, post } from "../spec-client.js";
import { asObject, decimalOf, type JsonObject, parseExact } from "../wire/json.js";

let sim: Simulator;
before(async () => {
  sim = await startSimulator({ settings: { rate: 0, firstTokenMs: 0, generationDelayMs: 0 } });
});
after(() => sim.close());

const control = (json: JsonObject) =>
  fetch(`${sim.origin}/__control`, { method: "POST", body: JSON.stringify(json) }).then((response) => response.status);

async function usageFor(model: string, more: JsonObject = {}): Promise<JsonObject> {
  const response = await ask(sim, body(model, more));
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return asObject(asObject(parseExact(text))?.["usage"]) ?? {};
}
const costFor = async (model: string, more: JsonObject = {}) =>
  decimalOf((await usageFor(model, more))["cost"])?.toString();

test("the worked examples of the contract, over the wire", async () => {
  assert.equal(await costFor("sim/tokens:24,prompt:8,as:anthropic/claude-haiku-4.5"), "0.000128");
  const sonnet = "sim/tokens:800,prompt:12000,cached:10000,written:1500,as:anthropic/claude-sonnet-5";
  assert.equal(await costFor(sonnet), "0.01475");
  assert.equal(await costFor("sim/tokens:2000,prompt:300000,fee:0.007,as:openai/gpt-5.5"), "3.097");
});

test("own key: allowance, fee, and the list price beside it", async () => {
  const list = "tokens:1000,prompt:1000,as:anthropic/claude-haiku-4.5";
  const allowance = await usageFor(`sim/${list},byok:allowance`);
  assert.equal(decimalOf(allowance["cost"])?.toString(), "0");
  assert.equal(allowance["is_byok"], true);
  assert.equal(decimalOf(asObject(allowance["cost_details"])?.["upstream_inference_cost"])?.toString(), "0.006");
  assert.equal(await costFor(`sim/${list},byok:fee`), "0.0003");
});

test("free models, native searches, the web plugin's fee", async () => {
  assert.equal(await costFor("z-ai/glm-5.2:free"), "0");
  assert.equal(await costFor("sim/tokens:5,free"), "0");
  assert.equal(await costFor("sim/tokens:0,prompt:0,search:3,as:anthropic/claude-haiku-4.5"), "0.03");
  const plain = await costFor("openai/gpt-4o-mini");
  const searched = await costFor("openai/gpt-4o-mini", { plugins: [{ id: "web" }] });
  assert.equal(Number(searched) - Number(plain) > 0.00699, true, `${plain} ${searched}`);
});

test("every catalog model answers, at its own price", async () => {
  const { json } = await get(sim, "/models?output_modalities=all");
  const ids = (json["data"] as JsonObject[]).map((entry) => String(entry["id"]));
  assert.equal(ids.length, 526);
  for (const id of ids.filter((_, index) => index % 9 === 0)) {
    const response = await ask(sim, body(id, { max_tokens: 5 }));
    assert.equal(response.status, 200, id);
    await response.text();
  }
});

test("a balance really runs down to 402, and no further", async () => {
  const key = "sk-or-v1-small";
  assert.equal(await control({ keys: { [key]: { balance: "0.001" } } }), 200);
  // 100 prompt tokens and 20 tokens of Haiku: 0.0002 a call.
  const call = body("sim/tokens:20,prompt:100,as:anthropic/claude-haiku-4.5", { max_tokens: 20 });
  const statuses: number[] = [];
  let last: JsonObject = {};
  for (let turn = 0; turn < 7; turn += 1) {
    const response = await ask(sim, call, { authorization: `Bearer ${key}` });
    statuses.push(response.status);
    last = (await response.json()) as JsonObject;
  }
  assert.deepEqual(statuses, [200, 200, 200, 200, 200, 402, 402]);
  const error = asObject(last["error"]) ?? {};
  assert.equal(asObject(error["metadata"])?.["limit_source"], "openrouter_credits");
  const { json } = await get(sim, "/key", key);
  assert.equal(decimalOf(asObject(json["data"])?.["usage"])?.toString(), "0.001");
});

test("the pre-flight check says what can be afforded; a poor key gets nothing", async () => {
  const key = "sk-or-v1-preflight";
  await control({ keys: { [key]: { balance: "0.01" } } });
  const asked = body("anthropic/claude-haiku-4.5", { max_tokens: 50_000 });
  const response = await ask(sim, asked, { authorization: `Bearer ${key}` });
  assert.equal(response.status, 402);
  assert.match(
    String(asObject(((await response.json()) as JsonObject)["error"])?.["message"]),
    /up to 50000 tokens.*can only afford 199\d\./,
  );
  assert.equal((await ask(sim, asked, { authorization: "Bearer sk-or-poor" })).status, 402);
});

test("a key's own limit, and keys that share an account", async () => {
  await control({
    keys: { "sk-or-v1-a": { account: "shared", balance: "1" }, "sk-or-v1-b": { account: "shared", limit: "0.0001" } },
  });
  const call = body("sim/tokens:20,prompt:100,as:anthropic/claude-haiku-4.5", { max_tokens: 1 });
  const status = async (key: string) => (await ask(sim, call, { authorization: `Bearer ${key}` })).status;
  assert.equal(await status("sk-or-v1-a"), 200);
  assert.equal(await status("sk-or-v1-b"), 402, "105 micro-dollars do not fit into 100");
  await control({ keys: { "sk-or-v1-a": { balance: "0" } } });
  assert.equal(await status("sk-or-v1-a"), 402);
});

test("the in-flight budget counts what runs now, and lets go of it", async () => {
  const key = "sk-or-v1-flight";
  await control({ keys: { [key]: { balance: "10", inFlightBudget: "0.0003" } } });
  const asked = {
    ...body("sim/tokens:20,first:60000,prompt:100,as:anthropic/claude-haiku-4.5", { max_tokens: 40 }),
    stream: true,
  };
  const controller = new AbortController();
  const headers = { authorization: `Bearer ${key}` };
  await fetch(`${sim.url}/chat/completions`, {
    method: "POST",
    headers,
    signal: controller.signal,
    body: JSON.stringify(asked),
  });
  const second = await ask(sim, asked, headers);
  assert.equal(second.status, 402);
  assert.equal(second.headers.get("retry-after"), "1");
  controller.abort();
  const quick = body("sim/tokens:1", { max_tokens: 1 });
  while ((await ask(sim, quick, headers)).status === 402);
  assert.equal(sim.world.journal.summary().running, 0);
});

test("free models have limits when they are switched on", async () => {
  await control({ freePerMinute: 2 });
  const key = { authorization: "Bearer sk-or-v1-free" };
  const statuses: number[] = [];
  for (let turn = 0; turn < 3; turn += 1) statuses.push((await ask(sim, body("z-ai/glm-5.2:free"), key)).status);
  assert.deepEqual(statuses, [200, 200, 429]);
  await control({ freePerMinute: null });
});

test("an equal request in the response cache costs nothing and is counted as nothing", async () => {
  const asked = body("sim/tokens:20,as:anthropic/claude-haiku-4.5");
  const cached = async () => {
    const response = await ask(sim, asked, { "x-openrouter-cache": "true" });
    const usage = asObject(asObject(parseExact(await response.text()))?.["usage"]);
    return [response.headers.get("x-openrouter-cache-status"), decimalOf(usage?.["cost"])?.toString()];
  };
  assert.deepEqual(await cached(), ["MISS", "0.000108"]);
  assert.deepEqual(await cached(), ["HIT", "0"]);
});

test("embeddings: repeatable, of the wanted size, at the model's price", async () => {
  const asked = { model: "openai/text-embedding-3-small", input: ["one", "two", "one"], dimensions: 16 };
  const response = await post(sim, "/embeddings", asked);
  assert.match(response.headers.get("x-generation-id") ?? "", /^gen-/);
  const answer = (await response.json()) as { data: { embedding: number[]; index: number }[]; usage: JsonObject };
  assert.deepEqual(
    answer.data.map(({ embedding }) => embedding.length),
    [16, 16, 16],
  );
  assert.deepEqual(answer.data[0]?.embedding, answer.data[2]?.embedding);
  assert.notDeepEqual(answer.data[0]?.embedding, answer.data[1]?.embedding);
  assert.equal(answer.usage["cost"], 0.00000006, "three tokens at 0.02 USD per million");
  assert.equal((await post(sim, "/embeddings", { model: "openai/text-embedding-3-small" })).status, 400);
});

test("image models and vision: price per input image", async () => {
  const parts = [
    { type: "text", text: "What is this?" },
    { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
  ];
  const cost = await costFor("sim/tokens:0,prompt:0,as:google/gemini-2.5-flash", {
    messages: [{ role: "user", content: parts }],
  });
  assert.equal(cost, "0.0000003");
});
