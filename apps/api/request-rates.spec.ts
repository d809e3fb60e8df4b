// Too many requests are refused by account and by address, in the API's own form, and say when to come back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type ApiFixture, startApi } from "./api-fixture.js";

const ACCOUNT_LIMIT = 30;
const ADDRESS_LIMIT = 20;
const LOGIN_LIMIT = 2;
const KEY_LIMIT = 3;

let api: ApiFixture;
let cookie: string;

before(async () => {
  const limits = { REST_LIMIT: ACCOUNT_LIMIT, REST_IP_LIMIT: ADDRESS_LIMIT, LOGIN_LIMIT, KEY_LIMIT };
  api = await startApi(Object.fromEntries(Object.entries(limits).map(([name, limit]) => [name, String(limit)])));
  cookie = await aPerson("a@example.test");
});
after(() => api?.stop());

/** @returns the cookie of a new account */
async function aPerson(email: string): Promise<string> {
  const person = JSON.stringify({ email, password: "a long enough password 42" });
  const answer = await api.send("POST", "/api/v1/auth/register", { "content-type": "application/json" }, person);
  assert.equal(answer.status, 201);
  return String(answer.headers["set-cookie"]).split(";")[0]!;
}

test("a platform key has its own rate, or the instance's for keys without one", async () => {
  const cookie = await aPerson("k@example.test");
  const [workspace] = (await api.send("GET", "/api/v1/workspaces", { cookie })).json()["data"] as { id: string }[];
  const aKey = async (requestsPerMinute: number | null) => {
    const body = JSON.stringify({ name: "k", scopes: ["gateway"], requestsPerMinute });
    const headers = { "content-type": "application/json", cookie, origin: `http://127.0.0.1:${api.port}` };
    const made = await api.send("POST", `/api/v1/workspaces/${workspace!.id}/api-keys`, headers, body);
    return { authorization: `Bearer ${String(made.json()["token"])}` };
  };
  for (const [own, limit] of [
    [null, KEY_LIMIT],
    [2, 2],
  ] as const) {
    const headers = await aKey(own);
    for (let n = 1; n <= limit; n += 1) {
      const answer = await api.send("POST", "/v1/embeddings", { ...headers, "content-type": "application/json" }, "{}");
      assert.deepEqual([answer.status, answer.headers["x-ratelimit-limit-requests"]], [400, String(limit)]);
      assert.equal(answer.headers["x-ratelimit-remaining-requests"], String(limit - n));
    }
    const refused = await api.send("POST", "/v1/embeddings", { ...headers, "content-type": "application/json" }, "{}");
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers["retry-after"]) >= 1);
  }
});

test("an account has its own count, told in every answer", async () => {
  const first = await api.send("GET", "/api/v1/auth/me", { cookie });
  assert.equal(first.status, 200);
  assert.equal(first.headers["ratelimit-limit"], String(ACCOUNT_LIMIT));
  assert.equal(first.headers["ratelimit-remaining"], String(ACCOUNT_LIMIT - 1));
  let refused = first;
  for (let n = 0; n < ACCOUNT_LIMIT + 5 && refused.status !== 429; n += 1)
    refused = await api.send("GET", "/api/v1/auth/me", { cookie });
  assert.equal(refused.status, 429);
  assert.match(String(refused.headers["content-type"]), /^application\/problem\+json/);
  assert.equal(refused.json()["code"], "too_many_requests");
  assert.equal(refused.headers["ratelimit-remaining"], "0");
  // Half a token a second.
  const wait = Number(refused.headers["retry-after"]);
  assert.ok(wait >= 1 && wait <= 2, String(wait));
});

test("guessing a password is told its own limit, not the wider one of the address", async () => {
  const guess = JSON.stringify({ email: "b@example.test", password: "a wrong password 42" });
  const login = () => api.send("POST", "/api/v1/auth/login", { "content-type": "application/json" }, guess);
  const before = await login();
  assert.deepEqual([before.status, before.headers["ratelimit-limit"]], [401, String(ADDRESS_LIMIT)]);
  await login();
  const { status, headers } = await login();
  const told = [status, headers["ratelimit-limit"], headers["ratelimit-remaining"]];
  assert.deepEqual(told, [429, String(LOGIN_LIMIT), "0"]);
  const wait = Number(headers["retry-after"]);
  assert.ok(wait > 14 * 60 && wait <= 15 * 60, String(wait));
  assert.equal(headers["ratelimit-reset"], headers["retry-after"]);
});

test("who is not known is counted by address, with and without credentials that do not hold", async () => {
  const statuses = new Set<number>();
  for (let n = 0; n < ADDRESS_LIMIT; n += 1)
    statuses.add((await api.send("GET", "/api/v1/auth/me", n % 2 ? { cookie: "parley_session=nonsense" } : {})).status);
  assert.deepEqual([...statuses].sort(), [401, 429]);
  assert.equal((await api.send("GET", "/api/v1/instance")).status, 429);
  const gateway = await api.send("GET", "/v1/models", { authorization: "Bearer pk_nonsense" });
  assert.equal(gateway.status, 429);
  assert.equal((gateway.json()["error"] as Record<string, unknown>)["code"], 429);
  assert.ok(Number(gateway.headers["retry-after"]) >= 1);
  // Probes and the page itself are not the API's requests.
  assert.equal((await api.send("GET", "/health/live")).status, 200);
  assert.equal((await api.send("GET", "/")).status, 200);
});
