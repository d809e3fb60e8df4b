// What a workspace logs of its calls: sealed, bounded, its own, readable through a change of keys, and gone in time.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Database } from "#libs/database/index";
import { NotFoundError } from "#libs/errors/index";
import { Logger } from "#libs/observability/index";
import { ProviderError } from "#libs/openrouter/index";
import type { Actor } from "#src/auth/actor";
import { AuditTrail } from "#src/auth/audit-trail";
import { CallWriter } from "#src/usage/call-writer";
import { ProviderCallsRepository } from "#src/usage/provider-calls.repository";
import { RotateWorkspaceKey } from "#src/vault/rotate-workspace-key";
import { SealedAnswers } from "#src/vault/sealed-answers";
import { SealedLogs } from "#src/vault/sealed-logs";
import { WorkspacesService } from "#src/workspaces/workspaces.service";
import { World } from "../../test/app/world.js";
import { AnswerCache } from "./answer-cache.js";
import { ExpireLogs } from "./expire-logs.js";
import { DAY_MS } from "./gateway-answer.entity.js";
import { GatewayLogs } from "./gateway-logs.js";
import { GatewayLogsRepository } from "./gateway-logs.repository.js";
import { GatewayProcessesRepository } from "./gateway-processes.repository.js";
import { ENDPOINTS } from "./gateway-request.js";
import { GatewaySettingsService } from "./gateway-settings.js";
import { BodyCopy, MOST_LOGGED_BYTES, pack, unpack } from "./log-body.js";
import { OpenCalls } from "./open-calls.js";
import { CLIENT_GONE, KEY_ENDED } from "./relay.js";
import { type LoggedAttempt, MOST_WAITING_BYTES, RequestLog } from "./request-log.js";

const CHAT = ENDPOINTS[0]!;
const ASKED = "what nobody may read in the file";
const ANSWERED = "nor what was answered to it";

