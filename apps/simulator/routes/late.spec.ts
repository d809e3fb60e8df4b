// Data that comes late or changes: /generation, /activity, the catalog, and the control plane itself.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { type Simulator, startSimulator } from "../simulator.js";
import { ask, body, get, KEY } from "../spec-client.js";
import { asArray, asObject, countOf, decimalOf, type JsonObject } from "../wire/json.js";

let sim: Simulator;
before(async () => {
  sim = await startSimulator({ settings: { rate: 0, firstTokenMs: 0 } });
});
after(() => sim.close());
beforeEach(() => postTo("/__reset", {}));

const postTo = async (path: string, json: JsonObject) => {
  const response = await fetch(`${sim.origin}${path}`, { method: "POST", body: JSON.stringify(json) });
  return { status: response.status, json: (await response.json()) as JsonObject };
};
const control = (json: JsonObject) => postTo("/__control", json);

async function call(model: string): Promise<string> {
  const response = await ask(sim, body(model));
  await response.text();
  return response.headers.get("x-generation-id") ?? "";
}
const generation = async (id: string, key = KEY) => get(sim, `/generation?id=${id}`, key);

test("/generation is 404 until its delay has passed, on the simulator's clock", async () => {
  const id = await call("sim/tokens:3,generation:5000");
  assert.equal((await generation(id)).status, 404);
  await control({ clockOffsetMs: 5001 });
  const { status, json } = await generation(id);
  assert.equal(status, 200);
  const data = asObject(json["data"]) ?? {};
  assert.equal(data["id"], id);
  assert.equal(data["streamed"], false);
  assert.equal(data["cancelled"], false);
  assert.equal(data["finish_reason"], "stop");
  assert.equal(JSON.stringify(data["total_cost"]), JSON.stringify(data["usage"]));
});

test("never, for another key never, and with a corrected cost", async () => {
  const lost = await call("sim/tokens:3,generation:never");
  await control({ clockOffsetMs: 9e8 });
  assert.equal((await generation(lost)).status, 404);
  const id = await call("sim/tokens:3,generation:0,corrected:0.0000000123456789");
  assert.equal((await generation(id, "sk-or-v1-someone-else")).status, 404);
  const { json } = await generation(id);
  assert.equal(decimalOf(asObject(json["data"])?.["total_cost"])?.toString(), "0.0000000123456789");
  assert.equal(sim.world.journal.since(0).find((entry) => entry.generationId === id)?.billed, "0.0000000123456789");
});

test("a record that changes after its call has ended, with the bill and the journal", async () => {
  const [id, lost] = [await call("sim/tokens:3,generation:0"), await call("sim/tokens:3,generation:never")];
  const before = sim.world.journal.summary().billed;
  await control({ generations: { [id]: "0.0000000123456789", [lost]: "2" } });
  for (const [of, cost] of [
    [id, "0.0000000123456789"],
    [lost, "2"],
  ] as const) {
    const data = asObject((await generation(of)).json["data"]);
    assert.equal(decimalOf(data?.["total_cost"])?.toString(), cost);
    assert.equal(decimalOf(data?.["usage"])?.toString(), cost);
    assert.equal(sim.world.journal.since(0).find((entry) => entry.generationId === of)?.billed, cost);
  }
  assert.equal(sim.world.journal.summary().billed, "2.0000000123456789");
  assert.notEqual(before, sim.world.journal.summary().billed);
  assert.equal(JSON.stringify(asObject((await get(sim, "/key")).json["data"])?.["usage"]), "2.0000000123456789");
  assert.equal((await control({ generations: { "gen-none": "1" } })).status, 400);
  assert.equal((await control({ generations: { [id]: "much" } })).status, 400);
});

test("usage without cost: only /generation knows it", async () => {
  const response = await ask(sim, body("sim/tokens:3,no-cost,generation:0"));
  assert.equal("cost" in (asObject(((await response.json()) as JsonObject)["usage"]) ?? {}), false);
  const { json } = await generation(response.headers.get("x-generation-id") ?? "");
  assert.notEqual(decimalOf(asObject(json["data"])?.["total_cost"])?.toString(), "0");
});

test("/activity: completed days only, for management keys, by model", async () => {
  const key = "sk-or-v1-mgmt-1";
  const activity = async () =>
    asArray((await get(sim, "/activity", key)).json["data"]).map((row) => asObject(row) ?? {});
  for (const tokens of [10, 20]) await call(`sim/tokens:${tokens},as:anthropic/claude-haiku-4.5`);
  await call("sim/tokens:1,as:openai/gpt-4o-mini");
  assert.deepEqual(await activity(), [], "today is not complete");
  await control({ clockOffsetMs: 86_400_000 });
  const rows = await activity();
  const haiku = rows.find((row) => String(row["model"]).startsWith("anthropic/"));
  assert.equal(rows.length, 2);
  assert.equal(countOf(haiku?.["requests"]), 2);
  assert.equal(countOf(haiku?.["completion_tokens"]), 30);
  const sum = rows.map((row) => decimalOf(row["usage"])).reduce((a, b) => (a && b ? a.plus(b) : a));
  assert.equal(sum?.toString(), sim.world.journal.summary().billed);
  assert.equal((await get(sim, "/activity")).status, 403);
  assert.equal((await get(sim, "/credits")).status, 403);
});

