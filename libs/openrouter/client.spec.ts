// What the client sends, and how it reads models, generation records, keys and raw answers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { OpenRouterClient } from "./client.js";
import { finishChunk, readAll, type Script, sse, sseHead, upstreamFor } from "./scripted-upstream.js";

function json(body: string, status = 200): Script {
  return (response) => void response.writeHead(status, { "content-type": "application/json" }).end(body);
}

test("a streamed request: path, key, attribution, unknown fields, usage asked for", async (t) => {
  const upstream = await upstreamFor(t, (response) => {
    sseHead(response);
    response.end(`${sse(finishChunk("stop"))}data: [DONE]\n\n`);
  });
  const client = upstream.client({ appName: "Parley", referer: "https://parley.test" });
  const request = {
    model: "a/b",
    messages: [{ role: "user", content: "ü" }],
    top_k: 3,
    new_field: { x: [1] },
  } as const;
  await readAll(client.stream(request, { headers: { "x-session-id": "s" } }));
  const [seen] = upstream.requests;
  assert.equal(seen?.url, "/api/v1/chat/completions");
  assert.deepEqual(JSON.parse(seen?.body ?? ""), { ...request, stream: true, stream_options: { include_usage: true } });
  const {
    authorization,
    "http-referer": referer,
    "x-openrouter-title": title,
    "x-session-id": session,
  } = seen?.headers ?? {};
  assert.deepEqual(
    [authorization, referer, title, session],
    ["Bearer sk-or-v1-test", "https://parley.test", "Parley", "s"],
  );
  assert.equal(seen?.headers["accept-encoding"], "identity");
  assert.equal(seen?.headers["content-type"], "application/json");
});

test("no key, no header; a query of the base URL stays; a base URL must be http", async (t) => {
  const upstream = await upstreamFor(t, json('{"data":[]}'));
  const client = upstream.client({ baseUrl: `${upstream.origin}/v1/?api-version=2`, apiKey: "" });
  assert.deepEqual(await client.models(), []);
  assert.equal(upstream.requests[0]?.url, "/v1/models?api-version=2");
  assert.equal(upstream.requests[0]?.headers.authorization, undefined);
  for (const baseUrl of ["file:///etc/passwd", "nonsense", "ftp://x/v1"]) {
    assert.throws(() => new OpenRouterClient({ baseUrl }), TypeError);
  }
});

test("models: entries without an id are left out, a bare list is accepted, anything else is a fault", async (t) => {
  const bodies = [
    '{"data":[{"id":"a/b","pricing":{"prompt":"0.00000015"}},{"name":"x"},null]}',
    '[{"id":"c"}]',
    '{"models":[]}',
    "<html>",
  ];
  const upstream = await upstreamFor(t, (response, request) =>
    json(bodies[upstream.requests.length - 1] ?? "")(response, request),
  );
  const [first] = await upstream.client().models();
  assert.equal(first?.pricing?.prompt, "0.00000015");
  assert.deepEqual(await upstream.client().models(), [{ id: "c" }]);
  await assert.rejects(upstream.client().models(), { code: "invalid_response" });
  await assert.rejects(upstream.client().models(), { code: "invalid_response" });
});

test("models: of every kind when they are wanted", async (t) => {
  const upstream = await upstreamFor(t, json('{"data":[]}'));
  await upstream.client().models({}, "all");
  assert.match(upstream.requests[0]?.url ?? "", /\/models\?output_modalities=all$/);
});

test("a lookup that bills nothing is repeated until it is answered", async (t) => {
  const upstream = await upstreamFor(t, (response, request) =>
    upstream.requests.length < 3
      ? json("{}", 503)(response, request)
      : json('{"data":[{"id":"a"}]}')(response, request),
  );
  assert.equal((await upstream.client().models()).length, 1);
  assert.equal(upstream.requests.length, 3);
});

test("generation: money to its last digit, null on 404, the id is escaped", async (t) => {
  const record =
    '{"data":{"id":"gen-1","total_cost":6.1642e-7,"usage":0.00000061642,"upstream_inference_cost":0.0076509169000000005,"cache_discount":null,"cancelled":true,"native_tokens_prompt":9}}';
  const upstream = await upstreamFor(t, (response, request) =>
    request.url.endsWith("id=gen-1")
      ? json(record)(response, request)
      : json('{"error":{"code":404,"message":"x"}}', 404)(response, request),
  );
  const found = await upstream.client().generation("gen-1");
  assert.equal(found?.costUsd, "0.00000061642");
  assert.equal(found?.usageUsd, "0.00000061642");
  assert.equal(found?.upstreamInferenceCostUsd, "0.0076509169000000005");
  assert.equal(found?.cacheDiscountUsd, null);
  assert.equal(found?.fields.cancelled, true);
  assert.equal(await upstream.client().generation("a&b=c"), null);
  assert.equal(upstream.requests[1]?.url, "/api/v1/generation?id=a%26b%3Dc");
});

