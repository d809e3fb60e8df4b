// The connections of a process: what is given up does not hold it up.
import assert from "node:assert/strict";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { loadConfig } from "#libs/config/index";
import { aFolder } from "../../test/app/child.js";
import { eventually } from "../../test/app/patience.js";
import { PrivateRedis } from "../../test/app/redis.js";
import { RedisClients } from "./index.js";

/** Half of what ioredis waits by itself. */
const SOON_MS = 1_000;

describe("the connections to Redis", () => {
  const folder = aFolder("parley-redis-");
  let redis: PrivateRedis;

  before(async () => {
    redis = await PrivateRedis.start(join(folder, "redis"));
  });
  after(async () => {
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("leave no timer behind when they are given up before Redis has said that it is ready", async () => {
    const clients = new RedisClients(loadConfig({ DATA_DIR: folder, REDIS_URL: redis.url }));
    await once(clients.main, "connect");
    const ended = once(clients.main, "end");
    await clients.onApplicationShutdown();
    await ended;
    assert.equal(clients.available, false);
    const isOver = (kind: string) => async () => !process.getActiveResourcesInfo().includes(kind);
    // It reads its own version from a file before it asks whether Redis is ready.
    await eventually(isOver("FSReqPromise"));
    const began = performance.now();
    await eventually(isOver("Timeout"), "the timers to be gone");
    assert.ok(performance.now() - began < SOON_MS, "a timer holds the process up");
  });
});
