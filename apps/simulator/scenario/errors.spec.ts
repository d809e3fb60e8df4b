// HTTP errors by name, flaky answers, and the checks that need no scenario.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Simulator, startSimulator } from "../simulator.js";
import { ask, body, get, post } from "../spec-client.js";
import { asObject, type JsonObject } from "../wire/json.js";
import { ERROR_NAMES } from "./error-answers.js";

let sim: Simulator;
before(async () => {
  sim = await startSimulator();
});
after(() => sim.close());

const errorIn = async (response: Response) => asObject(((await response.json()) as JsonObject)["error"]) ?? {};
const metadataOf = (error: JsonObject) => asObject(error["metadata"]) ?? {};

for (const name of ERROR_NAMES) {
  test(`error ${name}`, async () => {
    const response = await ask(sim, body(`sim/${name}`, { stream: true }));
    assert.equal(response.status, Number(name.slice(0, 3)));
    const html = name === "502-html" || name === "524";
    assert.match(response.headers.get("content-type") ?? "", html ? /text\/html/ : /application\/json/);
    if (html) return assert.match(await response.text(), /<html>/);
    const error = await errorIn(response);
    assert.equal(typeof error["message"], "string");
    if (name === "503-availability") {
      assert.deepEqual(
        [error["code"], error["http_status"], error["error_type"]],
        [undefined, 503, "provider_overloaded"],
      );
      assert.equal(asObject(error["availability"])?.["retryable"], true);
      return;
    }
    assert.equal(error["code"], name === "200-error" ? 502 : response.status);
    assert.equal(typeof metadataOf(error)["error_type"], "string");
  });
}

test("the kinds can be told apart without prose", async () => {
  const source = async (name: string) =>
    metadataOf(await errorIn(await ask(sim, body(`sim/error:${name}`))))["limit_source"];
  assert.equal(await source("402-credits"), "openrouter_credits");
  assert.equal(await source("402-key"), "openrouter_key_limit");
  assert.equal(await source("402-inflight"), "openrouter_in_flight_budget");
  assert.equal(await source("403-budget"), "openrouter_workspace_budget");
  assert.equal(await source("429-daily"), "openrouter_free_tier_daily");
  assert.equal(await source("429-provider"), "upstream_provider_shared_pool");
});

test("Retry-After where a provider gives a hint, X-RateLimit in ms on the daily limit", async () => {
  const provider = await ask(sim, body("sim/429-provider,retry-after:7"));
  assert.equal(provider.headers.get("retry-after"), "7");
  const daily = await ask(sim, body("sim/429-daily"));
  assert.equal(daily.headers.get("retry-after"), null);
  const reset = Number(daily.headers.get("x-ratelimit-reset"));
  assert.ok(reset > Date.now() && reset <= Date.now() + 86_400_000, "the next UTC day, epoch milliseconds");
  const headers = asObject(metadataOf(await errorIn(daily))["headers"]);
  assert.equal(headers?.["X-RateLimit-Reset"], String(reset));
  assert.equal((await ask(sim, body("sim/402-inflight"))).headers.get("retry-after"), "1");
});

test("moderation quotes at most 100 characters", async () => {
  const messages = [{ role: "user", content: `${"x".repeat(300)} [[sim: error=403-moderation]]` }];
  const error = await errorIn(await ask(sim, { model: "openai/gpt-4o-mini", messages }));
  const flagged = String(metadataOf(error)["flagged_input"]);
  assert.equal([...flagged].length, 100);
  assert.ok(flagged.includes("…"));
});

test("flaky: N failures for this key and prompt, then good; others count for themselves", async () => {
  const statuses = async (text: string, key: string) => {
    const messages = [{ role: "user", content: `${text} [[sim: flaky=2 error=429-provider tokens=1]]` }];
    const found: number[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      const response = await ask(sim, { model: "sim/", messages }, { authorization: `Bearer ${key}` });
      found.push(response.status);
      await response.text();
    }
    return found;
  };
  assert.deepEqual(await statuses("one", "sk-or-v1-a"), [429, 429, 200, 200]);
  assert.deepEqual(await statuses("two", "sk-or-v1-a"), [429, 429, 200, 200]);
  assert.deepEqual(await statuses("one", "sk-or-v1-b"), [429, 429, 200, 200]);
});

