// A token bucket: as many at once as the limit says, then evenly, for all processes together; and without Redis as well.
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { loadConfig } from "#libs/config/index";
import { RedisClients } from "#libs/redis/index";
import { aFolder } from "../../test/app/child.js";
import { PrivateRedis } from "../../test/app/redis.js";
import { RateLimiter, rateHeaders } from "./index.js";

describe("the rate limiter", () => {
  const folder = aFolder("parley-rate-");
  let redis: PrivateRedis;
  const clients: RedisClients[] = [];

  async function aLimiter(url = redis.url): Promise<RateLimiter> {
    const client = new RedisClients(loadConfig({ DATA_DIR: folder, REDIS_URL: url }));
    clients.push(client);
    if (url === redis.url) await client.main.ping();
    return new RateLimiter(client);
  }

  before(async () => {
    redis = await PrivateRedis.start(join(folder, "redis"));
  });
  after(async () => {
    for (const client of clients) await client.onApplicationShutdown();
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("lets exactly the limit through at once, over all processes", async () => {
    const limiters = [await aLimiter(), await aLimiter()];
    const verdicts = await Promise.all(
      Array.from({ length: 40 }, (_, n) => limiters[n % 2]!.take("at once", { limit: 15, perMs: 3_600_000 })),
    );
    assert.equal(verdicts.filter(({ allowed }) => allowed).length, 15);
    const remaining = verdicts.filter(({ allowed }) => allowed).map((verdict) => verdict.remaining);
    assert.deepEqual(
      remaining.sort((a, b) => a - b),
      Array.from({ length: 15 }, (_, n) => n),
    );
    for (const { allowed, retryAfterMs } of verdicts) {
      if (!allowed) assert.ok(retryAfterMs > 230_000 && retryAfterMs <= 240_000, String(retryAfterMs));
    }
  });

  it("gives a token back when its time has come, and keys apart", async () => {
    const limiter = await aLimiter();
    const rate = { limit: 2, perMs: 400 };
    for (const bucket of ["a", "b"]) {
      const taken = await Promise.all([1, 2, 3].map(() => limiter.take(bucket, rate)));
      assert.deepEqual(taken.map(({ allowed }) => allowed).sort(), [false, true, true], bucket);
    }
    const refused = await limiter.take("a", rate);
    assert.equal(refused.allowed, false);
    await sleep(refused.retryAfterMs + 5);
    assert.equal((await limiter.take("a", rate)).allowed, true);
  });

  it("takes any limit, says the same as it does, and leaves nothing behind in Redis", async () => {
    const limiter = await aLimiter();
    let n = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 100_000 }), async (limit) => {
        const verdict = await limiter.take(`any ${n++}`, { limit, perMs: 60_000 });
        assert.deepEqual([verdict.allowed, verdict.limit, verdict.remaining], [true, limit, limit - 1]);
        assert.ok(verdict.resetMs > 0 && verdict.resetMs <= 60_001);
      }),
      { numRuns: 50 },
    );
    const main = clients.at(-1)!.main;
    for (const key of await main.keys("*:rate:any *")) assert.notEqual(await main.pttl(key), -1, key);
  });

  it("counts in the process while Redis is away", async () => {
    const limiter = await aLimiter("redis://127.0.0.1:1");
    const verdicts = [];
    for (let i = 0; i < 5; i++) verdicts.push(await limiter.take("alone", { limit: 3, perMs: 60_000 }));
    assert.deepEqual(
      verdicts.map(({ allowed }) => allowed),
      [true, true, true, false, false],
    );
    assert.deepEqual(
      verdicts.map(({ remaining }) => remaining),
      [2, 1, 0, 0, 0],
    );
  });

  it("is told in the headers that OpenAI's clients know", () => {
    const verdict = { allowed: true, limit: 60, remaining: 59, retryAfterMs: 0 };
    const reset = (resetMs: number) => rateHeaders({ ...verdict, resetMs })["x-ratelimit-reset-requests"];
    assert.deepEqual([850.2, 1_000, 12_001, 60_000, 362_000].map(reset), ["851ms", "1s", "13s", "1m0s", "6m2s"]);
    assert.equal(rateHeaders({ ...verdict, resetMs: 1 })["x-ratelimit-limit-requests"], "60");
  });
});
