// The process: one ready line, a working API behind it, a clean end on a signal, and plain words when it cannot start.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { DEFAULT_DATA_DIR } from "./data-files.js";
import { ERROR_NAMES } from "./scenario/error-answers.js";
import { SWITCHES } from "./scenario/switches.js";

const MAIN = fileURLToPath(new URL("./main.js", import.meta.url));

function run(env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [MAIN], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function firstLine(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = "";
  for await (const part of stream ?? []) {
    text += String(part);
    if (text.includes("\n")) break;
  }
  return text.trim();
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test(`starts, answers and ends on ${signal} with a stream still open`, async () => {
    const child = run({ SIMULATOR_PORT: "0" });
    const line = await firstLine(child.stdout);
    const url = /^simulator ready (http:\/\/127\.0\.0\.1:\d+\/api\/v1)$/.exec(line)?.[1];
    assert.ok(url, line);
    const asked = { model: "sim/tokens:5,hang", stream: true, messages: [{ role: "user", content: "x" }] };
    const headers = { authorization: "Bearer sk-or-v1-x" };
    const open = await fetch(`${url}/chat/completions`, { method: "POST", headers, body: JSON.stringify(asked) });
    assert.equal(open.status, 200);
    const exit = once(child, "exit");
    child.kill(signal);
    assert.deepEqual(await exit, [0, null]);
    await assert.rejects(open.text());
  });
}

test("says in one line why it cannot start", async () => {
  const wrong = run({ SIMULATOR_PORT: "port" });
  const exit = once(wrong, "exit");
  assert.match(await firstLine(wrong.stderr), /^SIMULATOR_PORT must be/);
  assert.deepEqual(await exit, [1, null]);
  const missing = run({ SIMULATOR_PORT: "0", SIMULATOR_DATA: "/nonexistent" });
  const gone = once(missing, "exit");
  assert.match(await firstLine(missing.stderr), /^simulator: ENOENT/);
  assert.deepEqual(await gone, [1, null]);
});

test("the README has a row for every switch and every error", () => {
  const readme = readFileSync(join(DEFAULT_DATA_DIR, "..", "README.md"), "utf8").replaceAll(/ +/g, " ");
  for (const { name, does } of SWITCHES)
    assert.ok(readme.includes(`| \`${name}\` |`) && readme.includes(does.slice(0, 40)), name);
  for (const name of ERROR_NAMES) assert.ok(readme.includes(`\`${name}\``), name);
});
