// What the outside learns of errors: our own as they are, all others without a word of their inside.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  DomainError,
  describe,
  IdempotencyConflictError,
  InvalidInputError,
  NotFoundError,
  TooManyRequestsError,
  toAckError,
  toOpenAiError,
  toProblem,
  UnavailableError,
} from "./index.js";

test("domain errors are told as they are", () => {
  const error = new DomainError("budget_exceeded", 402, "The budget is used up.", { details: { limitUsd: "5" } });
  assert.deepEqual(describe(error), {
    code: "budget_exceeded",
    status: 402,
    message: "The budget is used up.",
    retryable: false,
    level: "info",
    details: { limitUsd: "5" },
  });
  assert.equal(new NotFoundError("The message").status, 404);
  assert.equal(new IdempotencyConflictError().code, "idempotency_conflict");
  assert.equal(new UnavailableError("Away.").retryable, true);
});

test("the message of any foreign error stays inside", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 12 }), fc.option(fc.integer({ min: 100, max: 599 })), (secret, status) => {
      const error = Object.assign(new Error(`key ${secret}`), { cause: new Error(secret), ...(status && { status }) });
      const text = JSON.stringify([describe(error), toProblem(error, "r"), toAckError(error), toOpenAiError(error)]);
      assert.ok(!text.includes(JSON.stringify(secret).slice(1, -1)));
      assert.ok(describe(error).status >= 400);
    }),
  );
});

test("storage faults have their own codes, however deep the driver's error lies", () => {
  const driver = (code: string) => ({ name: "QueryFailedError", driverError: Object.assign(new Error("x"), { code }) });
  assert.deepEqual(
    [describe(driver("SQLITE_FULL")).status, describe(driver("SQLITE_FULL")).code],
    [507, "storage_full"],
  );
  assert.equal(describe(Object.assign(new Error("no space"), { code: "ENOSPC" })).status, 507);
  assert.equal(describe(driver("53100")).code, "storage_full");
  for (const code of [
    "SQLITE_BUSY",
    "SQLITE_BUSY_SNAPSHOT",
    "SQLITE_LOCKED",
    "DATABASE_BUSY",
    "40001",
    "57P01",
    "08006",
  ]) {
    const described = describe(driver(code));
    assert.deepEqual([described.status, described.retryable], [503, true], code);
  }
  assert.equal(describe(driver("SQLITE_CONSTRAINT_UNIQUE")).status, 500);
});

test("a Redis that is away, loading or full is 503", () => {
  const redis = (name: string, message: string) => Object.assign(new Error(message), { name });
  for (const error of [
    redis("MaxRetriesPerRequestError", "Reached the max retries per request limit"),
    redis("Error", "Connection is closed."),
    redis("Error", "Command timed out"),
    redis("ReplyError", "LOADING Redis is loading the dataset in memory"),
    redis("ReplyError", "OOM command not allowed when used memory > 'maxmemory'."),
    Object.assign(new Error("connect"), { code: "ECONNREFUSED" }),
  ]) {
    assert.equal(describe(error).status, 503, error.message);
    assert.equal(describe(error).retryable, true);
  }
  assert.equal(describe(redis("ReplyError", "WRONGTYPE Operation against a key")).status, 500);
});

test("Fastify's refusals keep their status and get our words", () => {
  const refusal = (code: string, statusCode: number) => Object.assign(new Error("secret"), { code, statusCode });
  assert.equal(describe(refusal("FST_ERR_CTP_BODY_TOO_LARGE", 413)).code, "payload_too_large");
  assert.equal(describe(refusal("FST_ERR_CTP_INVALID_MEDIA_TYPE", 415)).code, "unsupported_media_type");
  assert.equal(describe(refusal("FST_ERR_CTP_INVALID_JSON_BODY", 400)).code, "bad_json");
  assert.equal(describe(new SyntaxError("of our own code")).status, 500);
});

test("thrown things that are no errors are internal", () => {
  for (const thrown of [undefined, null, "text", 42, {}, [], Symbol("s")])
    assert.equal(describe(thrown).code, "internal");
});

test("problem, ack and OpenAI forms carry the same facts", () => {
  const errors = [{ path: "params.temperature", message: "must be at most 2" }];
  const problem = toProblem(new InvalidInputError(errors, 422), "req-1", "/api/v1/x");
  assert.deepEqual(
    [problem.status, problem.code, problem.requestId, problem.instance, problem.errors, problem.title],
    [422, "invalid_input", "req-1", "/api/v1/x", errors, "Invalid input"],
  );
  assert.deepEqual(toAckError(new TooManyRequestsError(2_500)), {
    code: "too_many_requests",
    message: "Too many requests. Try again later.",
    retryable: true,
    details: { retryAfterMs: 2_500 },
  });
  const openAi = toOpenAiError(new InvalidInputError(errors));
  assert.deepEqual(
    [openAi.error.code, openAi.error.type, openAi.error.param],
    [400, "invalid_request_error", "params.temperature"],
  );
});
