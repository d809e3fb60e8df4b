// Readiness says which part is down, also when a part hangs; metrics need their token.
import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { CheckFailed, HealthChecks, mayReadMetrics, observeRequest, registry, startOperationsServer } from "./index.js";

test("readiness names the parts that are down and does not wait for one that hangs", async () => {
  const health = new HealthChecks();
  health.add("database", async () => undefined);
  assert.equal((await health.readiness()).status, "ready");
  health.add("redis", () => new Promise(() => undefined));
  health.add("worker", async () => {
    throw new CheckFailed("no worker was seen lately");
  });
  health.add("disk", async () => {
    throw Object.assign(new Error("/secret/path: full"), { code: "ENOSPC" });
  });
  const { status, checks } = await health.readiness(20);
  assert.equal(status, "unavailable");
  assert.equal(checks["database"]?.ok, true);
  assert.deepEqual([checks["redis"]?.ok, checks["redis"]?.reason], [false, "no answer within 20 ms"]);
  assert.equal(checks["worker"]?.reason, "no worker was seen lately");
  assert.equal(checks["disk"]?.reason, "ENOSPC");
});

test("a stopping process is not ready, whatever its checks say", async () => {
  const health = new HealthChecks();
  health.stop();
  assert.equal((await health.readiness()).status, "stopping");
});

test("the operations server answers live, ready and metrics", async (t) => {
  const health = new HealthChecks();
  const server = await startOperationsServer(0, { health, metricsToken: "0123456789abcdef" });
  t.after(() => server.close());
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  assert.equal((await fetch(`${base}/health/live`)).status, 200);
  assert.deepEqual(await (await fetch(`${base}/health/ready`)).json(), { status: "ready", checks: {} });
  health.add("redis", async () => Promise.reject(new Error("x")));
  assert.equal((await fetch(`${base}/health/ready`)).status, 503);
  assert.equal((await fetch(`${base}/metrics`)).status, 401);
  assert.equal((await fetch(`${base}/metrics`, { headers: { authorization: "Bearer wrong" } })).status, 401);
  observeRequest("GET", "/api/v1/x", 200, 12);
  const metrics = await fetch(`${base}/metrics`, { headers: { authorization: "Bearer 0123456789abcdef" } });
  assert.match(await metrics.text(), /parley_http_requests_total\{method="GET",route="\/api\/v1\/x",status="200"\} 1/);
  assert.equal((await fetch(`${base}/elsewhere`)).status, 404);
  assert.equal((await fetch(`${base}/health/live`, { method: "POST" })).status, 405);
});

test("metrics: everyone without a configured token, only its bearer with one", async () => {
  assert.ok(mayReadMetrics(undefined, undefined));
  assert.ok(mayReadMetrics("Bearer 0123456789abcdef", "0123456789abcdef"));
  for (const header of [undefined, "", "Bearer", "Bearer ", "Basic 0123456789abcdef", "Bearer 0123456789abcdeX"]) {
    assert.ok(!mayReadMetrics(header, "0123456789abcdef"), String(header));
  }
  observeRequest("POST", "/api/v1/y", 503, 1500);
  const text = await registry.metrics();
  assert.match(text, /parley_http_requests_total\{method="POST",route="\/api\/v1\/y",status="503"\} 1/);
  assert.match(text, /parley_http_request_duration_seconds_bucket\{le="2.5",method="POST",route="\/api\/v1\/y"\} 1/);
});
