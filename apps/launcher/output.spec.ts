// What of the processes' output a person, a pipe and a log collector get to see.
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { Output, type OutputOptions, shown } from "./output.js";

const PIPE: OutputOptions = { human: false, everything: true, bare: false, color: false };
const TERMINAL: OutputOptions = { human: true, everything: false, bare: false, color: false };
const COLLECTOR: OutputOptions = { human: false, everything: true, bare: true, color: false };

const log = (level: string, fields = {}): string =>
  JSON.stringify({ level, time: "2026-11-23T10:00:00.000Z", service: "api", pid: 7, event: "http_request", ...fields });

test("a pipe gets every line as it is, after the name of its process", () => {
  const line = log("info");
  assert.equal(shown("api", line, PIPE), `api       | ${line}`);
  assert.equal(shown("worker", "Error: no", PIPE), "worker    | Error: no");
});

test("a log collector gets JSON lines bare, so that they stay JSON", () => {
  const line = log("info");
  assert.equal(shown("api", line, COLLECTOR), line);
  assert.equal(shown("api", "Error: no", COLLECTOR), "api       | Error: no");
});

test("a terminal gets warnings and worse, short, without what it does not need", () => {
  assert.equal(shown("api", log("info"), TERMINAL), undefined);
  const text = shown("api", log("warn", { status: 503, error: { name: "Error" } }), TERMINAL) ?? "";
  assert.match(text, /^api {7}\| \d\d:\d\d:\d\d warn {2}http_request status=503 error=\{"name":"Error"\}$/);
  assert.equal(shown("api", "    at file.js:1", TERMINAL), "api       |     at file.js:1");
});

test("with --verbose a terminal gets all levels, and colours only where they were asked for", () => {
  const verbose = { ...TERMINAL, everything: true };
  assert.match(shown("api", log("debug"), verbose) ?? "", /debug http_request$/);
  const red = "\u001b[31m";
  assert.equal(shown("api", log("error"), verbose)?.includes(red), false);
  assert.equal(shown("api", log("error"), { ...verbose, color: true })?.includes(red), true);
});

test("what only looks like JSON is shown as text; empty lines are not shown", () => {
  assert.equal(shown("api", "{half", TERMINAL), "api       | {half");
  assert.equal(shown("api", "  ", PIPE), undefined);
});

test("a long value is cut, so that one line stays one line of a screen or two", () => {
  const text = shown("api", log("warn", { reason: "x".repeat(5_000) }), TERMINAL) ?? "";
  assert.ok(text.length < 300, `${text.length} characters`);
});

test("lines come out whole however they arrive, and hidden ones do not", async () => {
  const written: string[] = [];
  const output = new Output(PIPE, (text) => written.push(text));
  const stream = new PassThrough();
  output.follow("api", stream, /^secretly/);
  for (const piece of ["on", "e\ntw", "o\r\nsecretly ready\nthr", "ee"]) stream.write(piece);
  stream.end();
  await new Promise((resolve) => stream.once("close", resolve));
  assert.deepEqual(written, ["api       | one\n", "api       | two\n", "api       | three\n"]);
});