test("models change between calls: price, expiration, gone", async () => {
  const id = "openai/gpt-4o-mini";
  await control({ models: { [id]: { pricing: { prompt: "0.001", completion: "0" }, expiration_date: "2026-12-31" } } });
  const entry = asObject((await get(sim, `/model/${id}`)).json["data"]) ?? {};
  assert.deepEqual(entry["pricing"], { prompt: "0.001", completion: "0" });
  assert.equal(entry["expiration_date"], "2026-12-31");
  const response = await ask(sim, body("sim/tokens:1,prompt:7,as:openai/gpt-4o-mini"));
  assert.equal(asObject(((await response.json()) as JsonObject)["usage"])?.["cost"], 0.007);
  await control({ models: { [id]: { gone: true } } });
  assert.equal((await get(sim, `/models/${id}`)).status, 404);
  assert.equal((await ask(sim, body(id))).status, 400);
  await postTo("/__reset", {});
  assert.equal((await ask(sim, body(id))).status, 200);
});

test("the list: completed entries, filters, pages, count, endpoints, encoded ids", async () => {
  const list = async (query: string) => (await get(sim, `/models${query}`)).json;
  const all = asArray((await list(""))["data"]).map((raw) => asObject(raw) ?? {});
  const required =
    "architecture canonical_slug context_length default_parameters links per_request_limits pricing supported_parameters supported_voices top_provider";
  for (const entry of all) for (const key of required.split(" ")) assert.ok(key in entry, `${entry["id"]} ${key}`);
  assert.equal(all.length, 415, "models with text output");
  assert.ok(all.every((entry) => !/^(sim|replay)\//.test(String(entry["id"]))));
  const extras = asArray((await list("?simulator=1"))["data"]).map((raw) => String(asObject(raw)?.["id"]));
  assert.ok(extras.includes("replay/stream-error"));
  const tools = asArray((await list("?supported_parameters=tools,reasoning&input_modalities=image"))["data"]);
  assert.ok(tools.length > 5 && tools.length < all.length);
  const page = await list("?limit=10&offset=410");
  assert.equal(asArray(page["data"]).length, 5);
  assert.equal(decimalOf(page["total_count"])?.toString(), "415");
  const cheap = asArray((await list("?sort=pricing-high-to-low&max_price=1"))["data"]).map(
    (raw) => asObject(raw) ?? {},
  );
  assert.ok(Number(asObject(cheap[0]?.["pricing"])?.["prompt"]) <= 0.000001);
  assert.equal(JSON.stringify((await get(sim, "/models/count")).json), '{"data":{"count":415}}');
  const endpoints = asObject((await get(sim, "/models/anthropic/claude-haiku-4.5/endpoints")).json["data"]);
  assert.equal(asArray(endpoints?.["endpoints"]).length, 1);
  assert.equal((await get(sim, "/models/anthropic%2Fclaude-haiku-4.5")).status, 200);
  assert.equal((await get(sim, "/model/~anthropic/claude-haiku-latest")).status, 200);
  assert.equal((await get(sim, "/models/acme/none")).status, 404);
});

test("/key and /auth/key tell the same; /providers needs no key", async () => {
  await call("sim/tokens:3");
  const [key, old] = [await get(sim, "/key"), await get(sim, "/auth/key")];
  assert.deepEqual(key.json, old.json);
  const data = asObject(key.json["data"]) ?? {};
  assert.equal(JSON.stringify(data["usage"]), JSON.stringify(data["usage_daily"]));
  assert.equal((await fetch(`${sim.url}/providers`)).status, 200);
  assert.equal((await fetch(`${sim.url}/key`)).status, 401);
});

test("the journal holds requests but no secrets; since, filters and reset", async () => {
  const secret = "sk-or-v1-very-secret";
  await (await ask(sim, body("sim/tokens:4"), { authorization: `Bearer ${secret}`, "x-title": "Spec" })).text();
  const id = await call("sim/tokens:2");
  const read = async (query: string) => {
    const response = await fetch(`${sim.origin}/__journal${query}`);
    return { text: await response.clone().text(), json: (await response.json()) as { data: JsonObject[] } };
  };
  const { text, json } = await read("");
  assert.ok(!text.includes(secret));
  const first = json.data[0] ?? {};
  assert.match(String(first["key"]), /^[0-9a-f]{12}$/);
  assert.match(String(first["bodySha256"]), /^[0-9a-f]{64}$/);
  assert.equal(asObject(first["headers"])?.["x-title"], "Spec");
  assert.deepEqual([first["tokensSent"], first["answerTokens"], first["outcome"]], [4, 4, "finished"]);
  assert.equal((await read(`?since=${first["seq"]}`)).json.data.length, json.data.length - 1);
  assert.equal((await read(`?generation=${id}`)).json.data.length, 1);
  const summary = (await (await fetch(`${sim.origin}/__journal/summary`)).json()) as JsonObject;
  assert.deepEqual([summary["requests"], summary["finished"], summary["tokensSent"]], [2, 2, 6]);
  await postTo("/__reset", {});
  assert.equal((await read("")).json.data.length, 0);
});

test("the control plane names what it does not know and changes nothing then", async () => {
  const wrong = await control({ rate: 5, rte: 5 });
  assert.equal(wrong.status, 400);
  assert.match(JSON.stringify(wrong.json), /rte/);
  assert.equal(sim.world.settings.rate, 0);
  assert.equal((await control({ rate: "fast" })).status, 400);
  assert.equal((await control({ firstTokenMs: -1 })).status, 400);
  assert.equal((await control({ keys: { "sk-or-v1-x": { balance: "much" } } })).status, 400);
  assert.equal((await control({ keepBodies: false, strictKeys: true })).status, 200);
  assert.equal((await ask(sim, body("sim/tokens:1"), { authorization: "Bearer sk-or-v1-unknown" })).status, 401);
  assert.equal(sim.world.journal.since(0).at(-1)?.body, undefined);
});
