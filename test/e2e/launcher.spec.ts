// What `npm start` runs: everything comes up, comes back when it dies, and leaves nothing behind however it ends.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { CookieJar, createClient } from "#libs/client/index";
import { Child } from "../app/child.js";
import { freePort } from "../app/ports.js";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const LAUNCHER = join(ROOT, "dist", "apps", "launcher", "main.js");
const EXIT_CONFIG = "exit code 78";
/** These machines also run the other tests. */
const PATIENCE_MS = 20_000;
const READY = /^Parley is ready: (http:\/\/127\.0\.0\.1:\d+)$/;

const linux = process.platform === "linux";
const folders: string[] = [];
const launched: Child[] = [];
after(async () => {
  for (const child of launched) await child.stop();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "parley-launcher-"));
  folders.push(folder);
  return folder;
}

function launch(dataDir: string, port: number | string, env: Record<string, string> = {}): Child {
  const settings = { DATA_DIR: dataDir, PORT: `${port}`, DRAIN_SECONDS: "2", LOGIN_LIMIT: "1000", ...env };
  const child = new Child({ name: "launcher", command: process.execPath, args: [LAUNCHER], env: settings, cwd: ROOT });
  launched.push(child);
  return child;
}

async function ready(child: Child): Promise<string> {
  const [, url = ""] = await child.line(READY);
  return url;
}

async function until<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(25);
  }
  throw new Error(`In ${PATIENCE_MS / 1000} s it did not come true that ${what}.`);
}

/** Every living process that was started with this data folder, by what its command line says it is. */
function processesOf(dataDir: string): Map<number, string> {
  const found = new Map<number, string>();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const name = nameOf(`/proc/${pid}`, dataDir);
      if (name !== undefined) found.set(Number(pid), name);
    } catch {
      // It has ended meanwhile, or is another user's.
    }
  }
  return found;
}

function nameOf(process: string, dataDir: string): string | undefined {
  // Redis writes its title over its environment, but works in its folder.
  if (readlinkSync(`${process}/cwd`) === join(dataDir, "redis")) return "redis";
  if (!readFileSync(`${process}/environ`, "utf8").split("\0").includes(`DATA_DIR=${dataDir}`)) return undefined;
  const command = readFileSync(`${process}/cmdline`, "utf8").replaceAll("\0", " ");
  return /apps\/(\w+)\/main\.js/.exec(command)?.[1] ?? /redis-(watcher)/.exec(command)?.[1] ?? command;
}

function pidOf(dataDir: string, name: string): number | undefined {
  return [...processesOf(dataDir)].find(([, is]) => is === name)?.[0];
}

function isReady(url: string): () => Promise<true | undefined> {
  return async () => {
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    return answer?.ok || undefined;
  };
}

async function nothingLeft(dataDir: string): Promise<void> {
  try {
    await until("no process is left", () => processesOf(dataDir).size === 0 || undefined);
  } catch (error) {
    throw new Error(`${(error as Error).message} Left: ${[...processesOf(dataDir)].join("; ")}`);
  }
}

