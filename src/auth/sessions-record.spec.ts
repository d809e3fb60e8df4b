// Sessions as rows: how long they hold, when their use is noted, which of them end, and what is known of them without Redis.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Database, newId } from "#libs/database/index";
import { Logger } from "#libs/observability/index";
import { CONTROL_CHANNEL, RedisClients } from "#libs/redis/index";
import { eventually } from "../../test/app/patience.js";
import { World } from "../../test/app/world.js";
import { AccessNotices, sessionKey } from "./access-notices.js";
import { SessionsRepository } from "./sessions.repository.js";
import { SESSION_MS, SessionsService } from "./sessions.service.js";
import { hashToken, newToken } from "./tokens.js";

const MINUTE_MS = 60_000;

describe("the row of a session", () => {
  let world: World;
  let sessions: SessionsService;
  /** Another process, which knows nothing by itself. */
  let other: SessionsService;
  let rows: SessionsRepository;

  before(async () => {
    world = await World.start();
    await world.launch();
    [sessions, other] = [world.get(SessionsService), world.get(SessionsService, 1)];
    rows = world.get(SessionsRepository);
  });
  after(() => world.stop());

  const run = (sql: string, values: (string | number)[]) => world.get(Database).execute(sql, values);
  const rowOf = async (userId: string) => (await rows.page(userId, 1, undefined))[0]!;
  const uncopied = (token: string) => world.get(RedisClients).main.del(sessionKey(hashToken(token)));
  const near = (at: number, wanted: number) => assert.ok(Math.abs(at - wanted) < 10_000, `${at - wanted} ms`);

  it("holds for thirty days from its last use, or as long as it was opened for", async () => {
    const ann = await world.anAccount();
    const month = await rowOf(ann.userId);
    near(month.createdAt, Date.now());
    assert.equal(month.lastSeenAt, month.createdAt);
    near(month.expiresAt, Date.now() + 30 * 24 * 60 * MINUTE_MS);
    assert.equal(month.endsAt, null);
    await sessions.open(ann.userId, undefined, undefined, MINUTE_MS);
    const short = await rowOf(ann.userId);
    near(short.expiresAt, Date.now() + MINUTE_MS);
    assert.deepEqual([short.endsAt, short.userAgent], [short.expiresAt, null]);
    await sessions.open(ann.userId, undefined, undefined, 2 * SESSION_MS);
    const long = await rowOf(ann.userId);
    near(long.expiresAt, Date.now() + SESSION_MS);
    near(long.endsAt!, Date.now() + 2 * SESSION_MS);
  });

  it("keeps three hundred letters of the browser's name", async () => {
    const ann = await world.anAccount();
    await sessions.open(ann.userId, "b".repeat(400));
    assert.equal((await rowOf(ann.userId)).userAgent, "b".repeat(300));
  });

  it("notes its use every five minutes, and not more often", async () => {
    const ann = await world.anAccount();
    const seen = async (ago: number) => {
      const at = Date.now() - ago;
      await run("UPDATE sessions SET last_seen_at = ?, expires_at = ? WHERE id = ?", [
        at,
        at + SESSION_MS,
        ann.sessionId,
      ]);
      // Asked past the memory of every process.
      await uncopied(ann.token);
      const fresh = (await world.launch()).get(SessionsService, { strict: false });
      assert.equal((await fresh.find(ann.token))?.userId, ann.userId);
      const { lastSeenAt, expiresAt } = await rowOf(ann.userId);
      assert.equal(expiresAt - lastSeenAt, SESSION_MS);
      return lastSeenAt === at ? "as it was" : "now";
    };
    assert.equal(await seen(4 * MINUTE_MS), "as it was");
    assert.equal(await seen(6 * MINUTE_MS), "now");
  });

  it("holds although its use cannot be noted", async () => {
    const ann = await world.anAccount();
    await run("UPDATE sessions SET last_seen_at = 1 WHERE id = ?", [ann.sessionId]);
    await uncopied(ann.token);
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    const logger = new Logger({ level: "info", service: "test", destination });
    const full = new SessionsRepository(world.get(Database));
    full.touch = () => Promise.reject(new Error("the disk is full"));
    const process = new SessionsService(full, world.get(RedisClients), world.get(AccessNotices), logger);
    assert.equal((await process.find(ann.token))?.userId, ann.userId);
    assert.equal(lines.length, 1);
    const { event, error } = JSON.parse(lines[0]!) as { event: string; error: { message: string } };
    assert.deepEqual([event, error.message], ["session_not_touched", "the disk is full"]);
  });

  it("is told live among many others, in whatever number they are asked for", async () => {
    const ann = await world.anAccount();
    const made: string[] = [];
    for (let n = 0; n < 3; n++) {
      await sessions.open(ann.userId, "a browser");
      made.push((await rowOf(ann.userId)).id);
    }
    const [first, over, last] = made as [string, string, string];
    await run("UPDATE sessions SET expires_at = ? WHERE id = ?", [Date.now() - 1, over]);
    const many = Array.from({ length: 1_200 }, () => newId());
    const live = await sessions.liveAmong([first, ...many.slice(0, 499), over, ...many.slice(499), last]);
    assert.deepEqual(live, new Set([first, last]));
    assert.deepEqual(await sessions.liveAmong([]), new Set());
  });

  it("ends alone, with all others, or all together, as it is asked", async () => {
    const ann = await world.anAccount();
    const bob = await world.anAccount();
    const tokens = [ann.token];
    for (let n = 0; n < 2; n++) tokens.push(await sessions.open(ann.userId, `browser ${n}`));
    const holds = async () => Promise.all(tokens.map(async (token) => (await sessions.find(token)) !== null));
    const newest = await rowOf(ann.userId);
    assert.equal(await sessions.revoke(ann.userId, { only: newest.id }), 1);
    assert.deepEqual(await holds(), [true, true, false]);
    const [ended, ...more] = await sessions.end(ann.userId, { except: ann.sessionId });
    assert.deepEqual([ended, more], [{ id: ended!.id, userId: ann.userId, tokenHash: hashToken(tokens[1]!) }, []]);
    await sessions.announce([ended!]);
    assert.deepEqual(await holds(), [true, false, false]);
    assert.equal(await sessions.revoke(ann.userId, "all"), 1);
    assert.deepEqual(await holds(), [false, false, false]);
    assert.equal(await sessions.revoke(ann.userId, "all"), 0);
    assert.equal((await sessions.find(bob.token))?.userId, bob.userId);
  });

  it("is listed with one more than asked for, while it holds, of its own account", async () => {
    const ann = await world.anAccount();
    for (let n = 0; n < 3; n++) await sessions.open(ann.userId, `browser ${n}`);
    assert.equal((await sessions.page(ann.userId, 2, undefined)).length, 3);
    const second = (await sessions.page(ann.userId, 10, undefined))[1]!;
    await run("UPDATE sessions SET expires_at = ? WHERE id = ?", [Date.now() - 1, second.id]);
    const left = (await sessions.page(ann.userId, 10, undefined)).map(({ userAgent }) => userAgent);
    assert.deepEqual(left, ["browser 2", "browser 0", "a test"]);
  });

  it("of a disabled account does not hold, and what it says of an account is what the account is", async () => {
    const ann = await world.anAccount();
    const { token, ...account } = ann;
    const operator = await world.anAccount();
    await run("UPDATE users SET is_operator = 1 WHERE id = ?", [operator.userId]);
    for (const one of [token, operator.token]) await uncopied(one);
    assert.equal((await other.find(operator.token))?.isOperator, true);
    assert.deepEqual(await rows.findLive(hashToken(token)), {
      ...{ userId: ann.userId, email: ann.email, name: ann.name, sessionId: ann.sessionId },
      ...{ isOperator: account.isOperator ? 1 : 0, lastSeenAt: (await rowOf(ann.userId)).lastSeenAt },
    });
    assert.deepEqual(await other.find(token), account);
    await run("UPDATE users SET disabled_at = 1 WHERE id = ?", [ann.userId]);
    assert.equal(await rows.findLive(hashToken(token)), undefined);
    assert.equal(await rows.findLive(hashToken(newToken())), undefined);
  });

  it("is forgotten by a process at the word of another, not at words of something else", async () => {
    const ann = await world.anAccount();
    const tokenHash = hashToken(ann.token);
    assert.ok(await other.find(ann.token));
    const { main } = world.get(RedisClients);
    const tell = (message: object) => main.publish(CONTROL_CHANNEL, JSON.stringify(message));
    const bob = await world.anAccount();
    assert.ok(await other.find(bob.token));
    await tell({ type: "session:renamed", tokenHash: hashToken(bob.token) });
    await tell({ type: "session:revoked" });
    await tell({ type: "session:revoked", tokenHash });
    // Its row and its copy in Redis are there still: the word alone counts.
    await eventually(async () => (await other.find(ann.token)) === null);
    assert.equal((await other.find(bob.token))?.userId, bob.userId);
  });
});
