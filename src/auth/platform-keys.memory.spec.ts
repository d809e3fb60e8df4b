// What a process keeps of platform keys: what makes it forget one at once, and how seldom a key's last use is written.
import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { Logger } from "#libs/observability/index";
import { CONTROL_CHANNEL, type Listener, type RedisClients } from "#libs/redis/index";
import { type InstanceSecrets } from "#libs/secrets/index";
import { type ApiKey } from "./api-key.entity.js";
import { type ApiKeysRepository, type HeldKey } from "./api-keys.repository.js";
import { newKey } from "./key-token.js";
import { PlatformKeys } from "./platform-keys.js";

const NOW = Date.parse("2026-11-29T12:00:00Z");
/** A row is kept for so long, ms. */
const FRESH_MS = 500;
const MINUTE_MS = 60_000;

interface Line {
  level: string;
  event: string;
  count?: number;
}

/** Platform keys of a process that has just started; its clock stands at {@link NOW} until the test moves it on. */
async function aProcess({ mock }: TestContext) {
  mock.timers.enable({ apis: ["Date", "setTimeout"], now: NOW });
  // By this one the cache tells how old something is.
  mock.method(performance, "now", () => Date.now());
  const rows = new Map<string, HeldKey>();
  const table = {
    held: mock.fn(async (id: string) => rows.get(id)),
    rights: mock.fn(async () => []),
    touch: mock.fn(async (_uses: ReadonlyMap<string, number>, _everyMs: number) => undefined),
  };
  const secrets = { subkey: mock.fn(async () => Buffer.alloc(32, 7)) };
  const listeners = new Map<string, Listener>();
  const redis = {
    subscribe: mock.fn(async (channel: string, listener: Listener) => {
      listeners.set(channel, listener);
    }),
  };
  const lines: Line[] = [];
  const destination = { write: (line: string) => lines.push(JSON.parse(line)) };
  const keys = new PlatformKeys(
    table as unknown as ApiKeysRepository,
    secrets as unknown as InstanceSecrets,
    redis as unknown as RedisClients,
    new Logger({ level: "info", service: "test", destination }),
  );

  /** A new key that holds. */
  async function aKey(change: Partial<ApiKey> = {}) {
    const { id, token } = newKey();
    const key = { id, workspaceId: "w1", userId: "ann", name: "a test", tokenHash: await keys.hash(token) };
    const rights = { scopes: ["read"], models: ["a/b"], budgetUsd: "1.5", budgetPeriod: "day", requestsPerMinute: 9 };
    const times = { expiresAt: null, createdAt: NOW, updatedAt: NOW, lastUsedAt: null, revokedAt: null };
    const row = { ...key, ...rights, ...times, ...change } as ApiKey;
    rows.set(id, { key: row, email: "ann@example.test", userName: "Ann", role: "member" });
    return { id, token, row };
  }

  return {
    ...{ keys, table, secrets, redis, lines, rows, aKey },
    reads: () => table.held.mock.callCount(),
    /** What was written of uses so far: key → when, ms after {@link NOW}. */
    noted: () =>
      table.touch.mock.calls.map(({ arguments: [uses] }) => [...uses].map(([id, at]) => [id, at - NOW] as const)),
    hears: (message: object) => listeners.get(CONTROL_CHANNEL)?.(JSON.stringify(message)),
    /** Moves the clock on, and lets be done what is due by then. */
    async pass(ms: number) {
      mock.timers.tick(ms);
      await new Promise(setImmediate);
    },
  };
}

