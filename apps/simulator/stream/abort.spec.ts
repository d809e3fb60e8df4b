// What is billed when the client leaves, at every point of an answer.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Simulator, startSimulator } from "../simulator.js";
import { ask, body, get, settled, stream, textOf } from "../spec-client.js";
import { decimalOf } from "../wire/json.js";

let sim: Simulator;
before(async () => {
  sim = await startSimulator({ settings: { generationDelayMs: 0, cancelledGenerationDelayMs: 0 } });
});
after(() => sim.close());

const PROMPT = 1000;
const HAIKU = `as:anthropic/claude-haiku-4.5,prompt:${PROMPT}`;
/** Haiku 4.5: 1 and 5 USD per million tokens. */
const haiku = (tokens: number) => ((PROMPT + 5 * tokens) / 1e6).toString();

for (const leaveAfter of [1, 7, 40]) {
  test(`after ${leaveAfter} tokens: prompt and what was sent, where the provider stops`, async () => {
    const answer = await stream(sim, body(`sim/tokens:500,rate:400,provider:Anthropic,${HAIKU}`), leaveAfter);
    const entry = await settled(sim, answer.id);
    assert.equal(entry.outcome, "aborted");
    assert.ok(entry.abortedAt);
    assert.ok(entry.tokensSent >= leaveAfter && entry.tokensSent < 500, `${entry.tokensSent} tokens`);
    assert.equal(entry.billed, haiku(entry.tokensSent));
    const { json } = await get(sim, `/generation?id=${answer.id}`);
    const data = json["data"] as Record<string, unknown>;
    assert.equal(data["cancelled"], true);
    assert.equal(decimalOf(data["total_cost"])?.toString(), entry.billed);
    assert.equal(decimalOf(data["native_tokens_completion"])?.toString(), String(entry.tokensSent));
  });
}

test("the whole answer, where the provider does not stop", async () => {
  const answer = await stream(sim, body(`sim/tokens:500,rate:400,provider:"Groq",${HAIKU}`), 3);
  const entry = await settled(sim, answer.id);
  assert.equal(entry.outcome, "aborted");
  assert.ok(entry.tokensSent < 500);
  assert.equal(entry.billed, "0.0035");
});

test("cancel:no and cancel:yes win over the provider", async () => {
  const whole = await stream(sim, body(`sim/tokens:500,rate:400,cancel:no,${HAIKU}`), 3);
  assert.equal((await settled(sim, whole.id)).billed, "0.0035");
  const part = await stream(sim, body(`sim/tokens:500,rate:400,cancel:yes,provider:Groq,${HAIKU}`), 3);
  const entry = await settled(sim, part.id);
  assert.equal(entry.billed, haiku(entry.tokensSent));
});

test("between headers and first token: nothing", async () => {
  const controller = new AbortController();
  const response = await fetch(`${sim.url}/chat/completions`, {
    method: "POST",
    signal: controller.signal,
    headers: { authorization: "Bearer sk-or-v1-spec" },
    body: JSON.stringify({ ...body(`sim/tokens:5,first:60000,${HAIKU}`), stream: true }),
  });
  const id = response.headers.get("x-generation-id") ?? "";
  assert.match(id, /^gen-\d+-[A-Za-z0-9]{20}$/);
  controller.abort();
  const entry = await settled(sim, id);
  assert.equal(entry.outcome, "aborted");
  assert.equal(entry.billed, "0");
});

test("before the headers: nothing", async () => {
  const controller = new AbortController();
  const seq = sim.world.journal.since(0).at(-1)?.seq ?? 0;
  const asked = fetch(`${sim.url}/chat/completions`, {
    method: "POST",
    signal: controller.signal,
    headers: { authorization: "Bearer sk-or-v1-spec" },
    body: JSON.stringify({ ...body(`sim/tokens:5,hang-before,${HAIKU}`), stream: true }),
  });
  let id: string | null | undefined;
  while (!id) {
    id = sim.world.journal.since(seq)[0]?.generationId;
    await new Promise((resolve) => setImmediate(resolve));
  }
  controller.abort();
  await assert.rejects(asked);
  const entry = await settled(sim, id);
  assert.equal(entry.headersAt, null);
  assert.equal(entry.billed, "0");
});

test("an answer without stream is billed whole from its headers on", async () => {
  const controller = new AbortController();
  const response = await fetch(`${sim.url}/chat/completions`, {
    method: "POST",
    signal: controller.signal,
    headers: { authorization: "Bearer sk-or-v1-spec" },
    body: JSON.stringify(body(`sim/tokens:500,delay:60000,provider:Anthropic,${HAIKU}`)),
  });
  const id = response.headers.get("x-generation-id") ?? "";
  controller.abort();
  await assert.rejects(response.text());
  const entry = await settled(sim, id);
  assert.equal(entry.outcome, "aborted");
  assert.equal(entry.billed, "0.0035");
});

test("leaving behind [DONE] is no cancel", async () => {
  const answer = await stream(sim, body(`sim/tokens:20,${HAIKU}`));
  assert.ok(textOf(answer).endsWith("data: [DONE]\n\n"));
  const entry = await settled(sim, answer.id);
  assert.equal(entry.outcome, "finished");
  assert.equal(entry.billed, haiku(20));
  assert.equal(entry.abortedAt, null);
});

test("the sum of the journal is the account's spend", async () => {
  const mine = "sk-or-v1-mgmt-sum";
  const before = sim.world.journal.summary().billed;
  for (const tokens of [3, 5, 8]) {
    await (await ask(sim, body(`sim/tokens:${tokens},${HAIKU}`), { authorization: `Bearer ${mine}` })).text();
  }
  const { json } = await get(sim, "/credits", mine);
  const usage = decimalOf((json["data"] as Record<string, unknown>)["total_usage"]);
  assert.equal(usage?.toString(), sim.world.journal.summary().billed);
  assert.notEqual(before, usage?.toString());
});
