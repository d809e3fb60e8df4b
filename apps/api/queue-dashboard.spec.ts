// What an operator does to the queues is in the instance's audit log; what is refused does nothing and is not.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { routerTable } from "../../test/probes/catalogue.js";
import { type ApiFixture, startApi } from "./api-fixture.js";
import { DASHBOARD } from "./queue-dashboard.js";

interface Act {
  action: string;
  userId: string | null;
  targetId: string | null;
  facts: Record<string, unknown> | null;
}

let api: ApiFixture;
let operator: Record<string, string>;
let operatorId: string;

before(async () => {
  api = await startApi();
  const origin = `http://127.0.0.1:${api.port}`;
  const base = { "content-type": "application/json", origin, host: `127.0.0.1:${api.port}` };
  const body = JSON.stringify({ email: "operator@example.test", password: "a long enough password 42" });
  const answer = await api.send("POST", "/api/v1/auth/register", base, body);
  operator = { ...base, cookie: String(answer.headers["set-cookie"]).split(";")[0]! };
  operatorId = (answer.json() as { user: { id: string } }).user.id;
});
after(() => api.stop());

async function acts(): Promise<Act[]> {
  const answer = await api.send("GET", "/api/v1/instance/audit?action=queue.acted&limit=100", operator);
  return (answer.json() as unknown as { data: Act[] }).data;
}

async function countOfActs(): Promise<number> {
  return (await acts()).length;
}

test("pausing a queue is an event of the audit log, with who and what", async () => {
  const paused = await api.send("PUT", `${DASHBOARD}/api/queues/generation/pause`, operator, "{}");
  assert.equal(paused.status, 200, paused.body);
  const [act] = await acts();
  assert.deepEqual(
    [act?.action, act?.userId, act?.targetId, act?.facts],
    ["queue.acted", operatorId, "generation", { act: "PUT pause" }],
  );
});

test("a refused act is none", async () => {
  const count = await countOfActs();
  const path = `${DASHBOARD}/api/queues/generation/resume`;
  assert.equal((await api.send("PUT", path, { ...operator, origin: "https://elsewhere.example" }, "{}")).status, 403);
  assert.equal((await api.send("PUT", path, { "content-type": "application/json" }, "{}")).status, 404);
  assert.equal(await countOfActs(), count);
});

test("every route of the dashboard that writes is audited", async () => {
  const params: Record<string, string> = {
    queueName: "generation",
    jobId: "7",
    queueStatus: "failed",
    schedulerId: "7",
  };
  const writes = routerTable(api.app).filter((route) => /^(POST|PUT|PATCH|DELETE) \/admin\/queues/.test(route));
  assert.ok(writes.length >= 20, `${writes.length} routes`);
  for (const route of writes) {
    const count = await countOfActs();
    const [method, path] = route.split(" ") as [string, string];
    const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? assert.fail(`${route}: ${name}?`));
    await api.send(method, url, operator, "{}");
    assert.equal(await countOfActs(), count + 1, route);
  }
});