describe("what a process keeps of platform keys", () => {
  it("is a row, for half a second", async (test) => {
    const { keys, aKey, reads, pass } = await aProcess(test);
    const { id } = await aKey();
    await keys.current(id);
    await pass(FRESH_MS);
    await keys.current(id);
    assert.equal(reads(), 1);
    await pass(1);
    await keys.current(id);
    assert.equal(reads(), 2);
  });

  it("is forgotten at once when a key has changed: that key's alone", async (test) => {
    const { keys, aKey, reads, hears, rows } = await aProcess(test);
    await keys.onApplicationBootstrap();
    const [changed, other] = [await aKey(), await aKey()];
    for (const { token } of [changed, other]) assert.ok(await keys.find(token));
    assert.equal(reads(), 2);
    rows.delete(changed.id);
    hears({ type: "key:changed", keyId: changed.id });
    assert.equal(await keys.find(changed.token), null);
    assert.equal(reads(), 3);
    assert.ok(await keys.find(other.token));
    assert.equal(reads(), 3);
  });

  it("is all forgotten at once when a member has changed, and nothing at any other word", async (test) => {
    const { keys, aKey, reads, hears } = await aProcess(test);
    await keys.onApplicationBootstrap();
    const made = [await aKey(), await aKey()];
    const look = async () => {
      for (const { id } of made) assert.ok(await keys.current(id));
      return reads();
    };
    assert.equal(await look(), 2);
    hears({ type: "session:revoked", keyId: made[0]!.id });
    hears({ type: "key:changed" });
    assert.equal(await look(), 2);
    hears({ type: "membership:changed", workspaceId: "w1", userId: "ann" });
    assert.equal(await look(), 4);
  });

  it("is not what an older read, which ends later, did not find", async (test) => {
    const { keys, aKey, reads, hears, table } = await aProcess(test);
    await keys.onApplicationBootstrap();
    const { id } = await aKey();
    for (const end of ["not found", "failed"]) {
      const before = reads();
      const { promise, resolve, reject } = Promise.withResolvers<undefined>();
      table.held.mock.mockImplementationOnce(async () => promise);
      const late = keys.current(id).catch(() => null);
      hears({ type: "key:changed", keyId: id });
      assert.ok(await keys.current(id));
      if (end === "failed") reject(new Error("the database is away"));
      else resolve(undefined);
      assert.equal(await late, null);
      assert.ok(await keys.current(id));
      assert.equal(reads() - before, 2, end);
      hears({ type: "key:changed", keyId: id });
    }
  });

  it("is a token that was right, so that its HMAC is not made again", async (test) => {
    const { keys, aKey, reads, pass } = await aProcess(test);
    const { token, id } = await aKey();
    const { mock } = test.mock.method(keys, "hash");
    const first = await keys.find(token);
    assert.equal(mock.callCount(), 1);
    assert.deepEqual(await keys.find(token), first);
    await pass(FRESH_MS + 1);
    assert.deepEqual(await keys.find(token), first);
    assert.deepEqual([mock.callCount(), reads()], [1, 2]);
    const wrong = newKey(id).token;
    for (let n = 0; n < 2; n += 1) assert.equal(await keys.find(wrong), null);
    assert.equal(mock.callCount(), 3, "a wrong one is not worth a place");
  });

  it("lets a process start without Redis, and says the same of a key", async (test) => {
    const { keys, aKey, redis } = await aProcess(test);
    redis.subscribe.mock.mockImplementation(async () => Promise.reject(new Error("Redis is away")));
    await keys.onApplicationBootstrap();
    assert.equal(redis.subscribe.mock.callCount(), 1);
    const { token, row } = await aKey();
    const { id, workspaceId, userId, name, scopes, models, budgetUsd, budgetPeriod, requestsPerMinute } = row;
    const rights = { scopes, models, budgetUsd, budgetPeriod, requestsPerMinute, expiresAt: null };
    assert.deepEqual(await keys.find(token), {
      ...{ userId, email: "ann@example.test", name: "Ann", isOperator: false, sessionId: id, workspaceId },
      role: "member",
      key: { id, name, workspaceId, ...rights, stamp: `${NOW}/member` },
    });
  });

  it("is the instance's secret once it could be read", async (test) => {
    const { keys, secrets } = await aProcess(test);
    const fault = new Error("VAULT_KEYS lacks the key");
    secrets.subkey.mock.mockImplementationOnce(async () => Promise.reject(fault));
    await assert.rejects(keys.onApplicationBootstrap(), fault);
    const hashed = await keys.hash("pk_one");
    assert.match(hashed, /^[0-9a-f]{64}$/);
    assert.equal(await keys.hash("pk_one"), hashed);
    assert.notEqual(await keys.hash("pk_two"), hashed);
    assert.deepEqual(
      secrets.subkey.mock.calls.map(({ arguments: [...asked] }) => asked),
      [["platform-keys/1"], ["platform-keys/1"]],
    );
  });

  it("does not tell of changes where nobody asks, without a query", async (test) => {
    const { keys, table } = await aProcess(test);
    assert.deepEqual(await keys.changed(new Map()), new Set());
    assert.equal(table.rights.mock.callCount(), 0);
    assert.deepEqual(await keys.changed(new Map([["k1", "0/owner"]])), new Set(["k1"]));
    assert.equal(table.rights.mock.callCount(), 1);
  });

  it("does not hold any more in the very millisecond in which it expires", async (test) => {
    const { keys, aKey, pass } = await aProcess(test);
    const { token } = await aKey({ expiresAt: NOW + 100 });
    await pass(99);
    assert.equal((await keys.find(token))?.key?.expiresAt, NOW + 100);
    await pass(1);
    assert.equal(await keys.find(token), null);
  });
});

