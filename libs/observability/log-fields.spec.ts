// Nothing but allow-listed, harmless values comes out of the logger.
import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { test } from "node:test";
import fc from "fast-check";
import { errorFacts, harmless, type LogFields, Logger, NestLogger, runWithContext } from "./index.js";

function capture(): { lines: () => Record<string, unknown>[]; text: () => string; logger: Logger } {
  let text = "";
  const destination = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  const logger = new Logger({ level: "debug", service: "test", destination });
  const lines = () =>
    text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { lines, text: () => text, logger };
}

test("a line has event, level, time, service, the context's ids and the given fields", () => {
  const { lines, logger } = capture();
  runWithContext({ requestId: "r1", userId: "u1", workspaceId: "w1" }, () => logger.info("thing_done", { count: 3 }));
  const [line] = lines();
  assert.deepEqual(
    [
      line?.["event"],
      line?.["level"],
      line?.["service"],
      line?.["requestId"],
      line?.["userId"],
      line?.["workspaceId"],
      line?.["count"],
    ],
    ["thing_done", "info", "test", "r1", "u1", "w1", 3],
  );
  assert.ok(!Number.isNaN(Date.parse(String(line?.["time"]))));
});

test("fields that are not listed never come out, whatever they hold", () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 16, maxLength: 40 }).filter((text) => /\w{8}/.test(text)),
      (secret) => {
        const { text, logger } = capture();
        const fields = { content: secret, cookie: secret, authorization: secret, password: secret, body: { secret } };
        logger.info("request", fields as unknown as LogFields);
        assert.ok(!text().includes(JSON.stringify(secret).slice(1, -1)));
      },
    ),
  );
});

test("no value can forge a line, colour a terminal or turn text around", () => {
  const { lines, text, logger } = capture();
  const evil = 'x\r\n{"level":"error","event":"forged"}\u001b[31m\u009b31m\u202eabc\u2028';
  logger.info("e", { reason: evil, name: evil, code: evil });
  assert.equal(lines().length, 1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
  assert.doesNotMatch(text().trimEnd(), /[\u0000-\u001f\u007f-\u009f\u2028\u202e]|\\u001b|\\u009b|\\[rn]/);
});

test("secrets in allowed texts are hidden, long texts cut", () => {
  assert.doesNotMatch(harmless("sent Bearer pk_live_1234567890abcdef to sk-or-v1-0123456789"), /1234567890|0123456789/);
  assert.doesNotMatch(harmless("redis://user:hunter22@host"), /hunter22/);
  assert.equal(harmless("x".repeat(500)).length, 201);
});

test("errors: name, code and frames; quoted input stays out", () => {
  const error = Object.assign(new Error('near "my secret "word" here": syntax error'), { code: "SQLITE_ERROR" });
  const facts = errorFacts(error);
  assert.deepEqual([facts["name"], facts["code"]], ["Error", "SQLITE_ERROR"]);
  assert.ok(Array.isArray(facts["frames"]));
  assert.doesNotMatch(JSON.stringify(facts["message"]), /secret|word/);
  assert.equal(errorFacts(captureJsonError("{secret"))["message"], undefined);
  assert.match(
    String(errorFacts(new TypeError("Cannot read properties of undefined (reading 'id')"))["message"]),
    /reading 'id'/,
  );
  assert.deepEqual(errorFacts("thrown text"), { name: "string" });
});

function captureJsonError(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}

test("Nest's own notices become lines of ours", () => {
  const { lines, logger } = capture();
  const nest = new NestLogger(logger);
  nest.log("Mapped {/x, GET} route", "RouterExplorer");
  nest.error(new Error("boom"), "ExceptionsHandler");
  assert.deepEqual(
    lines().map((line) => [line["level"], line["event"], line["scope"]]),
    [
      ["debug", "nest", "RouterExplorer"],
      ["error", "nest", "ExceptionsHandler"],
    ],
  );
});
