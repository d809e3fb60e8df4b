// Sessions hold as long as the database says so: fast through Redis, right without it, and gone everywhere when they are revoked.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Database } from "#libs/database/index";
import { CONTROL_CHANNEL, RedisClients } from "#libs/redis/index";
import { within } from "../../test/app/patience.js";
import { World } from "../../test/app/world.js";
import { REVOKED, sessionKey } from "./access-notices.js";
import { SessionsRepository } from "./sessions.repository.js";
import { SESSION_MS, SessionsService } from "./sessions.service.js";
import { hashToken, newToken } from "./tokens.js";

describe("a session", () => {
  let world: World;
  let sessions: SessionsService;
  const heard: { type: string; sessionId?: string }[] = [];
  const listeners = new Set<() => void>();

  before(async () => {
    world = await World.start();
    await world.launch();
    sessions = world.get(SessionsService);
    await world.get(RedisClients, 1).subscribe(CONTROL_CHANNEL, (text) => {
      heard.push(JSON.parse(text));
      for (const listener of listeners) listener();
    });
  });
  after(() => world.stop());

  async function told(sessionId: string): Promise<void> {
    const said = new Promise<void>((resolve) => {
      const look = () => {
        if (heard.some((one) => one.type === "session:revoked" && one.sessionId === sessionId)) resolve();
      };
      listeners.add(look);
      look();
    });
    await within(said, "the other process to hear of it");
  }

  async function redisIsBack(): Promise<void> {
    for (const process of [0, 1]) {
      const { main } = world.get(RedisClients, process);
      if (main.status !== "ready") await within(new Promise((resolve) => main.once("ready", resolve)), "Redis");
    }
  }

  it("is known by its token alone, in every process, and no text in the database or Redis opens it", async () => {
    const ann = await world.anAccount();
    for (const process of [0, 1]) {
      const found = await world.get(SessionsService, process).find(ann.token);
      assert.deepEqual([found?.userId, found?.sessionId], [ann.userId, ann.sessionId]);
    }
    const rows = await world.get(Database).query<{ token_hash: string }>("SELECT * FROM sessions");
    const { main } = world.get(RedisClients);
    const keys = await main.keys("*session*");
    const stored = JSON.stringify([rows, keys, await Promise.all(keys.map((key) => main.get(key)))]);
    assert.ok(!stored.includes(ann.token));
    for (const { token_hash } of rows) assert.equal(await sessions.find(token_hash), null);
    assert.equal(await sessions.find(newToken()), null);
  });

  it("is answered by Redis, not by the database, for a minute", async () => {
    const ann = await world.anAccount();
    await sessions.find(ann.token);
    const { main } = world.get(RedisClients);
    const ttl = await main.ttl(sessionKey(hashToken(ann.token)));
    assert.ok(ttl > 50 && ttl <= 60, `${ttl} s`);
    await world.get(Database).execute("UPDATE users SET name = 'Changed' WHERE id = ?", [ann.userId]);
    // Asked of the process that has not seen it yet.
    assert.equal((await world.get(SessionsService, 1).find(ann.token))?.name, ann.name);
  });

  it("is asked of Redis once for what a page asks within a moment", async (test) => {
    const ann = await world.anAccount();
    const asked = test.mock.method(world.get(RedisClients, 1).main, "get");
    for (let n = 0; n < 10; n++) assert.ok(await world.get(SessionsService, 1).find(ann.token));
    assert.ok(asked.mock.callCount() < 10, `${asked.mock.callCount()}`);
  });

  it("does not hold against Redis's word that it was ended, for a process that has not heard of it", async () => {
    const ann = await world.anAccount();
    await world.get(RedisClients).main.set(sessionKey(hashToken(ann.token)), REVOKED);
    assert.equal(await world.get(SessionsService, 1).find(ann.token), null);
  });

  it("ends everywhere when it is revoked, and the sockets' processes are told", async () => {
    const ann = await world.anAccount();
    await world.get(SessionsService, 1).find(ann.token);
    assert.equal(await sessions.revoke(ann.userId, { only: ann.sessionId }), 1);
    for (const process of [0, 1]) assert.equal(await world.get(SessionsService, process).find(ann.token), null);
    await told(ann.sessionId);
  });

  it("stays ended although a request that had read it before puts it back into Redis", async () => {
    const ann = await world.anAccount();
    const rows = world.get(SessionsRepository, 1);
    const slow = world.get(SessionsService, 1);
    await world.get(RedisClients).main.del(sessionKey(hashToken(ann.token)));
    // The other process reads the row, and the session is revoked before it can go on.
    const findLive = rows.findLive.bind(rows);
    rows.findLive = async (hash) => {
      const row = await findLive(hash);
      await sessions.revoke(ann.userId, { only: ann.sessionId });
      return row;
    };
    await slow.find(ann.token);
    rows.findLive = findLive;
    assert.equal(await world.get(RedisClients).main.get(sessionKey(hashToken(ann.token))), REVOKED);
    assert.equal(await slow.find(ann.token), null);
    assert.equal(await sessions.find(ann.token), null);
  });

  it("cannot be ended by others", async () => {
    const [ann, bob] = [await world.anAccount(), await world.anAccount()];
    assert.equal(await sessions.revoke(bob.userId, { only: ann.sessionId }), 0);
    assert.equal((await sessions.find(ann.token))?.userId, ann.userId);
  });

  it("is replaced by the next one of the same browser, and by no other", async () => {
    const ann = await world.anAccount();
    const next = await sessions.open(ann.userId, "a browser", ann.token);
    assert.equal(await sessions.find(ann.token), null);
    assert.ok(await sessions.find(next));
    const elsewhere = await sessions.open(ann.userId, "a phone");
    assert.ok(await sessions.find(next));
    assert.ok(await sessions.find(elsewhere));
  });

  it("ends when its time is over, and is swept at the next sign-in", async () => {
    const ann = await world.anAccount();
    const other = world.get(SessionsService, 1);
    const { main } = world.get(RedisClients);
    await world
      .get(Database)
      .execute("UPDATE sessions SET expires_at = ? WHERE id = ?", [Date.now() - 1, ann.sessionId]);
    await main.del(sessionKey(hashToken(ann.token)));
    assert.equal(await other.find(ann.token), null);
    assert.deepEqual(await sessions.page(ann.userId, 10, undefined), []);
    await sessions.open(ann.userId, "a browser");
    const left = await world.get(Database).query("SELECT id FROM sessions WHERE user_id = ?", [ann.userId]);
    assert.equal(left.length, 1);
  });

  it("lasts longer the more it is used", async () => {
    const ann = await world.anAccount();
    const other = world.get(SessionsService, 1);
    const db = world.get(Database);
    const soon = Date.now() + 60_000;
    const anHourAgo = Date.now() - 3_600_000;
    const sql = "UPDATE sessions SET expires_at = ?, last_seen_at = ? WHERE id = ?";
    await db.execute(sql, [soon, anHourAgo, ann.sessionId]);
    await world.get(RedisClients).main.del(sessionKey(hashToken(ann.token)));
    await other.find(ann.token);
    const [row] = await sessions.page(ann.userId, 1, undefined);
    assert.ok(row!.expiresAt > soon && row!.lastSeenAt > anHourAgo);
  });

  it("ends at its fixed end, however much it is used", async () => {
    const ann = await world.anAccount();
    const token = await sessions.open(ann.userId, "a browser", undefined, 60_000);
    const { sessionId } = (await sessions.find(token))!;
    const rows = world.get(SessionsRepository);
    const expiry = async () => (await rows.page(ann.userId, 1, undefined))[0]?.expiresAt ?? 0;
    const end = await expiry();
    assert.ok(Math.abs(end - Date.now() - 60_000) < 5_000);
    await rows.touch(sessionId, Date.now(), Date.now() + SESSION_MS);
    assert.equal(await expiry(), end);
    await rows.touch(sessionId, Date.now(), end - 1);
    assert.equal(await expiry(), end - 1);
  });

  it("is listed newest first, page by page", async () => {
    const ann = await world.anAccount();
    for (let n = 0; n < 4; n++) await sessions.open(ann.userId, `browser ${n}`);
    const first = (await sessions.page(ann.userId, 2, undefined)).slice(0, 2);
    const second = await sessions.page(ann.userId, 2, first[1]!.id);
    assert.deepEqual(
      [...first, ...second].map(({ userAgent }) => userAgent),
      ["browser 3", "browser 2", "browser 1", "browser 0", "a test"],
    );
  });

  it("goes on when Redis is lost, and when it comes back empty", async () => {
    const ann = await world.anAccount();
    await world.redis.kill();
    const started = performance.now();
    assert.equal((await world.get(SessionsService, 1).find(ann.token))?.userId, ann.userId);
    assert.ok(performance.now() - started < 1_000);
    await world.redis.launch({ empty: true });
    await redisIsBack();
    const late = await world.launch();
    assert.equal((await late.get(SessionsService, { strict: false }).find(ann.token))?.userId, ann.userId);
    assert.ok(await world.get(RedisClients).main.get(sessionKey(hashToken(ann.token))));
  });

  it("stays ended when Redis was away at the time and still had it in its copy", async () => {
    const ann = await world.anAccount();
    await sessions.find(ann.token);
    // What Redis has answered is in its file, also when it is killed.
    await world.redis.kill();
    await sessions.revoke(ann.userId, { only: ann.sessionId });
    assert.equal(await sessions.find(ann.token), null);
    await world.redis.launch();
    await redisIsBack();
    await told(ann.sessionId);
    for (const process of [0, 1]) assert.equal(await world.get(SessionsService, process).find(ann.token), null);
  });
});
