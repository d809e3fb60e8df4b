// The command line as an operator has it: accounts without a server, and what the doctor says of an instance that lacks a part.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { Redis } from "ioredis";
import { loadConfig } from "#libs/config/index";
import { RedisClients } from "#libs/redis/index";
import { MasterKeyAnswers } from "#src/vault/master-key-holders";
import { aFolder, childEnv } from "../../test/app/child.js";
import { TestProvider } from "../../test/app/oidc.js";
import { within } from "../../test/app/patience.js";
import { PrivateRedis } from "../../test/app/redis.js";
import { writeSettings } from "../launcher/redis/redis-settings.js";

const MAIN = join(import.meta.dirname, "main.js");

describe("the command line", () => {
  const folder = aFolder("parley-cli-");
  let redis: PrivateRedis;
  /** Added to the environment of the commands. */
  let more: Record<string, string> = {};

  function parley(...args: string[]): Promise<{ code: number; out: string; error: string }> {
    const common = { ...childEnv(), DATA_DIR: join(folder, "data"), NODE_ENV: "test" };
    const env = { ...common, REDIS_URL: redis.url, ...more };
    return new Promise((resolve) => {
      execFile(process.execPath, [MAIN, ...args], { env }, (fault, out, error) =>
        resolve({ code: fault ? Number(fault.code) : 0, out, error }),
      );
    });
  }

  before(async () => {
    redis = await PrivateRedis.start(join(folder, "redis"));
    assert.equal((await parley("migrate")).code, 0);
  });
  after(() => redis?.stop());

  it("makes accounts, the first of them the operator, and lists, disables and enables them", async () => {
    const first = await parley("user", "create", "Boss@Example.test", "The Boss");
    assert.match(first.out, /^Made boss@example\.test\. It is the first one.*\nPassword, shown this once: \S{20}\n$/);
    assert.doesNotMatch((await parley("user", "create", "two@example.test")).out, /first one/);
    assert.deepEqual(await parley("user", "create", "two@example.test"), {
      ...{ code: 1, out: "", error: "An account with this e-mail exists already.\n" },
    });
    assert.equal((await parley("user", "create", "nonsense")).code, 1);
    assert.equal((await parley("user", "disable", "boss@example.test")).code, 1);
    assert.equal((await parley("user", "disable", "two@example.test")).out, "Done: two@example.test\n");
    const rows = (await parley("user", "list")).out.trimEnd().split("\n");
    const shown = rows.map((row) => row.split("\t").slice(1).join("|"));
    assert.deepEqual(shown, ["two@example.test|two||disabled", "boss@example.test|The Boss|operator"]);
    assert.equal((await parley("user", "enable", "two@example.test")).code, 0);
    assert.equal((await parley("user", "remove-second-factor", "two@example.test")).code, 0);
    assert.doesNotMatch((await parley("user", "list", "two")).out, /disabled|boss/);
    assert.equal((await parley("user", "enable", "nobody@example.test")).code, 1);
    assert.equal((await parley("user", "fly", "two@example.test")).code, 64);
  });

  it("says by the doctor what is missing, and ends with 1 while something is", async () => {
    const idle = await parley("doctor");
    assert.equal(idle.code, 1);
    assert.match(idle.out, /^ok {4}database: sqlite, answers \(\d+ accounts\)$/m);
    assert.match(idle.out, /^ok {4}redis: answers PONG \(REDIS_URL\)$/m);
    assert.match(idle.out, /^FAULT worker: no worker was seen lately$/m);
    await redis.kill();
    const broken = await parley("doctor");
    await redis.launch();
    assert.match(broken.out, /^FAULT redis: cannot be reached at REDIS_URL$/m);
  });

  it("finds the Redis of a launcher that runs on the same folder, when it is told of no other one", async () => {
    const [data, password] = [join(folder, "data"), "made-at-each-start"];
    await mkdir(join(data, "redis"), { recursive: true });
    writeSettings(join(data, "redis"), { port: redis.port, password });
    await writeFile(join(data, "running.json"), JSON.stringify({ launcher: process.pid, url: "", children: [] }));
    const admin = new Redis(redis.url);
    await admin.config("SET", "requirepass", password);
    more = { REDIS_URL: "" };
    assert.match((await parley("doctor")).out, /^ok {4}redis: answers PONG \(the launcher's own\)$/m);
    await admin.config("SET", "requirepass", "");
    await admin.quit();
    // Without a launcher the file is an old one.
    await rm(join(data, "running.json"));
    assert.doesNotMatch((await parley("doctor")).out, /the launcher's own/);
    more = {};
  });

  it("walks along the audit log, and knows no chain and no workspace that there is not", async () => {
    const all = await parley("audit", "verify");
    assert.equal(all.code, 0);
    assert.match(all.out, /^holds {3}instance {2}\d+ events, \d+ anchors$/m);
    assert.equal((await parley("audit", "verify", "instance")).code, 0);
    const missing = await parley("audit", "verify", "instanse");
    assert.deepEqual([missing.code, missing.out], [1, ""]);
    assert.equal(missing.error, 'There is no chain "instanse": it is a workspace\'s id, or instance.\n');
    for (const id of ["nonsense", "0190f5fe-7c00-7a00-8000-00000000dead"]) {
      const rotated = await parley("vault", "rotate", "--workspace", id);
      assert.deepEqual([rotated.code, rotated.error], [1, "This workspace was not found.\n"]);
    }
    assert.match((await parley("audit", "erase", "two@example.test")).out, /^Addresses, names and browsers of two@/);
    for (const whose of ["two@example.test", "nobody@example.test", "1999-01"])
      assert.equal((await parley("audit", "erase", whose)).code, 1, whose);
    const id = (await parley("user", "list", "two@")).out.split("\t")[0]!;
    assert.ok((await parley("user", "delete", "Two@example.test")).out.endsWith(`parley audit erase ${id}\n`));
    const refused = await parley("user", "delete", "boss@example.test");
    assert.deepEqual([refused.code, refused.out], [1, ""]);
    assert.match(refused.error, /^An instance needs an operator/);
    const left = (await parley("user", "list")).out;
    assert.deepEqual([left.includes("two@"), left.includes("boss@")], [false, true]);
    assert.equal((await parley("audit", "verify")).code, 0);
    const wrong = await parley("user", "create");
    assert.equal(wrong.code, 64);
    assert.match(wrong.error, /^parley user create EMAIL: the e-mail is missing\.\n/);
  });

  it("rotates the master key only when every running process has it, or by force", async () => {
    const key = () => `:${randomBytes(32).toString("base64")}`;
    const [old, next] = [`old${key()}`, `next${key()}`];
    const config = loadConfig({ NODE_ENV: "test", DATA_DIR: folder, REDIS_URL: redis.url, VAULT_KEYS: old });
    const clients = new RedisClients(config);
    const fresh = join(folder, "fresh");
    const [before, changed] = [old, `${next},${old}`].map((keys) => ({ DATA_DIR: fresh, VAULT_KEYS: keys }));
    more = before!;
    assert.equal((await parley("migrate")).code, 0);
    assert.equal((await parley("user", "create", "first@example.test")).code, 0);
    assert.equal((await parley("vault", "rotate")).code, 0, "nothing runs");
    more = changed!;
    new MasterKeyAnswers(clients, config, "the worker process 7 on box").onApplicationBootstrap();
    while ((await clients.main.pubsub("NUMSUB", "{parley}:vault-keys"))[1] !== 1) await setTimeout(10);
    const refused = await parley("vault", "rotate");
    assert.deepEqual([refused.code, refused.out], [1, ""]);
    assert.match(refused.error, /^The key "next" of VAULT_KEYS is not known to the worker process 7 on box: restart/);
    more = before!;
    assert.equal((await parley("audit", "verify")).code, 0, "nothing is under the new key");
    more = changed!;
    const forced = await parley("vault", "rotate", "--force");
    assert.equal(forced.code, 0);
    assert.match(forced.out, /Everything is under the key "next"/);
    more = {};
    await clients.onApplicationShutdown();
  });

  it("ends when it is done under a parent that watches it, as npx on an older Node does", async () => {
    const child = spawn(process.execPath, [MAIN, "help"], { stdio: ["ignore", "ignore", "ignore", "ipc"] });
    try {
      assert.deepEqual(await within(once(child, "exit"), "its end"), [0, null]);
    } finally {
      child.kill("SIGKILL");
    }
  });

  it("says by the doctor whether the sign-in provider answers", async () => {
    const provider = await TestProvider.create();
    assert.match((await parley("doctor")).out, /^ok {4}sign-in provider: not configured/m);
    more = provider.env;
    assert.match((await parley("doctor")).out, /^FAULT sign-in provider: The sign-in provider does not answer/m);
    await provider.serve(["http://127.0.0.1:1"]);
    const well = await parley("doctor");
    await provider.stop();
    assert.ok(well.out.includes(`ok    sign-in provider: ${provider.issuer}/ answers`), well.out);
    more = {};
  });
});
