// Every process hears that access was taken away: at once, or as soon as Redis is back, in order and each notice once.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { Logger } from "#libs/observability/index";
import { CONTROL_CHANNEL, RedisClients } from "#libs/redis/index";
import { eventually, within } from "../../test/app/patience.js";
import { World } from "../../test/app/world.js";
import { AccessNotices, REVOKED, sessionKey } from "./access-notices.js";

describe("notices of access", () => {
  let world: World;
  let notices: AccessNotices;
  const heard: Record<string, unknown>[] = [];

  before(async () => {
    world = await World.start();
    await world.launch();
    notices = world.get(AccessNotices);
    await world.get(RedisClients, 1).subscribe(CONTROL_CHANNEL, (text) => heard.push(JSON.parse(text)));
  });
  beforeEach(() => heard.splice(0));
  after(() => world.stop());

  const hears = (n: number) => eventually(async () => heard.length >= n, `${n} notices`);
  const aSession = (n: number) => ({ id: `s${n}`, userId: "ann", tokenHash: `hash-${n}` });
  const ofSession = (n: number) => ({
    type: "session:revoked",
    sessionId: `s${n}`,
    userId: "ann",
    tokenHash: `hash-${n}`,
  });

  it("tell of sessions, and leave a word in Redis against which no copy is put back", async () => {
    await notices.sessionsRevoked([aSession(1), aSession(2)]);
    await hears(2);
    assert.deepEqual(heard, [ofSession(1), ofSession(2)]);
    const { main } = world.get(RedisClients);
    for (const n of [1, 2]) {
      // The word itself is what processes of another version look for.
      assert.deepEqual([await main.get(sessionKey(`hash-${n}`)), REVOKED], ["revoked", "revoked"]);
      const ttl = await main.ttl(sessionKey(`hash-${n}`));
      assert.ok(ttl > 110 && ttl <= 120, `${ttl} s`);
    }
  });

  it("tell of members and of keys, each by itself, and leave no word", async () => {
    const { main } = world.get(RedisClients);
    const words = async () => (await main.keys("*")).sort();
    const before = await words();
    await notices.membershipsChanged("w1", ["ann", "bob"]);
    await notices.keysChanged(["k1"]);
    await hears(3);
    assert.deepEqual(heard, [
      { type: "membership:changed", workspaceId: "w1", userId: "ann" },
      { type: "membership:changed", workspaceId: "w1", userId: "bob" },
      { type: "key:changed", keyId: "k1" },
    ]);
    assert.deepEqual(await words(), before);
  });

  it("say nothing of nothing", async () => {
    await notices.sessionsRevoked([]);
    await notices.keysChanged([]);
    await notices.keysChanged(["the one after"]);
    await hears(1);
    assert.deepEqual(heard, [{ type: "key:changed", keyId: "the one after" }]);
  });

  it("wait for Redis without holding anybody up, and are then told in order, once each", async () => {
    const clients = [0, 1].map((process) => world.get(RedisClients, process));
    await world.redis.kill();
    await eventually(async () => clients.every(({ available }) => !available), "both to notice");
    const began = performance.now();
    await notices.sessionsRevoked([aSession(3)]);
    await notices.keysChanged(["k2", "k3"]);
    assert.ok(performance.now() - began < 5_000);
    const ready = clients.map(({ main }) => new Promise((resolve) => main.once("ready", resolve)));
    await world.redis.launch();
    await within(Promise.all(ready), "Redis");
    await eventually(
      async () => (await clients[0]!.main.get(sessionKey("hash-3"))) === REVOKED,
      "the word about the session",
    );
    // The listener's own connection may come back later: it is told again until it hears.
    await eventually(async () => {
      await notices.keysChanged(["the last one"]);
      return heard.some(({ keyId }) => keyId === "the last one");
    }, "the listener to be back");
    // What it has heard of before is in order, and nothing was told twice.
    const order = [ofSession(3), { type: "key:changed", keyId: "k2" }, { type: "key:changed", keyId: "k3" }];
    const early = heard.filter(({ keyId }) => keyId !== "the last one");
    assert.deepEqual(early, order.slice(order.length - early.length));
  });
});

describe("notices of access that Redis refuses", () => {
  let world: World;
  let notices: AccessNotices;
  const heard: Record<string, unknown>[] = [];
  const lines: string[] = [];

  before(async () => {
    world = await World.start();
    await world.launch();
    const destination = { write: (line: string) => void lines.push(line) };
    const logger = new Logger({ level: "info", service: "test", destination });
    notices = new AccessNotices(world.get(RedisClients), logger);
    await world.get(RedisClients, 1).subscribe(CONTROL_CHANNEL, (text) => heard.push(JSON.parse(text)));
  });
  beforeEach(() => {
    for (const list of [heard, lines]) list.splice(0);
  });
  after(async () => {
    notices.onApplicationShutdown();
    await world.stop();
  });

  const redis = () => world.get(RedisClients, 1).main;
  /** Redis goes on, and takes no message. */
  const mute = () => redis().call("ACL", "SETUSER", "default", "-publish");
  const unmute = () => redis().call("ACL", "SETUSER", "default", "+publish");
  /** How many messages it has refused by now. */
  const refused = async () => Number(/errorstat_NOPERM:count=(\d+)/.exec(await redis().info("errorstats"))?.[1] ?? 0);
  const logged = () =>
    lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .map(({ level, event, count }) => ({ level, event, count }));

  it("are tried again until it takes them, in order, also when it took the first half of one", async () => {
    await mute();
    await notices.sessionsRevoked([{ id: "s1", userId: "ann", tokenHash: "hash-1" }]);
    await notices.keysChanged(["k1", "k2"]);
    assert.deepEqual(logged(), [
      { level: "warn", event: "access_notice_delayed", count: 1 },
      { level: "warn", event: "access_notice_delayed", count: 2 },
    ]);
    // The three that were told, and all of them twice more.
    await eventually(async () => (await refused()) >= 9, "two more tries");
    assert.deepEqual(heard, []);
    await unmute();
    await eventually(async () => heard.length >= 3, "the notices");
    assert.deepEqual(heard, [
      { type: "session:revoked", sessionId: "s1", userId: "ann", tokenHash: "hash-1" },
      { type: "key:changed", keyId: "k1" },
      { type: "key:changed", keyId: "k2" },
    ]);
    lines.splice(0);
    await notices.keysChanged(["k3"]);
    await eventually(async () => heard.length >= 4, "the next one");
    assert.deepEqual([heard.slice(3), lines], [[{ type: "key:changed", keyId: "k3" }], []]);
  });

  it("are kept in a number that has an end: the oldest go", async () => {
    await mute();
    const ids = Array.from({ length: 10_003 }, (_, n) => `k${n}`);
    await notices.keysChanged(ids);
    await unmute();
    await eventually(async () => heard.length >= 10_000, "the notices");
    assert.deepEqual(
      heard.map(({ keyId }) => keyId),
      ids.slice(3),
    );
  });

  it("are given up when the process ends", async (test) => {
    await mute();
    test.mock.timers.enable({ apis: ["setTimeout"] });
    await notices.keysChanged(["k1"]);
    notices.onApplicationShutdown();
    await unmute();
    test.mock.timers.tick(60_000);
    test.mock.timers.reset();
    // By the same connection, so it comes after whatever was tried again.
    await notices.keysChanged(["the next one"]);
    await eventually(async () => heard.some(({ keyId }) => keyId === "the next one"), "the next one");
    assert.deepEqual(heard, [{ type: "key:changed", keyId: "the next one" }]);
  });
});
