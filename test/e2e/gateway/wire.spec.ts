// The gateway on the wire: what goes out is what came in, and every call is one row at the provider's price.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { plainDecimal } from "../decimal.js";
import { aKey, Stage } from "./stage.js";

const FOLDER = join(import.meta.dirname, "..", "..", "..", "..", "apps", "simulator", "data", "recordings");
const recordings = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".json"))
  .map((file) => ({
    ...(JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as {
      path: string;
      status: number;
      stream?: boolean;
      request: object;
    }),
    name: file.slice(0, -".json".length),
  }));
const told = recordings.filter(({ path }) => /\/(chat\/completions|responses)$/.test(path));

/** Calls that one member may have at once. */
const AT_ONCE = 3;

describe("the gateway on the wire", () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.open({ apis: 2, env: { GATEWAY_CALLS_PER_USER: String(AT_ONCE) } });
  });
  after(() => stage?.close());

  async function billed(generationId: string): Promise<string> {
    const call = await stage.until(async () => {
      const entry = (await stage.app.simulator.journal()).find((one) => one.generationId === generationId);
      return entry?.billed == null ? undefined : entry;
    });
    return plainDecimal(call.billed!);
  }

  for (const { name, path, status, stream = false } of told) {
    it(`passes a recording on as it is: ${name}`, async () => {
      const model = `replay/${name}`;
      const answer = path.endsWith("/responses")
        ? await stage.post("/responses", { model, input: "Hi", stream })
        : await stage.chat(model, { stream });
      const bytes = Buffer.from(await answer.arrayBuffer());
      if (status >= 400) {
        assert.equal(answer.status, status);
        assert.equal((JSON.parse(bytes.toString()) as { error: { code: number } }).error.code, status);
        return;
      }
      assert.equal(answer.status, 200, bytes.toString());
      const id = answer.headers.get("x-parley-generation-id") ?? "";
      const sent = stage.wire.bytes(id);
      // The one field that is put in, for clients that take no whole answer without it.
      const lacks = !stream && path.endsWith("/chat/completions") && !sent.includes('"system_fingerprint"');
      const expected = lacks ? sent.toString().replace("{", '{"system_fingerprint":null,') : sent.toString();
      assert.ok(bytes.equals(Buffer.from(expected)), "every byte");
      const row = await stage.row(id);
      assert.deepEqual([row.kind, row.apiKeyId, row.costUsd], ["gateway", stage.key.id, await billed(id)]);
    });
  }

  it("is told how a stream is to be read", async () => {
    const answer = await stage.chat("sim/tokens:5", { stream: true });
    assert.match(answer.headers.get("content-type") ?? "", /^text\/event-stream/);
    assert.match(answer.headers.get("cache-control") ?? "", /no-cache/);
    assert.equal(answer.headers.get("x-accel-buffering"), "no");
    assert.equal(answer.headers.get("content-length"), null);
    assert.ok(answer.headers.get("x-request-id"));
    assert.match(await answer.text(), /data: \[DONE\]\n\n$/);
  });

  it("tells the cost in a header, and at the end of a stream to who reads trailers", async () => {
    const whole = await stage.chat("sim/tokens:7,as:anthropic/claude-haiku-4.5");
    const id = whole.headers.get("x-parley-generation-id") ?? "";
    assert.equal(whole.headers.get("x-parley-cost-usd"), await billed(id));
    const trailers = await new Promise<NodeJS.Dict<string>>((resolve, reject) => {
      const asked = request(
        `${stage.baseURL}/chat/completions`,
        {
          method: "POST",
          headers: { "content-type": "application/json", authorization: `Bearer ${stage.key.token}`, te: "trailers" },
        },
        (answer) => {
          answer.resume();
          answer.on("end", () => resolve({ ...answer.trailers, id: String(answer.headers["x-generation-id"]) }));
        },
      );
      asked.on("error", reject);
      asked.end(JSON.stringify({ model: "sim/tokens:7", stream: true, messages: [{ role: "user", content: "Hi" }] }));
    });
    assert.equal(trailers["x-parley-cost-usd"], await billed(trailers["id"] ?? ""));
  });

  it("passes a body on byte for byte, with fields that nobody knows", async () => {
    const body =
      '{ "model" :"sim/tokens:3","messages":[{"role":"user","content":"caf\\u00e9 \u{1f980} exact 4711"}], "top_k":7,\n"transforms":["x"],"never_heard_of":{"a":[1.50]} }';
    assert.equal((await stage.post("/chat/completions", body)).status, 200);
    const [call] = await stage.app.simulator.calls("exact 4711");
    assert.equal(call?.body, body);
  });

  const refusals: [string, number, string | null, () => Promise<Response>][] = [
    ["no key", 401, null, () => stage.chat("sim/plain", {}, { authorization: "" })],
    ["a wrong key", 401, null, () => stage.chat("sim/plain", {}, { authorization: "Bearer pk_wrong" })],
    ["bad JSON", 400, null, () => stage.post("/chat/completions", "{bad")],
    ["a list", 400, null, () => stage.post("/chat/completions", "[]")],
    ["no messages", 400, "messages", () => stage.post("/chat/completions", { model: "sim/plain" })],
    ["no model", 400, "model", () => stage.post("/chat/completions", { messages: [] })],
    ["an unknown model", 400, null, () => stage.chat("nobody/knows-this")],
    ["another content type", 415, null, () => stage.post("/chat/completions", "x", { "content-type": "text/plain" })],
    ["a body that is too large", 413, null, () => stage.chat("sim/plain", { user: "x".repeat(9 * 1024 * 1024) })],
    ["an unknown address", 404, null, () => stage.post("/nothing", {})],
    [
      "an unknown model's page",
      404,
      null,
      () => fetch(`${stage.baseURL}/models/no/body`, { headers: { authorization: `Bearer ${stage.key.token}` } }),
    ],
  ];
  for (const field of ["api_base", "base_url", "baseURL", "api_key", "Api-Base"])
    refusals.push([
      `an address of its own (${field})`,
      400,
      field,
      () => stage.chat("sim/plain", { [field]: "http://127.0.0.1:1" }),
    ]);
  refusals.push([
    "provider.url",
    400,
    "provider.url",
    () => stage.chat("sim/plain", { provider: { url: "http://127.0.0.1:1" } }),
  ]);
  for (const [what, status, param, ask] of refusals) {
    it(`refuses ${what} with ${status} in OpenAI's form`, async () => {
      const answer = await ask();
      const { error } = (await answer.json()) as { error: Record<string, unknown> };
      assert.equal(answer.status, status, JSON.stringify(error));
      assert.match(answer.headers.get("content-type") ?? "", /^application\/json/);
      assert.ok(answer.headers.get("x-request-id"));
      assert.deepEqual([error["code"], error["param"]], [status, param]);
      assert.equal(typeof error["message"], "string");
      assert.equal(typeof error["type"], "string");
    });
  }

  it("takes no session instead of a key, and no key without the scope", async () => {
    const cookie = stage.user.jar.header() ?? "";
    const headers = { "content-type": "application/json", cookie, origin: stage.app.baseUrl };
    const withCookie = await fetch(`${stage.baseURL}/models`, { headers });
    assert.equal(withCookie.status, 401);
    const reader = await aKey(stage.user, { scopes: ["read"] });
    const answer = await stage.chat("sim/plain", {}, { authorization: `Bearer ${reader.token}` });
    assert.equal(answer.status, 403);
  });

  it("lets a key for some models call no other one", async () => {
    const { token } = await aKey(stage.user, { models: ["openai/gpt-4o-mini"] });
    const headers = { authorization: `Bearer ${token}` };
    assert.equal((await stage.chat("openai/gpt-4o-mini", {}, headers)).status, 200);
    for (const [model, more] of [
      ["openai/gpt-4o", {}],
      ["openai/gpt-4o-mini", { models: ["openai/gpt-4o"] }],
      ["openai/gpt-4o-mini", { preset: "mine" }],
      ["openai/gpt-4o-mini:online", {}],
    ] as const)
      assert.equal((await stage.chat(model, more, headers)).status, 403, model);
    const list = (await (await fetch(`${stage.baseURL}/models`, { headers })).json()) as { data: { id: string }[] };
    assert.deepEqual(
      list.data.map(({ id }) => id),
      ["openai/gpt-4o-mini"],
    );
  });

  it("tells the rate of a key, and when to come again", async () => {
    const { token } = await aKey(stage.user, { requestsPerMinute: 2 });
    const headers = { authorization: `Bearer ${token}` };
    const first = await stage.chat("sim/tokens:1", { stream: true }, headers);
    await first.text();
    assert.equal(first.headers.get("x-ratelimit-limit-requests"), "2");
    assert.equal(first.headers.get("x-ratelimit-remaining-requests"), "1");
    await (await stage.chat("sim/tokens:1", {}, headers)).text();
    const refused = await stage.chat("sim/tokens:1", {}, headers);
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers.get("retry-after")) > 0);
    assert.ok(refused.headers.get("x-ratelimit-reset-requests"));
  });

  it("lets a member have so many calls at once, and the next one when one has ended", async () => {
    const control = new AbortController();
    // A call counts until its row is written, a moment after its answer.
    for (let running = 0; running < AT_ONCE; running++)
      await stage.until(async () => {
        const answer = await stage.chat("sim/tokens:3000,rate:80", { stream: true }, {}, control.signal);
        return answer.status === 200 ? answer : undefined;
      });
    const refused = await stage.chat("sim/tokens:1");
    assert.deepEqual([refused.status, refused.headers.get("retry-after")], [429, "1"]);
    assert.match(await refused.text(), /"message":"3 calls of this member run already/);
    control.abort();
    await stage.until(async () => ((await stage.chat("sim/tokens:1")).status === 200 ? true : undefined));
  });

  for (const model of [
    "sim/tokens:40,rate:200,reset,after:9",
    "sim/tokens:40,rate:200,end,after:9",
    "sim/tokens:40,rate:200,half,after:9",
  ]) {
    it(`ends a stream that breaks with an error chunk: ${model}`, async () => {
      const answer = await stage.chat(model, { stream: true });
      const text = await answer.text();
      const last = JSON.parse(
        text
          .trimEnd()
          .split("\n\n")
          .at(-1)!
          .replace(/^data: /, ""),
      ) as {
        error: { code: number };
        choices: { finish_reason: string }[];
      };
      assert.equal(typeof last.error.code, "number");
      assert.equal(last.choices[0]?.finish_reason, "error");
      const id = answer.headers.get("x-parley-generation-id") ?? "";
      const row = await stage.row(id);
      assert.equal(row.costUsd, await billed(id));
      assert.ok(row.errorCode);
    });
  }

  it("ends the provider's call with its client, and finds out what it cost", async () => {
    const control = new AbortController();
    const answer = await stage.chat("sim/tokens:3000,rate:80,provider:OpenAI", { stream: true }, {}, control.signal);
    const id = answer.headers.get("x-parley-generation-id") ?? "";
    const reader = answer.body!.getReader();
    await reader.read();
    await reader.read();
    control.abort();
    const entry = await stage.until(async () => {
      const found = (await stage.app.simulator.journal()).find((one) => one.generationId === id);
      return found?.outcome === "aborted" ? found : undefined;
    });
    assert.ok(entry.tokensSent < 1_000);
    const row = await stage.row(id);
    assert.deepEqual([row.costUsd, row.costState, row.errorCode], [await billed(id), "reconciled", "cancelled"]);
  });

  it("waits for a slow reader instead of holding its answer", async () => {
    const headers = { "content-type": "application/json", authorization: `Bearer ${stage.key.token}` };
    const asked = request(`${stage.baseURL}/chat/completions`, { method: "POST", headers });
    asked.end(JSON.stringify({ model: "sim/words:200000", stream: true, messages: [{ role: "user", content: "Hi" }] }));
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    // Nobody reads: all sockets on the way are full soon, and the provider cannot send on.
    const id = String(answer.headers["x-parley-generation-id"]);
    let sent = 0;
    await stage.until(async () => {
      const entry = (await stage.app.simulator.journal()).find(({ generationId }) => generationId === id);
      const before = sent;
      sent = entry?.tokensSent ?? 0;
      assert.equal(entry?.outcome, "running", "the whole answer was taken from the provider");
      return sent > 0 && sent === before ? true : undefined;
    });
    let length = 0;
    for await (const chunk of answer) length += (chunk as Buffer).length;
    assert.equal(length, stage.wire.bytes(id).length);
  });

  describe("with kept answers", () => {
    const settings = () => stage.user.workspace.gateway;
    const header = (answer: Response) => answer.headers.get("x-parley-cache");
    const asks = async (more: object = {}, headers: Record<string, string> = {}) => {
      const answer = await stage.chat("sim/tokens:5", more, headers);
      const [type, isSized] = [answer.headers.get("content-type"), answer.headers.has("content-length")];
      return { kept: header(answer), type, isSized, body: await answer.text() };
    };
    const calls = async () => (await stage.app.simulator.journal()).length;
    /** Kept after its client has it. */
    const isKept = (answers: number) =>
      stage.until(async () => ((await settings().settings()).cachedAnswers === answers ? true : undefined));

    before(async () => {
      assert.equal(header(await stage.chat("sim/tokens:5")), null, "off until somebody wants it");
      await settings().change({ cacheEnabled: true, cacheTtlSeconds: 600 });
      // The process that is asked may be the other one.
      await stage.until(
        async () => header(await stage.chat("sim/tokens:5", { user: crypto.randomUUID() })) ?? undefined,
      );
      await isKept(1);
      await settings().emptyCache();
    });
    after(() => settings().change({ cacheEnabled: false }));

    for (const stream of [false, true]) {
      it(`gives the same bytes again, for nothing: ${stream ? "streamed" : "whole"}`, async () => {
        await settings().emptyCache();
        const first = await asks({ stream });
        assert.deepEqual([first.kept, first.isSized], ["miss", !stream]);
        await isKept(1);
        const [called, rows] = [await calls(), (await stage.ledger()).length];
        assert.deepEqual(await asks({ stream }), { ...first, kept: "hit" });
        assert.equal(await calls(), called, "no provider was called");
        const [row, ...older] = await stage.ledger();
        assert.equal(older.length, rows);
        assert.deepEqual(
          [row?.fromCache, row?.costUsd, row?.costState, row?.apiKeyId, row?.generationId],
          [true, "0", "final", stage.key.id, null],
        );
        assert.equal((await asks({ stream }, { "cache-control": "no-cache" })).kept, "miss");
        assert.equal((await asks({ stream, temperature: 0.5 })).kept, "miss");
        // So that none of these comes late into what the next test empties.
        await isKept(2);
      });
    }

    it("keeps no fault, and answers nobody who may not ask", async () => {
      await settings().emptyCache();
      assert.equal((await stage.chat("sim/error:429")).status >= 400, true);
      await asks();
      await isKept(1);
      const narrow = await aKey(stage.user, { models: ["sim/other"] });
      const refused = await stage.chat("sim/tokens:5", {}, { authorization: `Bearer ${narrow.token}` });
      assert.equal(refused.status, 403);
      const other = await stage.app.aUser();
      const theirs = await aKey(other);
      const answer = await stage.chat("sim/tokens:5", {}, { authorization: `Bearer ${theirs.token}` });
      assert.deepEqual([answer.status, header(answer)], [200, null]);
    });

    it("deletes everything when it is switched off", async () => {
      await asks();
      await isKept(1);
      const { cacheEnabled, cachedAnswers, cachedBytes } = await settings().change({ cacheEnabled: false });
      assert.deepEqual([cacheEnabled, cachedAnswers, cachedBytes], [false, 0, 0]);
    });
  });
});
