// Guessing is slow: one by one, all at once, from many addresses, and while Redis is away.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { RedisClients } from "#libs/redis/index";
import { World } from "../../test/app/world.js";
import { LoginThrottle } from "./login-throttle.js";

const LIMIT = 5;

describe("the login throttle", () => {
  let world: World;
  let throttle: LoginThrottle;
  let n = 0;
  const anAddress = () => `192.0.2.${++n}`;
  const message = "Too many failed sign-ins. Try again in a few minutes.";
  const refused = { status: 429, code: "too_many_requests", message };

  before(async () => {
    world = await World.start({ LOGIN_LIMIT: String(LIMIT) });
    await world.launch();
    throttle = world.get(LoginThrottle);
  });
  after(() => world.stop());

  async function through(tries: Promise<unknown>[]): Promise<number> {
    return (await Promise.allSettled(tries)).filter(({ status }) => status === "fulfilled").length;
  }

  it("refuses the sixth wrong password, by whichever process, and says when to come back", async () => {
    const address = anAddress();
    for (let i = 0; i < LIMIT; i++) await world.get(LoginThrottle, i % 2).take("ann", address);
    for (const process of [0, 1]) {
      await assert.rejects(
        world.get(LoginThrottle, process).take("ann", address),
        (error: { retryAfterMs: number }) => {
          assert.ok(error.retryAfterMs > 14 * 60_000 && error.retryAfterMs <= 15 * 60_000, `${error.retryAfterMs}`);
          return true;
        },
      );
    }
    await throttle.take("bob", address);
    await throttle.take("ann", anAddress());
  });

  it("lets no more through when all come at once", async () => {
    const address = anAddress();
    assert.equal(await through(Array.from({ length: 40 }, () => throttle.take("carl", address))), LIMIT);
  });

  it("forgets failures after a right password, for that address only", async () => {
    const [here, there] = [anAddress(), anAddress()];
    for (let i = 0; i < LIMIT; i++) await throttle.take("dora", there);
    for (let i = 0; i < LIMIT - 1; i++) await throttle.take("dora", here);
    await (await throttle.take("dora", here)).succeeded();
    await throttle.take("dora", here);
    await assert.rejects(throttle.take("dora", there), refused);
  });

  it("does not count what succeeds, however often", async () => {
    const address = anAddress();
    for (let i = 0; i < 60; i++) await (await throttle.take("ella", address)).succeeded();
    await throttle.take("ella", address);
  });

  it("stops one address that tries many accounts", async () => {
    const address = anAddress();
    assert.equal(
      await through(Array.from({ length: 60 }, (_, i) => throttle.take(`account-${i}`, address))),
      4 * LIMIT,
    );
  });

  it("stops many addresses that try one account", async () => {
    assert.equal(await through(Array.from({ length: 80 }, () => throttle.take("fred", anAddress()))), 10 * LIMIT);
  });

  it("keeps counts under hashes for a quarter of an hour, and only takes back what is still there", async () => {
    const { main } = world.get(RedisClients);
    await main.flushall();
    const address = anAddress();
    const attempt = await throttle.take("hedy@example.test", address);
    const keys = (await main.keys("*login*")).sort();
    assert.deepEqual(
      keys.map((key) => key.split(":").at(-2)),
      ["account", "address", "pair"],
    );
    assert.doesNotMatch(keys.join(), /hedy|192/);
    for (const key of keys) {
      const ttl = await main.pttl(key);
      assert.ok(ttl > 14 * 60_000 && ttl <= 15 * 60_000, `${key}: ${ttl} ms`);
    }
    await throttle.take("hedy@example.test", address);
    await attempt.succeeded();
    const left = () => Promise.all(keys.map((key) => main.get(key)));
    assert.deepEqual(await left(), ["1", "1", null]);
    // Its window is over meanwhile: what is given back then makes nothing.
    await main.flushall();
    await attempt.succeeded();
    assert.deepEqual(await left(), [null, null, null]);
  });

  it("keeps counting in the process while Redis is away, at half the rate", async () => {
    await world.redis.kill();
    const address = anAddress();
    assert.equal(await through(Array.from({ length: 20 }, () => throttle.take("gina", address))), Math.ceil(LIMIT / 2));
    await assert.rejects(throttle.take("gina", address), refused);
    // What succeeds is given back here as well: to the account from this address, and to both others.
    const there = anAddress();
    for (let i = 0; i < 30; i++) await (await throttle.take("hugo", there)).succeeded();
    await world.redis.launch();
    const { main } = world.get(RedisClients);
    if (main.status !== "ready") await new Promise((resolve) => main.once("ready", resolve));
    await throttle.take("gina", address);
  });
});
