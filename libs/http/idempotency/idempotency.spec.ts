// A retried POST acts once: over HTTP, on a real database, with repeats at the same time, later, changed, and after failures.
import "reflect-metadata";
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Body, Controller, HttpCode, Module, Param, Post } from "@nestjs/common";
import { APP_FILTER, NestFactory } from "@nestjs/core";
import { FastifyAdapter, type NestFastifyApplication } from "@nestjs/platform-fastify";
import { ConfigModule, loadConfig } from "#libs/config/index";
import { Database, DatabaseModule, migrate } from "#libs/database/index";
import { ConflictError } from "#libs/errors/index";
import { Logger, ObservabilityModule } from "#libs/observability/index";
import { honourIdempotencyKeys, IdempotencyInterceptor, IdempotencyStore, ProblemFilter } from "../index.js";

let runs = 0;
let gate: PromiseWithResolvers<void> | undefined;
let entered: PromiseWithResolvers<void> | undefined;

@Controller("things")
class ThingsController {
  @Post(":id")
  @HttpCode(202)
  async make(@Param("id") id: string, @Body() body: Record<string, unknown>): Promise<object | undefined> {
    runs++;
    entered?.resolve();
    await gate?.promise;
    if (body["fail"]) throw new ConflictError("taken", "Taken.");
    return body["empty"] ? undefined : { id, run: runs, secret: "pk_shown_once" };
  }
}

let app: NestFastifyApplication;
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "parley-idempotency-"));
  const config = loadConfig({ DATA_DIR: folder });
  await migrate(config);
  const logger = new Logger({ level: "silent", service: "test" });

  @Module({
    imports: [ConfigModule.register(config), ObservabilityModule.register("test", logger), DatabaseModule.register([])],
    controllers: [ThingsController],
    providers: [IdempotencyStore, { provide: APP_FILTER, useClass: ProblemFilter }, IdempotencyInterceptor],
  })
  class TestModule {}

  app = await NestFactory.create<NestFastifyApplication>(TestModule, new FastifyAdapter(), { logger: false });
  honourIdempotencyKeys(app);
  await app.init();
});

after(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

async function post(key: string | undefined, body: object, path = "/things/a", headers: Record<string, string> = {}) {
  const answer = await app.inject({
    method: "POST",
    url: path,
    payload: body,
    headers: { ...(key !== undefined && { "idempotency-key": key }), ...headers },
  });
  return { status: answer.statusCode, headers: answer.headers, body: answer.body === "" ? undefined : answer.json() };
}

test("a repeat gets the first answer, and nothing runs again", async () => {
  const first = await post("k1", { a: 1, b: 2 });
  const before = runs;
  const second = await post("k1", { b: 2, a: 1 });
  assert.equal(runs, before);
  assert.deepEqual([second.status, second.body], [202, first.body]);
  assert.equal(second.headers["idempotency-replayed"], "true");
  assert.equal(first.headers["idempotency-replayed"], undefined);
});

test("another body under the same key is refused, another path is another key, no key is no promise", async () => {
  await post("k2", { a: 1 });
  const other = await post("k2", { a: 2 });
  assert.deepEqual([other.status, other.body.code], [422, "idempotency_conflict"]);
  const before = runs;
  assert.equal((await post("k2", { a: 2 }, "/things/b")).status, 202);
  await post(undefined, { a: 1 });
  await post(undefined, { a: 1 });
  assert.equal(runs, before + 3);
});

test("while the first is running, repeats are told to wait", async () => {
  gate = Promise.withResolvers();
  entered = Promise.withResolvers();
  const before = runs;
  const first = post("k3", { a: 1 });
  await entered.promise;
  const repeats = await Promise.all(Array.from({ length: 10 }, () => post("k3", { a: 1 })));
  for (const repeat of repeats) {
    assert.deepEqual(
      [repeat.status, repeat.body.code, repeat.headers["retry-after"]],
      [409, "request_in_progress", "1"],
    );
  }
  gate.resolve();
  gate = undefined;
  const answer = await first;
  assert.deepEqual((await post("k3", { a: 1 })).body, answer.body);
  assert.equal(runs, before + 1);
});

test("fifty at once run once", async () => {
  const before = runs;
  const answers = await Promise.all(Array.from({ length: 50 }, () => post("k4", { a: 1 })));
  assert.equal(runs, before + 1);
  const done = answers.filter((answer) => answer.status === 202);
  assert.ok(done.length >= 1);
  assert.ok(answers.every((answer) => answer.status === 202 || answer.status === 409));
  assert.equal(new Set(done.map((answer) => JSON.stringify(answer.body))).size, 1);
});

test("a failure is not kept: the repeat runs", async () => {
  const before = runs;
  assert.equal((await post("k5", { fail: true })).status, 409);
  assert.equal((await post("k5", { fail: true })).body.code, "taken");
  assert.equal(runs, before + 2);
});

test("an answer without a body is repeated without one", async () => {
  await post("k6", { empty: true });
  const again = await post("k6", { empty: true });
  assert.deepEqual([again.status, again.body, again.headers["idempotency-replayed"]], [202, undefined, "true"]);
});

test("keys must be printable and short; event streams are left alone", async () => {
  assert.equal((await post("x".repeat(256), {})).status, 400);
  assert.equal((await post("with blank", {})).body.errors[0].path, "Idempotency-Key");
  const before = runs;
  await post("k7", {}, "/things/a", { accept: "text/event-stream" });
  await post("k7", {}, "/things/a", { accept: "text/event-stream" });
  assert.equal(runs, before + 2);
});

test("the database holds neither key nor body nor answer in clear", async () => {
  await post("clear-key-1", { password: "clear-password-1" });
  const rows = await app.get(Database).query<Record<string, unknown>>("SELECT * FROM idempotency_keys");
  const text = JSON.stringify(rows);
  for (const secret of ["clear-key-1", "clear-password-1", "pk_shown_once"]) assert.ok(!text.includes(secret), secret);
});

test("a first request that died is taken over; answers are gone after a day", async () => {
  const store = app.get(IdempotencyStore);
  const now = Date.now();
  const dead = await store.begin("scope", null, { a: 1 }, now);
  assert.ok("id" in dead);
  await assert.rejects(store.begin("scope", null, { a: 1 }, now + 59_000), { code: "request_in_progress" });
  const heir = await store.begin("scope", null, { a: 1 }, now + 61_000);
  assert.ok("id" in heir && heir.id !== dead.id);
  await store.finish(dead, { status: 201, body: '"of the dead"' });
  await store.finish(heir, { status: 201, body: '"of the heir"' });
  assert.deepEqual(await store.begin("scope", null, { a: 1 }, now + 62_000), { status: 201, body: '"of the heir"' });
  const tomorrow = await store.begin("scope", null, { a: "other" }, now + 25 * 3_600_000);
  assert.ok("id" in tomorrow);
  await store.release(tomorrow);
});
