// The API as a process: it says plainly why it does not start, stops in order, and never outlives its launcher.
import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { loadConfig } from "#libs/config/index";
import { migrate } from "#libs/database/index";
import { childEnv } from "../../test/app/child.js";
import { PrivateRedis } from "../../test/app/redis.js";

const MAIN = join(import.meta.dirname, "main.js");

let folder: string;
let redis: PrivateRedis;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "parley-main-"));
  redis = await PrivateRedis.start(join(folder, "redis"));
  await migrate(loadConfig({ DATA_DIR: folder }));
});
after(async () => {
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
});

function start(env: Record<string, string> = {}): {
  child: ChildProcess;
  output: () => string;
  ended: Promise<number | null>;
} {
  const child = fork(MAIN, [], {
    env: { ...childEnv(), DATA_DIR: folder, REDIS_URL: redis.url, PORT: "0", LOG_LEVEL: "info", ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += String(chunk)));
  const ended = once(child, "close").then(([code]) => code as number | null);
  return { child, output: () => output, ended };
}

async function ready(child: ChildProcess): Promise<number> {
  const [message] = (await once(child, "message")) as [{ ready: boolean; port: number }];
  assert.equal(message.ready, true);
  return message.port;
}

test("a wrong configuration is named in one line each, without a stack, with exit code 78", async () => {
  const { output, ended } = start({ PORT: "seven", REGISTRATION: "sometimes" });
  assert.equal(await ended, 78);
  assert.match(output(), /PORT: /);
  assert.match(output(), /REGISTRATION: /);
  assert.doesNotMatch(output(), /\n\s+at /);
});

test("a port that is taken is named", async () => {
  const blocker = createServer().listen(0, "127.0.0.1");
  await once(blocker, "listening");
  const { port } = blocker.address() as AddressInfo;
  const { output, ended } = start({ PORT: String(port) });
  assert.equal(await ended, 78);
  assert.match(output(), new RegExp(`PORT ${port} is taken`));
  blocker.close();
});

test("a database that cannot be opened is named by its variable, without a stack", async () => {
  const DATABASE_KEY = "another key than none at all";
  const cases: [env: Record<string, string>, code: number, words: RegExp][] = [
    [{ DATABASE_KEY }, 78, /DATABASE_KEY is not the key of .*parley\.db, or that is no SQLite file/],
    [{ DATABASE_URL: "sqlite:/dev/null/parley.db" }, 78, /DATABASE_URL: \/dev\/null\/parley\.db cannot be opened/],
    [
      { DATABASE_URL: "postgres://a:b@127.0.0.1:1/x" },
      1,
      /The server of DATABASE_URL cannot be reached \(ECONNREFUSED\)/,
    ],
  ];
  for (const [env, code, words] of cases) {
    const { output, ended } = start(env);
    assert.equal(await ended, code, output());
    assert.match(output(), words);
    assert.doesNotMatch(output(), /\n\s+at /);
  }
});

test("production opens no debugger: not by an option, not by a signal", async () => {
  const production = { NODE_ENV: "production", VAULT_KEYS: `k1:${randomBytes(32).toString("base64")}` };
  for (const option of ["--inspect=127.0.0.1:0", "--heapsnapshot-signal=SIGUSR2"]) {
    const { output, ended } = start({ ...production, DATA_DIR: join(folder, "none"), NODE_OPTIONS: option });
    assert.equal(await ended, 78, output());
    assert.match(output(), new RegExp(`NODE_OPTIONS has ${option.split("=")[0]}: refused in production`));
  }
  const own = join(folder, "production");
  await migrate(loadConfig({ ...production, DATA_DIR: own }));
  const { child, output, ended } = start({ ...production, DATA_DIR: own });
  const port = await Promise.race([ready(child), ended.then((code) => assert.fail(`ended with ${code}: ${output()}`))]);
  child.kill("SIGUSR1");
  // Answers come after the signal was taken.
  for (let n = 0; n < 20; n++) assert.equal((await fetch(`http://127.0.0.1:${port}/health/live`)).status, 200);
  child.kill("SIGTERM");
  assert.equal(await ended, 0, output());
  assert.doesNotMatch(output(), /Debugger listening/);
});

test("an old schema is refused", async () => {
  const empty = await mkdtemp(join(tmpdir(), "parley-empty-"));
  const { output, ended } = start({ DATA_DIR: empty });
  assert.equal(await ended, 1);
  assert.match(output(), /schema is not up to date/);
  assert.doesNotMatch(output(), /\n\s+at /);
  await rm(empty, { recursive: true, force: true });
});

test("SIGTERM and SIGINT end it in order, with exit code 0, also with connections open", async () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    const { child, output, ended } = start();
    const port = await ready(child);
    assert.equal((await fetch(`http://127.0.0.1:${port}/api/v1/instance`)).status, 200);
    child.kill(signal);
    assert.equal(await ended, 0, output());
    const events = output()
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line).event as string);
    assert.deepEqual(
      events.filter((event) => event.startsWith("api_")),
      ["api_ready", "api_stopping", "api_stopped"],
    );
    assert.ok(events.includes("http_request"));
  }
});

test("it ends when its launcher is gone", async () => {
  const { child } = start();
  await ready(child);
  // "close" does not come after a disconnect of one's own; "exit" does.
  const exit = once(child, "exit");
  child.disconnect();
  assert.deepEqual(await exit, [0, null]);
});

test("it starts and serves without Redis, and says so", async () => {
  const { child, ended } = start({ REDIS_URL: "redis://127.0.0.1:1" });
  const port = await ready(child);
  const answer = await fetch(`http://127.0.0.1:${port}/health/ready`);
  assert.equal(answer.status, 503);
  const { down } = (await answer.json()) as { down: string[] };
  assert.ok(down.includes("redis"));
  assert.equal((await fetch(`http://127.0.0.1:${port}/api/v1/instance`)).status, 200);
  child.kill("SIGTERM");
  assert.equal(await ended, 0);
});