test("nothing is billed for an error, and it has no generation", async () => {
  const before = sim.world.journal.summary();
  await (await ask(sim, body("sim/500"))).text();
  const entry = sim.world.journal.since(0).at(-1);
  assert.equal(entry?.outcome, "rejected");
  assert.equal(entry?.status, 500);
  assert.equal(entry?.billed, "0");
  assert.equal(entry?.generationId, null);
  assert.equal(sim.world.journal.summary().billed, before.billed);
});

test("real checks: key, JSON, model, messages, parameters, size, context", async () => {
  const status = async (json: unknown, headers: Record<string, string> = {}) => {
    const response = await post(sim, "/chat/completions", json, headers);
    return [response.status, (await errorIn(response))["message"]];
  };
  assert.deepEqual(await status(body("sim/"), { authorization: "" }), [401, "Missing Authentication header"]);
  assert.deepEqual(await status(body("sim/"), { authorization: "Bearer sk-or-bad-1" }), [401, "User not found."]);
  assert.deepEqual(await status(body("sim/"), { authorization: "Bearer pk_other" }), [401, "User not found."]);
  assert.deepEqual(await status("{nonsense"), [400, "Request body is not valid JSON"]);
  assert.deepEqual(await status("[]"), [400, "Request body must be a JSON object"]);
  assert.deepEqual(await status(body("acme/none")), [400, "acme/none is not a valid model ID"]);
  assert.deepEqual(await status({ model: "sim/" }), [400, 'Input required: specify "prompt" or "messages"']);
  assert.equal((await status(body("sim/", { max_tokens: 0 })))[0], 400);
  assert.equal((await status(body("sim/", { temperature: 3 })))[0], 400);
  const long = { model: "openai/gpt-3.5-turbo", messages: [{ role: "user", content: "word ".repeat(20_000) }] };
  const [code, message] = await status(long);
  assert.equal(code, 400);
  assert.match(String(message), /^This endpoint's maximum context length is \d+ tokens\. However, you requested about/);
  assert.equal((await status({ ...long, transforms: ["middle-out"] }))[0], 200);
});

test("a body over the limit is read to its end and refused with a readable 413", async () => {
  const small = await startSimulator({ settings: { maxBodyBytes: 1000 } });
  const response = await post(small, "/chat/completions", body("sim/", { metadata: "x".repeat(3_000_000) }));
  assert.equal(response.status, 413);
  assert.equal(metadataOf(await errorIn(response))["error_type"], "payload_too_large");
  await small.close();
});

test("a misspelt switch is refused by name, not ignored", async () => {
  const error = await errorIn(await ask(sim, body("sim/tokns:5")));
  assert.match(String(error["message"]), /"tokns"/);
  assert.equal((await ask(sim, body("sim/tokens:many"))).status, 400);
  assert.equal((await ask(sim, body("sim/error:999"))).status, 400);
});

test("fallbacks: the first model that works answers", async () => {
  const response = await ask(sim, body("sim/503", { models: ["acme/none", "sim/tokens:2", "sim/500"] }));
  assert.equal(response.status, 200);
  assert.equal(((await response.json()) as JsonObject)["model"], "sim/tokens:2");
  assert.equal((await ask(sim, body("sim/503", { models: ["sim/529"] }))).status, 529, "the last one's error");
});

test("unknown paths are JSON 404s", async () => {
  const { status, json } = await get(sim, "/nothing/here");
  assert.equal(status, 404);
  assert.equal(metadataOf(asObject(json["error"]) ?? {})["error_type"], "not_found");
  assert.equal((await fetch(`${sim.origin}/elsewhere`)).status, 404);
  assert.equal(
    (await fetch(`${sim.url}/chat/completions`, { headers: { authorization: "Bearer sk-or-x" } })).status,
    404,
  );
});
