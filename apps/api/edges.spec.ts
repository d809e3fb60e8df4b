// The edges of the HTTP side, before and around any feature: ids, problems, limits, headers, the page, readiness.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { type ApiFixture, startApi } from "./api-fixture.js";

let api: ApiFixture;
before(async () => {
  api = await startApi();
});
after(() => api.stop());

const JSON_TYPE = { "content-type": "application/json" };
const BROWSER = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

/** Sends bytes that no client library would send, and reads until the server closes. */
async function bytes(text: string): Promise<string> {
  const socket = connect(api.port, "127.0.0.1");
  await once(socket, "connect");
  let answer = "";
  socket.on("data", (chunk) => {
    answer += String(chunk);
  });
  // The server may close before all is sent; what it has answered is what counts.
  socket.on("error", () => undefined);
  socket.write(text);
  await once(socket, "close");
  return answer;
}

test("every answer has a request id and is a problem when it is an error", async () => {
  const cases: [string, string, number, Record<string, string>?, string?][] = [
    ["GET", "/api/v1/nothing-here", 404],
    ["DELETE", "/api/v1/instance", 404],
    ["GET", "/%zz", 400],
    ["GET", "/api/%zz", 400],
    ["POST", "/api/v1/auth/login", 400, JSON_TYPE, "{bad"],
    ["POST", "/api/v1/auth/login", 400, JSON_TYPE, '{"__proto__":{"admin":true}}'],
    ["POST", "/api/v1/auth/login", 400, JSON_TYPE, '{"constructor":{"prototype":{"admin":true}}}'],
    ["POST", "/api/v1/auth/login", 413, JSON_TYPE, `{"email":"${"x".repeat(1024 * 1024)}"}`],
    ["POST", "/api/v1/auth/login", 415, { "content-type": "text/plain" }, "{}"],
    ["POST", "/api/v1/auth/login", 415, { "content-type": "application/x-www-form-urlencoded" }, "email=a"],
  ];
  for (const [method, path, status, headers, body] of cases) {
    const answer = await api.send(method, path, headers, body);
    const problem = answer.json();
    assert.equal(answer.status, status, `${method} ${path} ${answer.body}`);
    assert.match(answer.headers["content-type"] ?? "", /^application\/problem\+json/);
    assert.equal(problem["requestId"], answer.headers["x-request-id"]);
    assert.equal(problem["status"], status);
    for (const member of ["type", "title", "detail", "code"]) assert.equal(typeof problem[member], "string", member);
  }
});

test("a sane request id of the caller is kept, another is replaced", async () => {
  const kept = await api.send("GET", "/health/live", { "x-request-id": "trace-1:2.3_4" });
  assert.equal(kept.headers["x-request-id"], "trace-1:2.3_4");
  for (const bad of ["a b", "x".repeat(129), '"><script>', "-x"]) {
    const answer = await api.send("GET", "/health/live", { "x-request-id": bad });
    assert.match(answer.headers["x-request-id"] as string, /^[0-9a-f-]{36}$/, bad);
  }
});

test("the gateway's errors are OpenAI's, also before any route", async () => {
  const missing = await api.send("GET", "/v1/nothing-here");
  assert.equal(missing.status, 404);
  assert.match(missing.headers["content-type"] ?? "", /^application\/json/);
  assert.equal((missing.json()["error"] as Record<string, unknown>)["code"], 404);
});

test("headers that are too large and bytes that are no HTTP get an answer with an id", async () => {
  const large = await bytes(`GET / HTTP/1.1\r\nHost: x\r\nX-Large: ${"a".repeat(20_000)}\r\n\r\n`);
  assert.match(large, /^HTTP\/1\.1 431 /);
  assert.match(large, /x-request-id: [0-9a-f-]{36}/i);
  assert.match(large, /application\/problem\+json/);
  assert.match(await bytes("NOT HTTP AT ALL\r\n\r\n"), /^HTTP\/1\.1 400 /);
  // Two lengths are the start of request smuggling.
  const smuggled = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
  assert.match(await bytes(smuggled), /^HTTP\/1\.1 400 /);
});

