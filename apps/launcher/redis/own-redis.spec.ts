// The launcher's own Redis against a real server: private, durable, back after a crash, and never two on one file.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Redis } from "ioredis";
import { readRedisSettings } from "../../../libs/config/own-redis.js";
import { freePort } from "../ports.js";
import { findRedis } from "./find-redis.js";
import { OwnRedis } from "./own-redis.js";
import { writeSettings } from "./redis-settings.js";

// Spaces and quotes: the folder is whatever the operator's is.
const root = mkdtempSync(join(tmpdir(), `parley "own" redis `));
const program = await findRedis(process.env);
const running: OwnRedis[] = [];
after(async () => {
  for (const redis of running) await redis.stop();
  rmSync(root, { recursive: true, force: true });
});

function aDataDir(name: string): string {
  const folder = join(root, name);
  mkdirSync(folder);
  return folder;
}

async function start(dataDir: string, report: (line: string) => void = () => undefined): Promise<OwnRedis> {
  const redis = await OwnRedis.start(program, dataDir, report);
  running.push(redis);
  return redis;
}

async function ask<T>(url: string, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { maxRetriesPerRequest: 20 });
  // Without a listener a lost connection would end the test; the question fails by itself.
  redis.on("error", () => undefined);
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}

test("it is reached by its password alone, and its files are the owner's alone", async () => {
  const dataDir = aDataDir("private");
  const redis = await start(dataDir);
  assert.equal(await ask(redis.url, (client) => client.ping()), "PONG");
  const open = new URL(redis.url);
  open.password = "";
  await assert.rejects(
    ask(open.href, (client) => client.ping()),
    /NOAUTH|WRONGPASS/,
  );
  assert.equal(statSync(join(dataDir, "redis")).mode & 0o777, 0o700);
  assert.equal(statSync(join(dataDir, "redis", "redis.conf")).mode & 0o777, 0o600);
  const [, policy] = await ask(redis.url, (client) => client.config("GET", "maxmemory-policy") as Promise<string[]>);
  assert.equal(policy, "noeviction");
});

test("what was written is there after its end, and after it was killed", async () => {
  const dataDir = aDataDir("durable");
  const first = await start(dataDir);
  await ask(first.url, (client) => client.set("kept", "1"));
  await first.stop();
  const reports: string[] = [];
  const second = await start(dataDir, (line) => reports.push(line));
  await ask(second.url, (client) => client.set("kept too", "2"));
  const pid = Number(/process_id:(\d+)/.exec(await ask(second.url, (client) => client.info("server")))?.[1]);
  process.kill(pid, "SIGKILL");
  // The address stays, so a client that tries again finds the new server.
  assert.deepEqual(await ask(second.url, (client) => client.mget("kept", "kept too")), ["1", "2"]);
  assert.match(reports.join("\n"), /Redis ended \(SIGKILL\); starting it again/);
});

test("one that a killed launcher has left behind is ended first, so that two never write one file", async () => {
  const dataDir = aDataDir("leftover");
  const folder = join(dataDir, "redis");
  mkdirSync(folder);
  const file = writeSettings(folder, { port: await freePort(), password: "leftover" });
  const leftover = spawn(program, [file], { stdio: ["ignore", "pipe", "ignore"] });
  const ended = once(leftover, "exit");
  for await (const chunk of leftover.stdout.setEncoding("utf8")) if (chunk.includes("Ready to accept")) break;
  const old = readRedisSettings(folder);
  await ask(`redis://:leftover@127.0.0.1:${old?.port}`, (client) => client.set("kept", "1"));
  const redis = await start(dataDir);
  await ended;
  assert.equal(await ask(redis.url, (client) => client.get("kept")), "1");
});

test("files that Redis cannot read are put aside, and it starts empty", async () => {
  const dataDir = aDataDir("damaged");
  const first = await start(dataDir);
  await ask(first.url, (client) => client.set("lost", "1"));
  await first.stop();
  const folder = join(dataDir, "redis", "appendonlydir");
  const log = readdirSync(folder).find((name) => name.endsWith(".incr.aof")) ?? "";
  writeFileSync(join(folder, log), "this is no append-only file\n".repeat(10));
  const reports: string[] = [];
  const redis = await start(dataDir, (line) => reports.push(line));
  assert.equal(await ask(redis.url, (client) => client.get("lost")), null);
  assert.match(reports.join("\n"), /could not read its files/);
  const kept = readdirSync(join(dataDir, "redis")).filter((name) => name.startsWith("damaged-"));
  assert.equal(kept.length, 1);
});

test("a program that is no Redis is named, with what it said", async () => {
  const program = join(root, "not-redis");
  writeFileSync(program, "#!/bin/sh\necho I am a teapot\nexit 1\n", { mode: 0o755 });
  await assert.rejects(
    OwnRedis.start(program, aDataDir("teapot"), () => undefined),
    /not-redis.*\n.*I am a teapot/s,
  );
});