for (const kind of ["sqlite", "postgres"] as const) {
  describe(`the request log, on ${kind}`, () => {
    let world: World;
    let settings: GatewaySettingsService;
    let log: RequestLog;
    let logs: GatewayLogs;
    let open: OpenCalls;
    const said: string[] = [];
    const db = () => world.get(Database);
    before(async () => {
      world = await World.start({}, kind);
      // The port's class is its token; `get` takes classes that can be made.
      const audit = world.get(AuditTrail as never) as AuditTrail;
      const sealed = world.get(SealedLogs);
      const logger = new Logger({ level: "warn", service: "test", destination: { write: (line) => said.push(line) } });
      settings = new GatewaySettingsService(db(), new AnswerCache(db(), world.get(SealedAnswers)), audit);
      open = new OpenCalls(new GatewayProcessesRepository(db()), world.get(CallWriter), logger);
      log = new RequestLog(db(), sealed, open, logger);
      logs = new GatewayLogs(db(), new GatewayLogsRepository(db()), settings, sealed, audit);
    });
    after(() => world.stop());

    async function anOwner(): Promise<Actor> {
      const owner = await world.anOwner();
      await settings.update(owner, { loggingEnabled: true });
      return owner;
    }
    const aCall = ({ workspaceId, userId }: Actor) =>
      world.get(ProviderCallsRepository).begin({
        ...{ workspaceId, userId, kind: "gateway", conversationId: null, messageId: null, attempt: 1 },
        model: "sim/Plain",
      });
    /** Waits until all is written. */
    const written = () => open.onApplicationShutdown();

    async function logged(owner: Actor, asked: string, act: (attempt: LoggedAttempt) => void): Promise<string> {
      const id = await aCall(owner);
      const attempt = log.of(owner.workspaceId, CHAT, { body: Buffer.from(asked) }).attempt(id);
      act(attempt);
      attempt.keep();
      await written();
      return id;
    }
    const answered = (owner: Actor, asked = ASKED) =>
      logged(owner, asked, (attempt) => {
        attempt.add(Buffer.from(ANSWERED));
        attempt.ended(null, { streaming: false, words: undefined }, undefined);
      });
    const count = async ({ workspaceId }: Actor) =>
      Number(
        (await db().one<{ n: number }>("SELECT count(*) AS n FROM gateway_logs WHERE workspace_id = ?", [workspaceId]))
          ?.n,
      );
    const move = ({ workspaceId }: Actor, ms: number) =>
      db().execute("UPDATE gateway_logs SET created_at = created_at + ? WHERE workspace_id = ?", [ms, workspaceId]);

    it("keeps what was asked and answered, sealed, for its own workspace", async () => {
      const [owner, other] = [await anOwner(), await anOwner()];
      const id = await answered(owner);
      const [row] = await db().query<{ sealed: string }>("SELECT sealed FROM gateway_logs WHERE id = ?", [id]);
      for (const secret of [ASKED, ANSWERED])
        assert.ok(!Buffer.from(row!.sealed, "base64").includes(secret) && !row!.sealed.includes(secret));
      const { bodies, log: found } = await logs.read(owner, id);
      assert.deepEqual(bodies, { request: ASKED, answer: ANSWERED });
      assert.deepEqual(
        [found.status, found.httpStatus, found.path, found.requestBytes, found.requestCut],
        ["answered", 200, "/chat/completions", ASKED.length, false],
      );
      await assert.rejects(logs.read(other, id), NotFoundError);
      assert.deepEqual(await logs.list(other, {}, 10), []);
      // Moved to another row it does not open.
      const second = await answered(owner, "another");
      await db().execute("UPDATE gateway_logs SET sealed = ? WHERE id = ?", [row!.sealed, second]);
      assert.equal((await logs.read(owner, second)).bodies, undefined);
    });

    it("keeps nothing that the workspace does not want when it is to be written", async () => {
      const owner = await world.anOwner();
      await answered(owner);
      await settings.update(owner, { loggingEnabled: true });
      await settings.update(owner, { loggingEnabled: false });
      await answered(owner);
      assert.equal(await count(owner), 0);
    });

    it("tells how a call ended", async () => {
      const owner = await anOwner();
      const error = new ProviderError("rate_limited", {
        ...{ phase: "before_output", billed: "no", generationId: null, status: 429 },
      });
      const words = { body: '{"error":{"message":"slow"}}', secret: "sk-or-v1-secret" };
      const whole = { streaming: false, words };
      const ends: [unknown, typeof whole | { streaming: true; words: undefined }, unknown, string, number | null][] = [
        [error, whole, undefined, "failed", 429],
        [error, whole, CLIENT_GONE, "stopped", null],
        [error, { streaming: true, words: undefined }, CLIENT_GONE, "stopped", 200],
        [error, { streaming: true, words: undefined }, undefined, "failed", 200],
        [error, whole, KEY_ENDED, "failed", 401],
        [new Error("of ours"), whole, undefined, "failed", 500],
      ];
      for (const [fault, relay, reason, status, httpStatus] of ends) {
        const id = await logged(owner, "x", (attempt) => {
          attempt.add(Buffer.from("a part"));
          attempt.ended(fault, relay, reason);
        });
        const { log: found, bodies } = await logs.read(owner, id);
        assert.deepEqual([found.status, found.httpStatus], [status, httpStatus]);
        if (relay.streaming) assert.equal(bodies?.answer, "a part");
        else if (httpStatus === null) assert.equal(bodies?.answer, "");
        else assert.equal((JSON.parse(bodies!.answer) as { error: { code: number } }).error.code, httpStatus);
      }
      const id = await aCall(owner);
      log.of(owner.workspaceId, CHAT, { body: Buffer.from("x") }).cached(id, Buffer.from("again"), true);
      await written();
      const { log: cached } = await logs.read(owner, id);
      assert.deepEqual([cached.status, cached.streamed, cached.httpStatus], ["cached", true, 200]);
    });

    it("is found by whose call it was, model, status and time, a page at a time", async () => {
      const owner = await anOwner();
      const member = await world.aMember(owner, "member");
      const ids = [await answered(owner), await answered(member), await answered(owner)].toReversed();
      const found = async (actor: Actor, filter = {}, limit = 10) =>
        (await logs.list(actor, filter, limit)).map(({ log: { id } }) => id);
      assert.deepEqual(await found(owner), ids);
      assert.deepEqual(await found(member), [ids[1]], "a member sees the own calls");
      assert.deepEqual(await found(member, { userId: owner.userId }), []);
      await assert.rejects(logs.read(member, ids[0]!), NotFoundError);
      assert.deepEqual((await logs.read(member, ids[1]!)).bodies?.request, ASKED);
      assert.deepEqual(await found(owner, { userId: member.userId }), [ids[1]]);
      assert.deepEqual(await found(owner, { model: "plain" }), ids);
      assert.deepEqual(await found(owner, { model: "sim_plain" }), [], "an underscore is no joker");
      assert.deepEqual(await found(owner, { status: "failed" }), []);
      assert.deepEqual(await found(owner, { errorCode: "rate_limited" }), []);
      assert.deepEqual(await found(owner, { to: Date.now() - DAY_MS }), []);
      assert.deepEqual(await found(owner, { from: Date.now() - DAY_MS }), ids);
      const [first] = await logs.list(owner, {}, 1);
      assert.deepEqual(await found(owner, { before: first!.log }), ids.slice(1));
    });

    it("stays readable with a new workspace key, but for what did not open before", async () => {
      const owner = await anOwner();
      const ids: string[] = [];
      for (let n = 0; n < 25; n++) ids.push(await answered(owner, `question ${n}`));
      await db().execute("UPDATE gateway_logs SET sealed = 'broken' WHERE id = ?", [ids[3]!]);
      await world.get(RotateWorkspaceKey).execute(owner.workspaceId, owner);
      const sql = "SELECT DISTINCT dek_version AS v FROM gateway_logs WHERE workspace_id = ?";
      assert.deepEqual(await db().query(sql, [owner.workspaceId]), [{ v: 2 }]);
      for (const [n, id] of ids.entries())
        assert.equal((await logs.read(owner, id)).bodies?.request, n === 3 ? undefined : `question ${n}`);
    });

    it("is over with its retention, which counts for older ones, too", async () => {
      const owner = await anOwner();
      const id = await answered(owner);
      const expire = new ExpireLogs(db(), new Logger({ level: "silent", service: "test" }));
      await move(owner, -2 * DAY_MS);
      assert.equal(await expire.look(), 0);
      assert.equal((await logs.read(owner, id)).log.id, id);
      await settings.update(owner, { logRetentionDays: 1, loggingEnabled: false });
      await assert.rejects(logs.read(owner, id), NotFoundError);
      assert.deepEqual(await logs.list(owner, {}, 10), []);
      assert.equal(await expire.look(), 1);
      assert.equal(await count(owner), 0);
    });

    it("stays when it is switched off, and goes when an admin says so, and with the workspace", async () => {
      const owner = await anOwner();
      const [one] = [await answered(owner), await answered(owner), await answered(owner)];
      await settings.update(owner, { loggingEnabled: false });
      assert.equal(await count(owner), 3);
      await logs.delete(owner, one);
      await assert.rejects(logs.delete(owner, one), NotFoundError);
      await assert.rejects(logs.delete(await anOwner(), one), NotFoundError);
      assert.equal(await count(owner), 2);
      await logs.deleteAll(owner);
      assert.equal(await count(owner), 0);
      await settings.update(owner, { loggingEnabled: true });
      await answered(owner);
      await world.get(WorkspacesService).delete(owner);
      assert.equal(await count(owner), 0);
    });

    it("loses alone what cannot be written, and says so without a word of it", async () => {
      const owner = await anOwner();
      const request = log.of(owner.workspaceId, CHAT, { body: Buffer.from(ASKED) });
      const good = await aCall(owner);
      said.length = 0;
      for (const id of [crypto.randomUUID(), good]) request.attempt(id).keep();
      await written();
      assert.equal(await count(owner), 1);
      assert.equal(said.length, 1);
      assert.match(said[0]!, /gateway_call_not_logged/);
      assert.ok(!said[0]!.includes(ASKED));
    });

    it("does not let memory fill with what waits", async () => {
      const owner = await anOwner();
      const request = log.of(owner.workspaceId, CHAT, { body: Buffer.alloc(MOST_LOGGED_BYTES) });
      const most = MOST_WAITING_BYTES / MOST_LOGGED_BYTES;
      const ids = await Promise.all(Array.from({ length: most + 1 }, () => aCall(owner)));
      said.length = 0;
      for (const id of ids) request.attempt(id).keep();
      await written();
      assert.deepEqual([await count(owner), said.length], [most, 1]);
      assert.match(said[0]!, /too much waits/);
    });
  });
}

describe("the bodies of a log", () => {
  it("are cut at their bound, and say how long they were", () => {
    const body = new BodyCopy();
    body.add(Buffer.alloc(MOST_LOGGED_BYTES - 1));
    body.add(Buffer.from("a"));
    assert.deepEqual([body.cut, body.bytes, body.size], [false, MOST_LOGGED_BYTES, MOST_LOGGED_BYTES]);
    body.add(Buffer.from("bc"));
    assert.deepEqual([body.cut, body.bytes, body.size], [true, MOST_LOGGED_BYTES + 2, MOST_LOGGED_BYTES]);
    assert.equal(body.read().at(-1), "a".charCodeAt(0));
  });

  it("come back as they were, without half of a character", async () => {
    const crab = Buffer.from("crab \u{1f980}");
    assert.deepEqual(await unpack(await pack(crab, crab.subarray(0, -1))), {
      request: "crab \u{1f980}",
      answer: "crab ",
    });
    assert.deepEqual(await unpack(await pack(Buffer.alloc(0), Buffer.alloc(0))), { request: "", answer: "" });
  });
});