test("generation: any other fault is thrown", async (t) => {
  const upstream = await upstreamFor(t, json('{"error":{"code":401,"message":"User not found."}}', 401));
  await assert.rejects(upstream.client().generation("gen-1"), { code: "invalid_key" });
});

test("key: limits as exact decimals, null without limit", async (t) => {
  const body =
    '{"data":{"label":"sk-or-v1-abc...def","limit":12.50,"limit_remaining":null,"usage":1.05e-3,"usage_daily":0,"is_free_tier":false,"is_provisioning_key":true,"expires_at":"2027-01-01T00:00:00Z"}}';
  const upstream = await upstreamFor(t, json(body));
  const { fields, ...info } = await upstream.client().key();
  assert.deepEqual(info, {
    label: "sk-or-v1-abc...def",
    limitUsd: "12.5",
    limitRemainingUsd: null,
    usageUsd: "0.00105",
    usageDailyUsd: "0",
    isFreeTier: false,
    isManagementKey: true,
    expiresAt: "2027-01-01T00:00:00Z",
  });
  assert.equal(fields["usage"], 0.00105);
});

test("an unstreamed call takes no stream options, waits past white space, and throws an error in a 200", async (t) => {
  const body =
    '{"id":"gen-1","model":"m","provider":"P","choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}],"usage":{"cost":1e-6}}';
  const upstream = await upstreamFor(t, async (response) => {
    response.writeHead(200, { "content-type": "application/json", "x-generation-id": "gen-1" });
    if (upstream.requests.length > 1) return void response.end('{"error":{"code":502,"message":"x"}}');
    for (let i = 0; i < 10; i++) {
      response.write(" \n");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    response.end(body);
  });
  const client = upstream.client({ timeouts: { idleMs: 150, firstByteMs: 1, answerMs: 1_000 } });
  const request = { model: "m", stream_options: { include_usage: true } };
  const { completion, usage, ...rest } = await client.complete(request);
  assert.deepEqual(rest, {
    generationId: "gen-1",
    model: "m",
    provider: "P",
    finishReason: "stop",
    costUsd: "0.000001",
    upstreamInferenceCostUsd: null,
  });
  assert.equal(completion.choices?.[0]?.message?.content, "Hi");
  assert.equal(usage?.cost, 1e-6);
  assert.deepEqual(JSON.parse(upstream.requests[0]?.body ?? ""), { model: "m", stream: false });
  await assert.rejects(client.complete(request), { code: "provider_unavailable", phase: "before_output" });
});

test("a whole answer is bounded", async (t) => {
  const upstream = await upstreamFor(t, json(`{"choices":[],"x":"${"x".repeat(5_000)}"}`));
  const client = upstream.client({ limits: { maxTotalBytes: 1_000 } });
  await assert.rejects(client.complete({ model: "m" }), { code: "response_too_large" });
  assert.equal((await readAll(client.stream({ model: "m" }))).error?.code, "response_too_large");
});

test("raw: body and answer byte for byte, with our key and time limits", async (t) => {
  const answer = Buffer.from('data: {"x": 1.50}\r\n\r\n\u00fc');
  const upstream = await upstreamFor(t, (response) => {
    sseHead(response);
    response.end(answer);
  });
  const got: Buffer[] = [];
  const status = await new Promise<number>((resolve, reject) => {
    let seen = 0;
    const sink = {
      onHeaders: (code: number) => {
        seen = code;
      },
      onBytes: (chunk: Buffer) => got.push(chunk) > 0,
      onEnd: () => resolve(seen),
      onFault: reject,
    };
    upstream.client().raw("/chat/completions", Buffer.from('{"model" : "m"}'), sink).start();
  });
  assert.equal(status, 200);
  assert.deepEqual(Buffer.concat(got), answer);
  assert.equal(upstream.requests[0]?.body, '{"model" : "m"}');
  assert.equal(upstream.requests[0]?.headers.authorization, "Bearer sk-or-v1-test");
});
