// A restart with a state file: journal, records and spend are there again; a call that was cut has an end.
import assert from "node:assert/strict";
import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { startSimulator } from "../simulator.js";
import { ask, body, get } from "../spec-client.js";
import { asObject, decimalOf } from "../wire/json.js";

const folder = mkdtempSync(join(tmpdir(), "simulator-state-"));
after(() => rmSync(folder, { recursive: true }));
const FILE = join(folder, "deep", "state.jsonl");
const start = (stateFile = FILE) => startSimulator({ stateFile, settings: { generationDelayMs: 0, keepBodies: true } });

test("what was billed before a restart can still be read after it", async () => {
  const first = await start();
  const whole = await ask(first, body("sim/tokens:24,prompt:8,as:anthropic/claude-haiku-4.5"));
  await whole.text();
  const cut = await ask(first, { ...body("sim/tokens:24,first:60000"), stream: true });
  const ids = [whole, cut].map((response) => response.headers.get("x-generation-id") ?? "");
  const before = first.world.journal.since(0);
  // As a kill would leave it: the second call is not settled, and the last line is torn.
  const left = join(folder, "left.jsonl");
  copyFileSync(FILE, left);
  appendFileSync(left, '{"open":{"torn');
  const second = await start(left);
  const entries = second.world.journal.since(0);
  assert.deepEqual(
    entries.map(({ id }) => id),
    before.map(({ id }) => id),
  );
  assert.deepEqual(
    entries.map(({ outcome, billed }) => [outcome, billed]),
    [
      ["finished", "0.000128"],
      ["broken", "0"],
    ],
  );
  const dataOf = async (id: string | undefined) =>
    asObject((await get(second, `/generation?id=${id}`)).json["data"]) ?? {};
  assert.equal(decimalOf((await dataOf(ids[0]))["total_cost"])?.toString(), "0.000128");
  assert.equal((await dataOf(ids[1]))["cancelled"], true);
  const key = asObject((await get(second, "/key")).json["data"]) ?? {};
  assert.equal(decimalOf(key["usage"])?.toString(), "0.000128");
  assert.equal(second.world.journal.summary().billed, "0.000128");
  await Promise.all([first.close(), second.close()]);
  const third = await start();
  const ended = third.world.journal.since(0).at(-1);
  assert.equal(ended?.outcome, "aborted", "a clean stop settles what still ran");
  await third.close();
});

test("the file holds no prompt, no secret, and only its owner can read it", async () => {
  const sim = await start();
  await (await ask(sim, body("sim/tokens:2", { messages: [{ role: "user", content: "a private thought" }] }))).text();
  await sim.close();
  const text = readFileSync(FILE, "utf8");
  assert.ok(text.length > 0 && !text.includes("private") && !text.includes("sk-or-v1"));
  assert.equal(statSync(FILE).mode & 0o077, 0);
});