describe("the launcher", { skip: linux ? false : "processes are found through /proc" }, () => {
  const dataDir = aFolder();
  const jar = new CookieJar();
  const person = { email: "owner@example.test", password: "a long enough password 42", name: "Owner" };

  test("brings up one of each, and says where", async () => {
    const port = await freePort();
    const child = launch(dataDir, port);
    const url = await ready(child);
    assert.equal(url, `http://127.0.0.1:${port}`);
    assert.equal(await isReady(url)(), true);
    const names = [...processesOf(dataDir).values()].sort();
    assert.deepEqual(names, ["api", "launcher", "redis", "simulator", "watcher", "worker"]);
  });

  test("refuses a second one on the same folder, and a port that is taken, in one line each", async () => {
    const running = launched[0];
    assert.ok(running?.alive);
    const url = await ready(running);
    const second = launch(dataDir, await freePort());
    assert.equal(await second.ended, "exit code 1");
    assert.match(second.output(), new RegExp(`Parley runs already on .*${url}`));
    const elsewhere = aFolder();
    const third = launch(elsewhere, new URL(url).port);
    assert.equal(await third.ended, EXIT_CONFIG);
    assert.equal(third.output().split("\n").length, 2, third.output());
    assert.match(third.output(), /Port \d+ is taken/);
    assert.equal(processesOf(elsewhere).size, 0);
  });

  for (const name of ["worker", "api", "redis", "simulator"]) {
    test(`starts ${name} again when it is killed`, async () => {
      const running = launched[0];
      assert.ok(running?.alive);
      const before = pidOf(dataDir, name);
      assert.ok(before);
      process.kill(before, "SIGKILL");
      await until(`another ${name} runs`, () => {
        const now = pidOf(dataDir, name);
        return now !== undefined && now !== before ? now : undefined;
      });
      await until("Parley is ready again", isReady(await ready(running)));
    });
  }

  test("ends in order by SIGINT, and what was saved is there at the next start", async () => {
    const running = launched[0];
    assert.ok(running?.alive);
    await createClient({ baseUrl: await ready(running), cookies: jar }).auth.register(person);
    running.signal("SIGINT");
    assert.equal(await running.ended, "exit code 0", running.output());
    assert.equal(processesOf(dataDir).size, 0);
    const again = launch(dataDir, await freePort());
    const { user } = await createClient({ baseUrl: await ready(again), cookies: jar }).auth.me();
    assert.equal(user.email, person.email);
    assert.equal(await again.stop(), "exit code 0");
  });

  test("leaves nothing behind when it is killed itself, and the next start finds everything", async () => {
    const killed = launch(dataDir, await freePort());
    await ready(killed);
    await killed.kill("SIGKILL");
    await nothingLeft(dataDir);
    const next = launch(dataDir, await freePort());
    const { user } = await createClient({ baseUrl: await ready(next), cookies: jar }).auth.me();
    assert.equal(user.email, person.email);
    next.signal("SIGKILL");
    // At once, while the processes of the killed one are still ending.
    const atOnce = launch(dataDir, await freePort());
    await ready(atOnce);
    assert.equal(await atOnce.stop(), "exit code 0");
    await nothingLeft(dataDir);
  });

  test("ends while it is still starting", async () => {
    const folder = aFolder();
    const child = launch(folder, await freePort());
    await until("the API is being started", () => pidOf(folder, "api"));
    assert.equal(await child.stop(), "exit code 0", child.output());
    await nothingLeft(folder);
  });

  for (const name of ["redis", "simulator", "api", "worker"]) {
    test(`leaves nothing behind when it is killed while ${name} is starting`, async () => {
      const folder = aFolder();
      const child = launch(folder, await freePort());
      await until(`${name} is being started`, () => pidOf(folder, name));
      await child.kill("SIGKILL");
      await nothingLeft(folder);
    });
  }

  test("names what is wrong with the configuration, and does not try again", async () => {
    const folder = aFolder();
    const child = launch(folder, "many", { WORKER_CONCURRENCY: "0" });
    assert.equal(await child.ended, EXIT_CONFIG);
    assert.match(child.output(), /PORT: /);
    assert.match(child.output(), /WORKER_CONCURRENCY: /);
    assert.equal(processesOf(folder).size, 0);
  });
});

test("npm start -- --help answers without installing or starting anything", async () => {
  const args = [join(ROOT, "scripts", "start.mjs"), "--help"];
  const child = new Child({ name: "help", command: process.execPath, args });
  assert.equal(await child.ended, "exit code 0");
  assert.match(child.output(), /--data-dir/);
  const wrong = new Child({ name: "help", command: process.execPath, args: [...args.slice(0, 1), "--nonsense"] });
  assert.equal(await wrong.ended, "exit code 1");
  assert.match(wrong.output(), /--nonsense/);
});
