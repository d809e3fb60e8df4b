// The request log from outside: off until an admin wants it, then every call with both bodies, sealed, and gone when asked.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { GatewayLog, GatewayLogsQuery } from "#libs/client/index";
import type { Account } from "../../app/account.js";
import { filesBelow, placesOf, tablesOf } from "../../probes/canary-places.js";
import { Stage } from "./stage.js";
import { writeTo } from "./write-to.js";

const DAY_MS = 86_400_000;
const ASKED = "wq7-what-was-asked-of-the-model";

describe("the gateway's request log", () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.open();
  });
  after(() => stage?.close());

  const gateway = () => stage.user.workspace.gateway;
  const list = async (query: GatewayLogsQuery = {}) => (await gateway().logs(query)).data;
  /** The log of the newest call, which is written after its client has the answer. */
  const newest = (wanted: (log: GatewayLog) => boolean) =>
    stage.until(async () => {
      const [log] = await list();
      return log && wanted(log) ? log : undefined;
    });
  const logged = (id: string) => newest(({ generationId }) => generationId === id);
  const idOf = (answer: Response) => answer.headers.get("x-parley-generation-id") ?? "";
  const acts = async (action: string, account: Account = stage.user) =>
    (await account.workspace.audit.list()).data.filter((event) => event.action === action);
  const asking = (content: string) => ({ messages: [{ role: "user", content }] });

  it("keeps nothing until an admin switches it on", async () => {
    const { loggingEnabled, logRetentionDays } = await gateway().settings();
    assert.deepEqual([loggingEnabled, logRetentionDays], [false, 30]);
    await (await stage.chat("sim/tokens:5")).text();
    await gateway().change({ loggingEnabled: true, logRetentionDays: 7 });
    const [act] = await acts("gateway.logging_changed");
    assert.deepEqual(act?.facts, { logging: true, retentionDays: 7 });
    assert.equal((await acts("gateway.changed")).length, 0, "the cache was not changed");
    for (const logRetentionDays of [0, 366, 1.5])
      await assert.rejects(gateway().change({ logRetentionDays }), { status: 400 });
    const answer = await stage.chat("sim/tokens:5", asking("first"));
    await answer.text();
    await logged(idOf(answer));
    assert.equal((await list()).length, 1, "what was asked before is not there");
  });

  it("has a whole answer and a stream as they were, beside the ledger's row", async () => {
    for (const stream of [false, true]) {
      const body = `{ "model":"sim/tokens:7", "stream": ${stream},\n "messages":[{"role":"user","content":"${ASKED} caf\\u00e9 🦀"}]}`;
      const answer = await stage.post("/chat/completions", body);
      const text = await answer.text();
      const { id } = await logged(idOf(answer));
      const log = await gateway().log(id);
      assert.deepEqual([log.request, log.answer], [body, text]);
      assert.deepEqual(
        [log.status, log.httpStatus, log.streamed, log.path],
        ["answered", 200, stream, "/chat/completions"],
      );
      assert.deepEqual([log.requestBytes, log.answerBytes], [Buffer.byteLength(body), Buffer.byteLength(text)]);
      assert.deepEqual([log.requestTruncated, log.answerTruncated], [false, false]);
      const row = await stage.row(idOf(answer));
      assert.deepEqual([log.id, log.costUsd, log.completionTokens], [row.id, row.costUsd, row.completionTokens]);
      assert.deepEqual([log.apiKeyId, log.apiKeyName, log.userName], [stage.key.id, "gateway", "Test Person"]);
    }
  });

  it("has the other endpoints, too", async () => {
    const spoken = await stage.post("/responses", { model: "sim/tokens:4", input: ASKED });
    await spoken.text();
    assert.equal((await logged(idOf(spoken))).path, "/responses");
    const answer = await stage.post("/embeddings", { model: "openai/text-embedding-3-small", input: ASKED });
    assert.equal(answer.status, 200, await answer.text());
    assert.equal((await newest(({ path }) => path === "/embeddings")).status, "answered");
  });

  it("has what the client was told when it failed: before the first byte, and in mid-stream", async () => {
    const refused = await stage.chat("sim/429-provider", asking("failing"));
    const told = await refused.text();
    const { id } = await newest(({ status, model }) => status === "failed" && model === "sim/429-provider");
    const log = await gateway().log(id);
    assert.deepEqual([log.httpStatus, JSON.parse(log.answer ?? "")], [429, JSON.parse(told)]);
    assert.ok(log.errorCode);
    const broken = await stage.chat("sim/tokens:20,rate:200,end,after:5", { stream: true });
    const part = await broken.text();
    const stream = await gateway().log((await logged(idOf(broken))).id);
    assert.deepEqual([stream.status, stream.httpStatus, stream.answer], ["failed", 200, part]);
    assert.match(part, /"error"/);
    const failed = await list({ status: "failed", errorCode: stream.errorCode ?? "" });
    assert.deepEqual(
      failed.map((one) => one.id),
      [stream.id],
    );
  });

  it("has what had come when the client left", async () => {
    const leaving = new AbortController();
    const answer = await stage.chat("sim/tokens:3000,rate:80", { stream: true }, {}, leaving.signal);
    const reader = answer.body!.getReader();
    const { value } = await reader.read();
    leaving.abort();
    await reader.read().catch(() => undefined);
    const { id, status } = await logged(idOf(answer));
    assert.equal(status, "stopped");
    const log = await gateway().log(id);
    assert.ok(log.answer?.startsWith(Buffer.from(value!).toString()), log.answer ?? "nothing");
    assert.doesNotMatch(log.answer!, /\[DONE\]/);
  });

  it("is cut where it is too long, and says so", async () => {
    const answer = await stage.chat("sim/tokens:3", { user: "x".repeat(3 * 1024 * 1024) });
    await answer.text();
    const log = await gateway().log((await logged(idOf(answer))).id);
    assert.deepEqual([log.requestTruncated, log.answerTruncated], [true, false]);
    assert.equal(log.request?.length, 2 * 1024 * 1024);
    assert.ok(log.requestBytes > 3 * 1024 * 1024);
  });

  it("has what was answered from kept answers", async () => {
    await gateway().change({ cacheEnabled: true });
    const ask = async () => {
      const answer = await stage.chat("sim/tokens:6", { stream: true, ...asking("kept") });
      return { kept: answer.headers.get("x-parley-cache"), text: await answer.text() };
    };
    const { text } = await stage.until(async () => {
      const answer = await ask();
      return answer.kept === "hit" ? answer : undefined;
    });
    const { id, costUsd, fromCache } = await newest(({ status }) => status === "cached");
    assert.deepEqual([(await gateway().log(id)).answer, costUsd, fromCache], [text, "0", true]);
    await gateway().change({ cacheEnabled: false });
  });

  it("is a list in pages, by model, key, member and time", async () => {
    const all = (await list({ limit: 100 })).map(({ id }) => id);
    const paged: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await gateway().logs({ limit: 4, ...(cursor && { cursor }) });
      paged.push(...page.data.map(({ id }) => id));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    assert.deepEqual(paged, all);
    assert.deepEqual(paged.toSorted().toReversed(), all);
    const counts = async (query: GatewayLogsQuery) => (await list({ limit: 100, ...query })).length;
    assert.equal(await counts({ model: "TOKENS:7" }), 2);
    assert.equal(await counts({ apiKeyId: stage.key.id }), all.length);
    assert.equal(await counts({ userId: crypto.randomUUID() }), 0);
    assert.equal(await counts({ to: new Date(Date.now() - DAY_MS).toISOString() }), 0);
    await assert.rejects(gateway().logs({ cursor: "e30" }), { status: 400 });
    const [first] = await list();
    assert.ok(!("request" in first!) && !("answer" in first!), "bodies in a list");
  });

  it("is open to members for their own calls, to nobody of another workspace, and to no platform key", async () => {
    const member = await stage.app.aUser("A Member");
    const { token } = await gatewayInvite();
    await member.client.workspaces.accept({ token });
    const theirs = member.client.workspace(stage.user.workspaceId);
    const key = await theirs.apiKeys.create({ name: "of the member", scopes: ["gateway"] });
    const answer = await stage.chat("sim/tokens:3", asking("mine"), { authorization: `Bearer ${key.token}` });
    await answer.text();
    const { id } = await logged(idOf(answer));
    assert.deepEqual(
      (await theirs.gateway.logs()).data.map((log) => log.id),
      [id],
    );
    assert.match((await theirs.gateway.log(id)).request ?? "", /mine/);
    const another = (await list({ userId: stage.user.me.user.id }))[0]!.id;
    await assert.rejects(theirs.gateway.log(another), { status: 404 });
    await assert.rejects(theirs.gateway.deleteLog(id), { status: 403 });
    await assert.rejects(theirs.gateway.deleteLogs(), { status: 403 });
    await assert.rejects(theirs.gateway.change({ loggingEnabled: false }), { status: 403 });
    const stranger = await stage.app.aUser();
    await assert.rejects(stranger.workspace.gateway.log(id), { status: 404 });
    assert.deepEqual((await stranger.workspace.gateway.logs()).data, []);
    const program = await stage.user.workspace.apiKeys.create({ name: "p", scopes: ["workspace.manage", "read"] });
    const asKey = stage.app.client({ token: program.token }).workspace(stage.user.workspaceId).gateway;
    await assert.rejects(asKey.logs(), { status: 403, code: "insufficient_scope" });
    await assert.rejects(asKey.log(id), { status: 403 });
    const [read] = await acts("gateway.log_read");
    assert.deepEqual(
      [read?.userId, read?.targetId, read?.facts],
      [member.me.user.id, id, { of: member.me.user.id, apiKeyId: key.id }],
    );
  });

  const gatewayInvite = () => stage.user.workspace.invites.create({ role: "member" });

  it("is in no file, no table and no log in plain words", async () => {
    const places = new Map([
      ...(await tablesOf(stage.app.databaseEnv)),
      ...stage.app.folders.flatMap((folder) => [...filesBelow(folder)]),
      ["logs", stage.app.logs()] as const,
    ]);
    assert.ok(placesOf(stage.user.workspaceId, places).includes("table gateway_logs"));
    assert.deepEqual(placesOf(ASKED, places), []);
    assert.deepEqual(placesOf(stage.key.token, places), []);
  });

  it("is over with its retention", async () => {
    const before = await list({ limit: 100 });
    const oldest = before.at(-1)!;
    await writeTo(stage.app.databaseEnv, "UPDATE gateway_logs SET created_at = created_at - ? WHERE id = ?", [
      8 * DAY_MS,
      oldest.id,
    ]);
    await assert.rejects(gateway().log(oldest.id), { status: 404 });
    assert.equal((await list({ limit: 100 })).length, before.length - 1);
    await stage.until(async () => {
      const rows = JSON.parse((await tablesOf(stage.app.databaseEnv)).get("table gateway_logs")!) as { id: string }[];
      return rows.some(({ id }) => id === oldest.id) ? undefined : true;
    });
  });

  it("is deleted one by one and as a whole; switched off, nothing new is added", async () => {
    const [one, ...others] = await list({ limit: 100 });
    await gateway().deleteLog(one!.id);
    await assert.rejects(gateway().log(one!.id), { status: 404 });
    await assert.rejects(gateway().deleteLog(one!.id), { status: 404 });
    assert.equal((await acts("gateway.log_deleted"))[0]?.targetId, one!.id);
    await gateway().change({ loggingEnabled: false });
    assert.equal((await list({ limit: 100 })).length, others.length, "switched off, nothing is deleted");
    await gateway().deleteLogs();
    assert.deepEqual(await list(), []);
    assert.deepEqual((await acts("gateway.logs_emptied"))[0]?.facts, { logs: others.length });
    const answer = await stage.chat("sim/tokens:3");
    await answer.text();
    await stage.row(idOf(answer));
    // The end of the process waits for what is being written.
    await stage.app.restart("api");
    assert.deepEqual(await list(), []);
    assert.equal((await tablesOf(stage.app.databaseEnv)).get("table gateway_logs"), "[]");
  });
});
