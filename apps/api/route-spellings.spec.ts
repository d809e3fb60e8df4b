// No spelling of any route's address gets past the guard, and the list of public routes is a reviewed snapshot.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type ApiFixture, startApi } from "./api-fixture.js";
import type { OpenApiDocument } from "./openapi/document.js";
import { DASHBOARD } from "./queue-dashboard.js";

/** Routes that anyone may call. A line more here needs a reason in the review. */
const PUBLIC = [
  // Browsers on their way to the sign-in provider and back.
  "GET /api/v1/auth/oidc/callback",
  "GET /api/v1/auth/oidc/start",
  "GET /api/v1/instance",
  "GET /health/live",
  "GET /health/ready",
  "GET /metrics",
  "POST /api/v1/auth/login",
  // Signing in with a passkey; the challenge is the same for everybody.
  "POST /api/v1/auth/passkeys/login",
  "POST /api/v1/auth/passkeys/login/options",
  // For those who cannot sign in: a mail to an address, and the holder of its token.
  "POST /api/v1/auth/password-reset",
  "POST /api/v1/auth/password-reset/redeem",
  "POST /api/v1/auth/register",
  // For the holder of an invite's token, who may have no account yet.
  "POST /api/v1/workspaces/invites/offer",
];

const ID = "01a207b2-04a3-748f-939f-cdb7715b7530";
const METRICS_TOKEN = "0123456789abcdef-metrics";

let api: ApiFixture;
let routes: { method: string; path: string; isPublic: boolean }[];
before(async () => {
  api = await startApi({ METRICS_TOKEN });
  const document = (await api.send("GET", "/api/openapi.json")).json() as unknown as OpenApiDocument;
  routes = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, { security?: unknown[] }>).map(([method, { security }]) => ({
      method: method.toUpperCase(),
      path: path.replaceAll(/\{\w+\}/g, ID),
      isPublic: security?.length === 0,
    })),
  );
});
after(() => api.stop());

/** Other ways to write a path, as they were used against servers of this kind (CVE-2025-69211 and its kin). */
function spellings(path: string): string[] {
  const encodedLetter = path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
  return [
    path,
    encodedLetter,
    encodedLetter.replace("%", "%25"),
    path.toUpperCase(),
    path.replace("/", "//"),
    path.replace(/\/([^/]*)$/, "//$1"),
    path.replace(/\/([^/]*)$/, "/./$1"),
    path.replace(/\/([^/]*)$/, "/%2e/$1"),
    path.replace(/\/([^/]*)$/, "/x/%2e%2e/$1"),
    `/health/live/%2e%2e%2f%2e%2e${path}`,
    path.replace(/\/([^/]*)$/, "/x/../$1"),
    path.replace(/\/([^/]*)$/, "%2f$1"),
    `${path};x=1`,
    path.replace("/", "/;x=1/"),
    `${path}/`,
    `${path}?x=/health/live`,
    `${path}%00`,
    `${path}%20`,
    `http://127.0.0.1${path}`,
    `/health/live/..${path}`,
    path.replaceAll("/", "\\"),
  ];
}

test("the public routes are these and no others", () => {
  const open = routes.filter((route) => route.isPublic).map((route) => `${route.method} ${route.path}`);
  assert.deepEqual(open.sort(), PUBLIC);
});

/** The gateway's addresses are in no document. */
const GATEWAY = [
  "POST /v1/chat/completions",
  "POST /v1/embeddings",
  "POST /v1/responses",
  "GET /v1/models",
  "GET /v1/models/x",
];

test("without credentials no spelling of a route is served", async (context) => {
  let probes = 0;
  const gateway = GATEWAY.map((route) => ({
    method: route.split(" ")[0]!,
    path: route.split(" ")[1]!,
    isPublic: false,
  }));
  for (const { method, path, isPublic } of [...routes, ...gateway]) {
    if (isPublic && path !== "/metrics") continue;
    for (const spelling of spellings(path)) {
      const body = method === "GET" || method === "DELETE" ? undefined : "{}";
      const answer = await api.send(method, spelling, body ? { "content-type": "application/json" } : {}, body);
      assert.ok(
        [400, 401, 404].includes(answer.status),
        `${method} ${spelling} answered ${answer.status} ${answer.body}`,
      );
      assert.match(String(answer.headers["content-type"]), /^application\/(problem\+)?json/, spelling);
      probes++;
    }
  }
  context.diagnostic(`${probes} probes, 0 served`);
  assert.ok(probes > 1_000, `${probes} probes`);
});

test("made-up credentials are none", async () => {
  const garbage: Record<string, string>[] = [
    { cookie: "parley_session=" },
    { cookie: `parley_session=${"A".repeat(43)}` },
    { cookie: `__Host-parley_session=${"A".repeat(43)}` },
    { cookie: "parley_session=null; parley_session=undefined" },
    { authorization: "Bearer " },
    { authorization: "Bearer null" },
    { authorization: `Bearer pk_${"a".repeat(43)}` },
    { authorization: "Basic YWRtaW46YWRtaW4=" },
    { authorization: `Bearer ${METRICS_TOKEN}` },
    { "x-api-key": "pk_x" },
  ];
  for (const headers of garbage) {
    const answer = await api.send("GET", "/api/v1/auth/me", headers);
    assert.equal(answer.status, 401, JSON.stringify(headers));
  }
});

test("the queue dashboard exists for the operator alone, in every spelling", async () => {
  const operator = await register("operator@example.test");
  const member = await register("member@example.test");
  const paths = [
    DASHBOARD,
    `${DASHBOARD}/`,
    `${DASHBOARD}/api/queues`,
    `${DASHBOARD}/static/favicon.ico`,
    `${DASHBOARD}/queue/generation`,
  ];
  const unknown = await api.send("GET", "/admin/nothing");
  for (const path of paths) {
    for (const headers of [{}, { cookie: member }] as Record<string, string>[]) {
      for (const spelling of spellings(path)) {
        const answer = await api.send("GET", spelling, headers);
        assert.ok([400, 404].includes(answer.status), `${spelling} answered ${answer.status}`);
        assert.doesNotMatch(answer.body, /bull|queues":/i, spelling);
      }
    }
    const hidden = await api.send("GET", path, { cookie: member });
    assert.deepEqual(Object.keys(hidden.headers).sort(), Object.keys(unknown.headers).sort());
    assert.equal(hidden.json()["detail"], unknown.json()["detail"]);
  }
  const shown = await api.send("GET", DASHBOARD, { cookie: operator });
  assert.equal(shown.status, 200);
  assert.match(shown.body, /Parley queues/);
  assert.doesNotMatch(String(shown.headers["content-security-policy"]), /script-src[^;]*unsafe/);
  const queues = await api.send("GET", `${DASHBOARD}/api/queues`, { cookie: operator });
  assert.match(queues.body, /generation/);
  const script = /src="(static\/js\/main[^"]+)"/.exec(shown.body)?.[1];
  assert.equal((await api.send("GET", `${DASHBOARD}/${script}`, { cookie: operator })).status, 200);
  const pause = `${DASHBOARD}/api/queues/generation/pause`;
  assert.equal(
    (await api.send("PUT", pause, { cookie: operator })).status,
    403,
    "a foreign page must not pause queues",
  );
});

async function register(email: string): Promise<string> {
  const body = JSON.stringify({ email, password: "a long enough password 42", name: "Person" });
  const answer = await api.send("POST", "/api/v1/auth/register", { "content-type": "application/json" }, body);
  assert.equal(answer.status, 201, answer.body);
  return String(answer.headers["set-cookie"]?.[0]).split(";", 1)[0] ?? "";
}
