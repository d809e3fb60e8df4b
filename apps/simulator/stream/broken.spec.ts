// Time, breaks, bytes and shape of streams: every switch does what its row in the table says.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Simulator, startSimulator } from "../simulator.js";
import { ask, body, chunksIn, dataEvents, settled, stream, textOf } from "../spec-client.js";
import { asArray, asObject, type JsonObject } from "../wire/json.js";
import { BYTE_FORMS } from "./bytes.js";

let sim: Simulator;
before(async () => {
  sim = await startSimulator({ settings: { generationDelayMs: 0 } });
});
after(() => sim.close());

const choiceOf = (chunk: JsonObject) => asObject(asArray(chunk["choices"])[0]) ?? {};
const contentOf = (chunks: readonly JsonObject[]) =>
  chunks.map((chunk) => String(asObject(choiceOf(chunk)["delta"])?.["content"] ?? "")).join("");
const HAIKU = "as:anthropic/claude-haiku-4.5,prompt:1000";

test("slow first token: headers and comments at once, the token later", async () => {
  const began = performance.now();
  const response = await ask(sim, body("sim/tokens:1,first:150,comment:30", { stream: true }));
  const headersAfter = performance.now() - began;
  const text = await response.text();
  const whole = performance.now() - began;
  assert.ok(headersAfter < whole, `${headersAfter} < ${whole}`);
  assert.ok(whole >= 145, `${whole} ms`);
  assert.ok((text.match(/^: OPENROUTER PROCESSING$/gm) ?? []).length >= 4);
});

test("gap, rate and stall take their time; the text stays whole", async () => {
  for (const [model, least] of [
    ["tokens:6,gap:25", 120],
    ["tokens:11,rate:100", 100],
    ["tokens:4,stall:100,after:2", 95],
  ] as const) {
    const began = performance.now();
    const answer = await stream(sim, body(`sim/${model}`));
    assert.ok(performance.now() - began >= least, model);
    assert.match(contentOf(chunksIn(textOf(answer))), /^t0 t1 t2 t3 /);
  }
});

test("hang: headers, some chunks, then nothing until the client leaves", async () => {
  const answer = await stream(sim, body(`sim/tokens:20,hang,after:3,${HAIKU}`), 3);
  const entry = await settled(sim, answer.id);
  assert.equal(entry.tokensSent, 3);
  assert.equal(entry.outcome, "aborted");
});

test("an error object in the stream, in all its forms; its tokens cost nothing", async () => {
  const forms = { int: 502, string: "server_error", recorded: 400, "no-choices": 502 };
  for (const [form, code] of Object.entries(forms)) {
    const answer = await stream(sim, body(`sim/tokens:10,stream-error:${form},after:4,${HAIKU}`));
    const chunks = chunksIn(textOf(answer));
    const failed = chunks.find((chunk) => chunk["error"]) ?? {};
    const error = JSON.parse(JSON.stringify(failed["error"])) as JsonObject;
    assert.equal(error["code"], code, form);
    assert.equal(contentOf(chunks), "t0 t1 t2 t3 ", form);
    assert.equal("choices" in failed, form !== "no-choices", form);
    assert.equal(textOf(answer).includes("[DONE]"), form === "recorded", form);
    assert.equal(
      choiceOf(failed)["finish_reason"],
      form === "recorded" ? null : form === "no-choices" ? undefined : "error",
    );
    assert.equal((await settled(sim, answer.id)).billed, "0", form);
  }
});

test("reset and close after k chunks: what was sent is billed", async () => {
  for (const how of ["reset", "close"]) {
    const answer = await stream(sim, body(`sim/tokens:10,${how},after:4,${HAIKU}`));
    assert.equal(answer.ended, "cut", how);
    assert.equal(contentOf(chunksIn(textOf(answer))), "t0 t1 t2 t3 ", how);
    const entry = await settled(sim, answer.id);
    assert.equal(entry.outcome, "broken", how);
    assert.equal(entry.billed, "0.00102", how);
  }
});

test("reset before the headers: not billed, unless it says so", async () => {
  for (const [switches, billed] of [
    ["reset-before", "0"],
    ["reset-before,billed", "0.00105"],
  ] as const) {
    await assert.rejects(stream(sim, body(`sim/tokens:10,${switches},${HAIKU}`)));
    const entry = sim.world.journal.since(0).at(-1);
    assert.equal(entry?.billed, billed);
    assert.equal(entry?.headersAt, null);
  }
});

test("ends: without finish, without [DONE], in the middle of an event", async () => {
  const end = textOf(await stream(sim, body("sim/tokens:10,end,after:4")));
  assert.equal(contentOf(chunksIn(end)), "t0 t1 t2 t3 ");
  assert.ok(!end.includes('"finish_reason":"stop"') && !end.includes("[DONE]"));
  const done = textOf(await stream(sim, body("sim/tokens:3,no-done")));
  assert.ok(done.includes('"usage"') && !done.includes("[DONE]"));
  const half = await stream(sim, body("sim/tokens:10,half,after:4"));
  assert.ok(!textOf(half).endsWith("\n"));
  assert.equal(half.ended, "complete");
  assert.equal((await settled(sim, half.id)).outcome, "broken");
});

