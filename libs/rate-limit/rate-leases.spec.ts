// Leases: the limit holds over time and processes, for a fraction of the round trips, and a flood costs none.
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { loadConfig } from "#libs/config/index";
import { RedisClients } from "#libs/redis/index";
import { aFolder } from "../../test/app/child.js";
import { PrivateRedis } from "../../test/app/redis.js";
import { type Rate, RateLeases, RateLimiter, standardRateHeaders, type Verdict } from "./index.js";

/** Counts its round trips. */
class CountingLimiter extends RateLimiter {
  trips = 0;
  override take(bucket: string, rate: Rate, count?: number): Promise<Verdict> {
    this.trips += 1;
    return super.take(bucket, rate, count);
  }
}

describe("leases of a rate", () => {
  const folder = aFolder("parley-leases-");
  let redis: PrivateRedis;
  const clients: RedisClients[] = [];

  async function aProcess(): Promise<{ limiter: CountingLimiter; leases: RateLeases }> {
    const client = new RedisClients(loadConfig({ DATA_DIR: folder, REDIS_URL: redis.url }));
    clients.push(client);
    await client.main.ping();
    const limiter = new CountingLimiter(client);
    return { limiter, leases: new RateLeases(limiter) };
  }

  before(async () => {
    redis = await PrivateRedis.start(join(folder, "redis"));
  });
  after(async () => {
    for (const client of clients) await client.onApplicationShutdown();
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("let exactly the limit through at once, with a hundredth of the round trips", async () => {
    const { limiter, leases } = await aProcess();
    // A second brings 100 tokens back: the size of a lease.
    const rate = { limit: 6_000, perMs: 60_000 };
    const verdicts = await Promise.all(Array.from({ length: 3_000 }, () => leases.take("many", rate)));
    assert.ok(verdicts.every(({ allowed }) => allowed));
    assert.ok(limiter.trips <= 35, `${limiter.trips} round trips`);
    const last = verdicts.at(-1)!;
    assert.ok(last.remaining >= 2_900 && last.remaining <= 3_300, String(last.remaining));
  });

  it("hold over two processes, and refuse without a round trip until there is a token again", async () => {
    const [a, b] = [await aProcess(), await aProcess()];
    const rate = { limit: 20, perMs: 3_600_000 };
    let allowed = 0;
    for (let n = 0; n < 30; n += 1) if ((await [a, b][n % 2]!.leases.take("shared", rate)).allowed) allowed += 1;
    assert.equal(allowed, 20);
    const before = a.limiter.trips;
    const refused = await a.leases.take("shared", rate);
    assert.equal(refused.allowed, false);
    assert.ok(refused.retryAfterMs > 0 && refused.retryAfterMs <= 180_000);
    assert.equal(a.limiter.trips, before);
  });

  it("are given up to the last token, and come back evenly", async () => {
    const { leases } = await aProcess();
    // A lease is 30 tokens; 100 are three leases and ten single ones.
    const rate = { limit: 100, perMs: 3_300 };
    const verdicts = await Promise.all(Array.from({ length: 130 }, () => leases.take("last", rate)));
    const passed = verdicts.filter(({ allowed }) => allowed).length;
    assert.ok(passed >= 100 && passed <= 115, String(passed));
    const wait = verdicts.find(({ allowed }) => !allowed)!.retryAfterMs;
    await sleep(wait + 50);
    assert.equal((await leases.take("last", rate)).allowed, true);
  });

  it("are told in the headers of the draft standard", () => {
    const verdict = { allowed: true, limit: 60, remaining: 7, resetMs: 1_001, retryAfterMs: 0 };
    const told = { "ratelimit-limit": "60", "ratelimit-remaining": "7", "ratelimit-reset": "2" };
    assert.deepEqual(standardRateHeaders(verdict), told);
  });
});