describe("the last use of platform keys", () => {
  it("is written for all of them together, a second after the first, at its first time", async (test) => {
    const { keys, aKey, noted, pass, table } = await aProcess(test);
    const [one, two] = [await aKey(), await aKey()];
    await keys.find(one.token);
    await pass(400);
    for (const { token } of [two, one]) await keys.find(token);
    await pass(599);
    assert.deepEqual(noted(), []);
    await pass(1);
    const both = [
      [one.id, 0],
      [two.id, 400],
    ];
    assert.deepEqual(noted(), [both]);
    assert.equal(table.touch.mock.calls[0]!.arguments[1], MINUTE_MS);
    await keys.find(two.token);
    await pass(1_000);
    assert.deepEqual(noted(), [both, [[two.id, 1_000]]], "what was written is not written again");
  });

  it("is not written again before a minute is over", async (test) => {
    const { keys, aKey, noted, pass } = await aProcess(test);
    const { token, id } = await aKey({ lastUsedAt: NOW });
    await pass(MINUTE_MS - 1);
    assert.ok(await keys.find(token));
    await pass(1);
    assert.ok(await keys.find(token));
    await pass(10_000);
    assert.deepEqual(noted(), [[[id, MINUTE_MS]]]);
  });

  it("is none of a key that was refused, or asked for without its token", async (test) => {
    const { keys, aKey, noted, pass } = await aProcess(test);
    const { id } = await aKey();
    const ended = await aKey({ expiresAt: NOW });
    for (const refused of [newKey(id).token, newKey().token, ended.token, "pk_"])
      assert.equal(await keys.find(refused), null);
    assert.ok(await keys.current(id));
    await pass(10_000);
    await keys.onApplicationShutdown();
    assert.deepEqual(noted(), []);
  });

  it("is written when the process ends, and then no more", async (test) => {
    const { keys, aKey, noted, pass } = await aProcess(test);
    const { token, id } = await aKey();
    await keys.find(token);
    await pass(10);
    await keys.onApplicationShutdown();
    assert.deepEqual(noted(), [[[id, 0]]]);
    await pass(10_000);
    assert.equal(noted().length, 1);
  });

  it("is missed with a warning where the database is away, and noted by the next use", async (test) => {
    const { keys, aKey, noted, pass, table, lines } = await aProcess(test);
    const { token, id } = await aKey();
    const other = await aKey();
    table.touch.mock.mockImplementationOnce(async () => Promise.reject(new Error("the database is away")));
    for (const used of [token, other.token]) await keys.find(used);
    await pass(1_000);
    assert.deepEqual(
      lines.map(({ level, event, count }) => [level, event, count]),
      [["warn", "key_use_not_noted", 2]],
    );
    assert.match(JSON.stringify(lines), /the database is away/);
    await keys.find(token);
    await pass(1_000);
    assert.deepEqual(noted().at(-1), [[id, 1_000]]);
    assert.equal(lines.length, 1);
  });
});
