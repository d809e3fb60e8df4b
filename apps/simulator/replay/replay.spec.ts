// Every recording of /chat/completions comes back as it was recorded, streamed and not, to the last digit of its cost.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { foldMessage } from "../answer/pieces.js";
import { DEFAULT_DATA_DIR, readData } from "../data-files.js";
import { type Simulator, startSimulator } from "../simulator.js";
import { ask, body, chunksIn, dataEvents, get, settled } from "../spec-client.js";
import { asArray, asObject, asText, decimalOf, type JsonObject, parseExact } from "../wire/json.js";
import { firstChoice, type Recording, Recordings, recordedUsage } from "./recordings.js";

const recordings = new Recordings(DEFAULT_DATA_DIR);
const chats = recordings.names
  .map((name) => recordings.get(name))
  .filter((recording): recording is Recording => recording?.path === "/chat/completions");
const good = chats.filter(({ status }) => status === 200);

let sim: Simulator;
before(async () => {
  sim = await startSimulator({ settings: { generationDelayMs: 0, cancelledGenerationDelayMs: 0 } });
});
after(() => sim.close());

/** The parts of a message that a client shows or sends back; empty values and absent ones are the same. */
function essence(message: JsonObject): JsonObject {
  const tools = asArray(message["tool_calls"]).map((raw) => {
    const call = asObject(raw) ?? {};
    // One recording leaves the arguments of a call without parameters out; a stream cannot.
    return { id: call["id"], function: { arguments: "", ...asObject(call["function"]) } };
  });
  return {
    content: message["content"] || "",
    reasoning: message["reasoning"] || "",
    refusal: message["refusal"] || "",
    tools,
    details: JSON.stringify(details(message)),
    annotations: JSON.stringify(message["annotations"] ?? []),
    images: JSON.stringify(message["images"] ?? []),
  };
}

/** Reasoning details with their keys in one order, so that a merged one compares equal to the recorded one. */
function details(message: JsonObject): unknown[] {
  return asArray(message["reasoning_details"]).map((detail) =>
    Object.fromEntries(Object.entries(asObject(detail) ?? {}).sort(([a], [b]) => a.localeCompare(b))),
  );
}

const deltasOf = (events: readonly JsonObject[]) => events.map((event) => asObject(firstChoice(event)["delta"]) ?? {});

function recordedMessage(recording: Recording): JsonObject {
  return recording.stream
    ? foldMessage(deltasOf(recording.events))
    : (asObject(firstChoice(recording.body)["message"]) ?? {});
}

async function checkBooks(recording: Recording, id: string): Promise<void> {
  const entry = await settled(sim, id);
  const recorded = decimalOf(recordedUsage(recording)?.["cost"])?.toString();
  const { status, json } = await get(sim, `/generation?id=${id}`);
  assert.equal(status, 200);
  const data = asObject(json["data"]) ?? {};
  if (recorded !== undefined) assert.equal(entry.billed, recorded);
  assert.equal(decimalOf(data["total_cost"])?.toString(), entry.billed);
  assert.equal(decimalOf(data["usage"])?.toString(), entry.billed);
}

test("there are recordings to replay", () => {
  assert.ok(good.length >= 60, `${good.length}`);
  assert.ok(good.filter(({ stream }) => stream).length >= 10);
});

for (const recording of good) {
  test(`streamed: ${recording.name}`, async () => {
    const response = await ask(sim, body(`replay/${recording.name}`, { stream: true }));
    const id = response.headers.get("x-generation-id") ?? "";
    const text = await response.text();
    if (recording.stream) assert.equal(text, recording.text.replaceAll(recording.id ?? "", id), "byte for byte");
    assert.equal(dataEvents(text).at(-1), "[DONE]");
    const chunks = chunksIn(text);
    assert.ok(chunks.every((chunk) => chunk["id"] === id));
    assert.deepEqual(essence(foldMessage(deltasOf(chunks))), essence(recordedMessage(recording)));
    const usage = chunks.findLast((chunk) => chunk["usage"])?.["usage"];
    assert.equal(JSON.stringify(usage), JSON.stringify(recordedUsage(recording)), "usage with every digit as written");
    await checkBooks(recording, id);
  });

  test(`as JSON: ${recording.name}`, async () => {
    const response = await ask(sim, body(`replay/${recording.name}`));
    const id = response.headers.get("x-generation-id") ?? "";
    const text = await response.text();
    const answer = asObject(parseExact(text)) ?? {};
    assert.equal(answer["id"], id);
    if (!recording.stream) {
      assert.equal(text, JSON.stringify({ ...recording.body, id }));
    }
    assert.deepEqual(essence(asObject(firstChoice(answer)["message"]) ?? {}), essence(recordedMessage(recording)));
    assert.equal(JSON.stringify(answer["usage"]), JSON.stringify(recordedUsage(recording)));
    await checkBooks(recording, id);
  });
}

for (const recording of chats.filter(({ status }) => status !== 200)) {
  test(`error: ${recording.name}`, async () => {
    const response = await ask(sim, body(`replay/${recording.name}`, { stream: true }));
    assert.equal(response.status, recording.status);
    assert.equal(await response.text(), JSON.stringify(recording.body));
  });
}

test("cost literals are those of the file, not of a float", () => {
  const name = "chat-basic-chat-functionality-returns-raw-responses";
  assert.ok(readData(DEFAULT_DATA_DIR, "recordings", `${name}.json`).includes('"cost": 6.4e-05'));
  assert.ok(JSON.stringify(recordings.get(name)?.body).includes('"cost":6.4e-05'));
});

test("a recorded stream keeps a pace when asked, and is billed whole when the client leaves", async () => {
  const recording = good.find(({ stream, events }) => stream && events.length > 10);
  assert.ok(recording);
  const controller = new AbortController();
  const model = `[[sim: replay="${recording.name}" rate=2]]`;
  const response = await fetch(`${sim.url}/chat/completions`, {
    method: "POST",
    signal: controller.signal,
    headers: { authorization: "Bearer sk-or-v1-spec" },
    body: JSON.stringify({ model: "openai/gpt-4o-mini", stream: true, messages: [{ role: "user", content: model }] }),
  });
  const id = response.headers.get("x-generation-id") ?? "";
  await response.body?.getReader().read();
  controller.abort();
  const entry = await settled(sim, id);
  assert.equal(entry.outcome, "aborted");
  assert.equal(entry.billed, decimalOf(recordedUsage(recording)?.["cost"])?.toString());
});

test("an unknown recording is an unknown model", async () => {
  const response = await ask(sim, body("replay/no-such-thing"));
  assert.equal(response.status, 400);
  const error = asObject(((await response.json()) as JsonObject)["error"]);
  assert.equal(asText(error?.["message"]), "replay/no-such-thing is not a valid model ID");
});