test("garbage and lines that are no SSE: the rest still comes", async () => {
  const garbage = dataEvents(textOf(await stream(sim, body("sim/tokens:4,garbage,after:2"))));
  const broken = garbage.filter((event) => event !== "[DONE]" && !event.endsWith("}"));
  assert.equal(broken.length, 1);
  assert.equal(garbage.length, 4 + 1 + 3);
  const noise = textOf(await stream(sim, body("sim/tokens:4,no-sse,after:2")));
  assert.match(noise, /^<html>oops<\/html>$/m);
  assert.equal(contentOf(chunksIn(noise)), "t0 t1 t2 t3 ");
});

test("without stream: broken bodies, an error in a 200, an error in the choice", async () => {
  await assert.rejects((await ask(sim, body("sim/tokens:9,half"))).json());
  await assert.rejects((await ask(sim, body("sim/tokens:9,reset"))).text());
  const bare = (await (await ask(sim, body("sim/tokens:9,stream-error"))).json()) as JsonObject;
  assert.deepEqual(Object.keys(bare), ["error"]);
  const inside = (await (await ask(sim, body("sim/tokens:8,stream-error,in-choice"))).json()) as JsonObject;
  const choice = choiceOf(inside);
  assert.equal(choice["finish_reason"], "error");
  assert.equal(asObject(choice["message"])?.["content"], "t0 t1 t2 t3 ");
  assert.equal(asObject(choice["error"])?.["code"], 502);
});

for (const form of [...BYTE_FORMS, "crlf+comments+cut", "many+multiline+cr", "tight+one"]) {
  test(`bytes ${form}: the same text, usage and end`, async () => {
    const plain = chunksIn(textOf(await stream(sim, body("sim/unicode,as:openai/gpt-4o-mini"))));
    const answer = await stream(sim, body(`sim/unicode,as:openai/gpt-4o-mini,bytes:${form}`));
    const text = textOf(answer);
    const chunks = chunksIn(text);
    assert.equal(contentOf(chunks), contentOf(plain));
    assert.equal(JSON.stringify(chunks.at(-1)?.["usage"]), JSON.stringify(plain.at(-1)?.["usage"]));
    assert.equal(dataEvents(text).at(-1), "[DONE]");
    if (form.includes("one")) assert.ok(answer.pieces.every((piece) => piece.length === 1));
    if (form.includes("crlf")) assert.ok(!/[^\r]\n/.test(text));
    if (form === "cut") {
      const torn = answer.pieces.some((piece) => Buffer.from(piece.toString("utf8")).compare(piece) !== 0);
      assert.ok(torn, "a piece ends inside a character");
    }
    if (form.startsWith("many")) assert.ok(answer.pieces.length < chunks.length / 4);
    if (form === "tight") assert.ok(!text.includes("data: "));
    if (form.includes("multiline")) assert.match(text, /,[\r\n]{1,2}data: "choices"/);
  });
}

test("an unknown form of bytes is refused before the answer begins", async () => {
  assert.equal((await ask(sim, body("sim/tokens:3,bytes:upside-down", { stream: true }))).status, 400);
});

test("usage: last choice, empty choices, null finish, missing, twice", async () => {
  const usages = async (where: string) => {
    const chunks = chunksIn(textOf(await stream(sim, body(`sim/tokens:3,usage:${where}`))));
    return chunks.filter((chunk) => chunk["usage"]);
  };
  assert.equal(choiceOf((await usages("last"))[0] ?? {})["finish_reason"], "stop");
  assert.deepEqual((await usages("empty"))[0]?.["choices"], []);
  assert.equal(choiceOf((await usages("null-finish"))[0] ?? {})["finish_reason"], null);
  assert.equal((await usages("missing")).length, 0);
  assert.equal((await usages("twice")).length, 2);
});

test("shape: served name, debug, unknown fields, role, nulls, metadata on request", async () => {
  const chunks = async (switches: string, headers = {}) =>
    chunksIn(await (await ask(sim, body(`sim/tokens:3,${switches}`, { stream: true }), headers)).text());
  assert.equal((await chunks("served:acme/other-2026"))[0]?.["model"], "acme/other-2026");
  const [debug] = await chunks("debug");
  assert.deepEqual([debug?.["choices"], "debug" in (debug ?? {})], [[], true]);
  assert.ok((await chunks("unknown")).every((chunk) => "x_simulator" in chunk));
  const roles = async (role: string) =>
    (await chunks(role)).map((chunk) => "role" in (asObject(choiceOf(chunk)["delta"]) ?? {}));
  assert.deepEqual(await roles("role:once"), [true, false, false, false, false]);
  assert.deepEqual(await roles("role:never"), [false, false, false, false, false]);
  assert.deepEqual(await roles("plain"), [true, true, true, true, true]);
  const [nulls] = await chunks("nulls");
  assert.equal(nulls?.["system_fingerprint"], null);
  assert.equal(asObject(choiceOf(nulls ?? {})["delta"])?.["tool_calls"], null);
  const last = (await chunks("plain", { "x-openrouter-metadata": "enabled" })).at(-1);
  assert.equal(asObject(last?.["openrouter_metadata"])?.["strategy"], "direct");
  assert.equal((await chunks("plain")).at(-1)?.["openrouter_metadata"], undefined);
});