test("security headers are on pages, data and errors; data may not act as documents", async () => {
  for (const path of ["/", "/api/v1/instance", "/api/v1/nothing-here", "/health/live", "/api/docs"]) {
    const { headers } = await api.send("GET", path, BROWSER);
    assert.equal(headers["x-content-type-options"], "nosniff", path);
    assert.equal(headers["referrer-policy"], "no-referrer", path);
    assert.match(String(headers["content-security-policy"]), /frame-ancestors 'none'/, path);
    assert.doesNotMatch(
      String(headers["content-security-policy"]),
      /unsafe-eval|script-src[^;]*unsafe-inline|https?:/,
      path,
    );
    assert.equal(headers["access-control-allow-origin"], undefined, path);
  }
  const data = await api.send("GET", "/api/v1/instance");
  assert.match(String(data.headers["content-security-policy"]), /default-src 'none'.*sandbox/);
  assert.equal(data.headers["cache-control"], "no-store");
});

test("the page: fresh at /, for navigations to any of its addresses, never for programs' addresses", async () => {
  const root = await api.send("GET", "/");
  assert.equal(root.status, 200);
  assert.match(root.body, /<title>page/);
  assert.equal(root.headers["cache-control"], "no-cache");
  assert.match((await api.send("GET", "/w/abc/c/def?x=1", BROWSER)).body, /<title>page/);
  const asset = await api.send("GET", "/assets/app-1a2b3c.js");
  assert.equal(asset.headers["cache-control"], "public, max-age=31536000, immutable");
  assert.match(asset.headers["content-type"] ?? "", /javascript/);
  assert.equal((await api.send("GET", "/theme.js")).headers["cache-control"], "no-cache");
  const notPages = [
    "/api/nothing",
    "/api/v1/nothing",
    "/v1/nothing",
    "/%61pi/v1/nothing",
    "//api/v1/nothing",
    "/assets/gone-123.js",
  ];
  for (const path of [...notPages, "/favicon-gone.png", "/socket.io.js", "/admin/queues"]) {
    const answer = await api.send("GET", path, BROWSER);
    assert.equal(answer.status, 404, path);
    assert.doesNotMatch(answer.body, /<title>/, path);
  }
  assert.equal((await api.send("GET", "/w/abc")).status, 404, "a program that asks for no page gets none");
  assert.equal((await api.send("GET", "/assets/../../data/parley.db")).status, 404);
  assert.equal((await api.send("GET", "/assets/..%2f..%2fparley.db")).status, 404);
});

test("the API's document and its page come from here alone", async () => {
  const document = (await api.send("GET", "/api/openapi.json")).json();
  assert.equal(document["openapi"], "3.1.0");
  const page = await api.send("GET", "/api/docs", BROWSER);
  assert.equal(page.status, 200);
  const links = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? "");
  assert.ok(links.length >= 4);
  for (const link of links) {
    assert.match(link, /^\/api\//);
    assert.equal((await api.send("GET", link)).status, 200, link);
  }
  assert.doesNotMatch(page.body, /<script>|\son\w+=/);
});

test("readiness names what is down, and sees it come back", async () => {
  assert.equal((await api.send("GET", "/health/live")).status, 200);
  const noWorker = await api.send("GET", "/health/ready");
  assert.equal(noWorker.status, 503);
  assert.deepEqual(noWorker.json()["down"], ["worker"]);
  await api.redis.stop();
  const started = performance.now();
  const noRedis = await api.send("GET", "/health/ready");
  assert.ok(performance.now() - started < 2_500);
  assert.equal(noRedis.status, 503);
  assert.deepEqual(noRedis.json()["down"], ["redis", "worker"]);
  assert.equal((noRedis.json()["checks"] as Record<string, { ok: boolean }>)["database"]?.ok, true);
  await api.redis.launch({ empty: true });
  for (;;) {
    const { down } = (await api.send("GET", "/health/ready")).json() as { down: string[] };
    if (!down.includes("redis")) break;
  }
});
