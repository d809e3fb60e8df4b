// Every route of the API × every scope of a platform key × every form of the header: the table of policies is what the routes do.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Role } from "#src/auth/actor";
import { type Action, isAtLeast, POLICIES, scopesAllow } from "#src/auth/policies";
import { type RouteAccess, RouteRules } from "#src/auth/route-rules";
import { SCOPE_NAMES, type Scope } from "#src/auth/scopes";
import { eventually } from "../../test/app/patience.js";
import { type ApiFixture, startApi } from "./api-fixture.js";

const NOBODY = "0190f5fe-7c00-7a00-8000-00000000dead";
const PASSWORD = "a long enough password 42";

interface Person {
  headers: Record<string, string>;
  userId: string;
  workspaceId: string;
}

describe("platform keys on every route", () => {
  let api: ApiFixture;
  let routes: RouteAccess[];
  let owner: Person;
  let people = 0;

  before(async () => {
    api = await startApi({ LOGIN_LIMIT: "1000" });
    routes = api.app.get(RouteRules, { strict: false }).routes();
    owner = await aPerson();
  });
  after(() => api.stop());

  async function post(person: Person, path: string, body: object): Promise<Record<string, unknown>> {
    const answer = await api.send("POST", path, person.headers, JSON.stringify(body));
    assert.ok(answer.status < 300, answer.body);
    return answer.json();
  }

  async function aPerson(): Promise<Person> {
    people += 1;
    const origin = `http://127.0.0.1:${api.port}`;
    const headers = { "content-type": "application/json", origin, host: `127.0.0.1:${api.port}` };
    const body = JSON.stringify({ email: `person-${people}@example.test`, password: PASSWORD });
    const answer = await api.send("POST", "/api/v1/auth/register", headers, body);
    const { user, workspaces } = answer.json() as { user: { id: string }; workspaces: { id: string }[] };
    const cookie = String(answer.headers["set-cookie"]).split(";")[0]!;
    return { headers: { ...headers, cookie }, userId: user.id, workspaceId: workspaces[0]!.id };
  }

  async function aKey(person: Person, scopes: Scope[]): Promise<string> {
    const path = `/api/v1/workspaces/${owner.workspaceId}/api-keys`;
    return String((await post(person, path, { name: "matrix", scopes }))["token"]);
  }

  /** Asks for something that is not there, so that what is allowed does no harm. @returns "" | "forbidden" | "insufficient_scope" … */
  async function refusal({ route }: RouteAccess, headers: Record<string, string>, ws: string): Promise<string> {
    const [method, path] = route.split(" ") as [string, string];
    const filled = path.replace(":ws", ws).replace(/:\w+/g, NOBODY);
    const body = method === "GET" || method === "DELETE" ? undefined : "{}";
    const { status, json } = await api.send(method, filled, { "content-type": "application/json", ...headers }, body);
    assert.ok(status < 500 || status === 503, `${route}: ${status}`);
    return status === 401 || status === 403 ? String(json()["code"]) : status === 404 ? "not_found" : "";
  }

  const rest = () => routes.filter((route) => !route.public && route.route.includes(" /api/v1/"));

  it("are let through where a scope allows the action, and nowhere else, in every form of header", async () => {
    const inWorkspace = rest().filter(({ action }) => action !== undefined);
    assert.ok(inWorkspace.length > 25);
    let allowed = 0;
    for (const scope of SCOPE_NAMES) {
      const token = await aKey(owner, [scope]);
      const forms: Record<string, string>[] = [
        { authorization: `Bearer ${token}` },
        { authorization: `bEARER   ${token}` },
        // A browser's cookie and a foreign page change nothing.
        {
          authorization: `Bearer ${token}`,
          cookie: String(owner.headers["cookie"]),
          origin: "https://elsewhere.example",
        },
      ];
      for (const route of inWorkspace) {
        const may = scopesAllow([scope], route.action as Action);
        if (may) allowed += 1;
        for (const form of forms) {
          const answer = await refusal(route, form, owner.workspaceId);
          const words = `${scope}: ${route.route} answered ${answer}`;
          assert.equal(answer === "insufficient_scope", !may, words);
          assert.notEqual(answer, "unauthorized", words);
        }
        assert.equal(await refusal(route, forms[0]!, NOBODY), "not_found", `another workspace: ${route.route}`);
      }
    }
    assert.ok(allowed > 40);
  });

  it("are refused outside of workspaces, but where a route takes them", async () => {
    const authorization = `Bearer ${await aKey(owner, [...SCOPE_NAMES])}`;
    const outside = rest().filter(({ action }) => action === undefined);
    assert.deepEqual(
      outside.filter(({ keys }) => keys).map(({ route }) => route),
      ["GET /api/v1/auth/me", "GET /api/v1/workspaces"],
    );
    for (const route of outside) {
      // The operator's pages do not exist for others, and no key is the operator's.
      const expected = route.keys ? "" : route.route.includes("/instance/") ? "not_found" : "insufficient_scope";
      assert.equal(await refusal(route, { authorization }, ""), expected, route.route);
    }
  });

  it("show their own workspace alone", async () => {
    await post(owner, "/api/v1/workspaces", { name: "Another" });
    const headers = { authorization: `Bearer ${await aKey(owner, ["read"])}` };
    const me = (await api.send("GET", "/api/v1/auth/me", headers)).json() as { workspaces: { id: string }[] };
    const list = (await api.send("GET", "/api/v1/workspaces", headers)).json() as { data: { id: string }[] };
    for (const shown of [me.workspaces, list.data])
      assert.deepEqual(
        shown.map(({ id }) => id),
        [owner.workspaceId],
      );
  });

  it("can do less when their member may, from the next moment on", async () => {
    const admin = await aPerson();
    const { token } = await post(owner, `/api/v1/workspaces/${owner.workspaceId}/invites`, { role: "admin" });
    await post(admin, "/api/v1/workspaces/invites/accept", { token });
    const scopes = SCOPE_NAMES;
    const authorization = `Bearer ${await aKey(admin, [...scopes])}`;
    const path = `/api/v1/workspaces/${owner.workspaceId}/members/${admin.userId}`;
    for (const role of ["admin", "member", "viewer"] satisfies Role[]) {
      const change = await api.send("PATCH", path, owner.headers, JSON.stringify({ role }));
      assert.equal(change.status, 200);
      for (const route of rest().filter(({ action }) => action !== undefined)) {
        const action = route.action as Action;
        const expected = !isAtLeast(role, POLICIES[action].least)
          ? "forbidden"
          : scopesAllow(scopes, action)
            ? undefined
            : "insufficient_scope";
        // The word of the change comes through Redis: a request that is under way at this moment may be ahead of it.
        await eventually(async () => {
          const answer = await refusal(route, { authorization }, owner.workspaceId);
          return expected ? answer === expected : !["forbidden", "insufficient_scope"].includes(answer);
        }, `${role}: ${route.route}: ${expected}`);
      }
    }
  });

  it("cannot be made wider than their member, nor by other keys", async () => {
    const viewer = await aPerson();
    const invites = `/api/v1/workspaces/${owner.workspaceId}/invites`;
    const { token } = await post(owner, invites, { role: "viewer" });
    await post(viewer, "/api/v1/workspaces/invites/accept", { token });
    const path = `/api/v1/workspaces/${owner.workspaceId}/api-keys`;
    const create = (scopes: string[]) =>
      api.send("POST", path, viewer.headers, JSON.stringify({ name: "wide", scopes }));
    for (const scope of SCOPE_NAMES.filter((name) => name !== "read")) {
      const answer = await create(["read", scope]);
      assert.deepEqual([answer.status, answer.json()["code"]], [403, "scope_too_wide"], scope);
    }
    const made = (await create(["read"])).json() as { id: string };
    const wider = await api.send(
      "PATCH",
      `${path}/${made.id}`,
      viewer.headers,
      JSON.stringify({ scopes: ["read", "chat"] }),
    );
    assert.deepEqual([wider.status, wider.json()["code"]], [403, "scope_too_wide"]);
    const stranger = await aPerson();
    for (const [person, status] of [
      [stranger, 404],
      [owner, 403],
    ] as const) {
      const body = JSON.stringify({ name: "mine" });
      assert.equal((await api.send("PATCH", `${path}/${made.id}`, person.headers, body)).status, status);
    }
    const mine = await aKey(owner, ["read"]);
    assert.ok(mine);
    const all = (await api.send("GET", path, viewer.headers)).json() as { data: { userId: string }[] };
    assert.deepEqual(new Set(all.data.map(({ userId }) => userId)), new Set([viewer.userId]));
  });

  it("say what is wrong with a body, and answer 401 with the scheme that is taken", async () => {
    const path = `/api/v1/workspaces/${owner.workspaceId}/api-keys`;
    const faults: [object, number, string][] = [
      [{ scopes: ["read"] }, 400, "name"],
      [{ name: "x", scopes: [] }, 400, "scopes"],
      [{ name: "x", scopes: ["admin"] }, 400, "scopes"],
      [{ name: "x", scopes: ["read", "read"] }, 400, "scopes"],
      [{ name: "x", scopes: ["read"], budgetUsd: 5 }, 400, "budgetUsd"],
      [{ name: "x", scopes: ["read"], requestsPerMinute: 0 }, 400, "requestsPerMinute"],
      [{ name: "x", scopes: ["read"], models: [] }, 400, "models"],
      [{ name: "x", scopes: ["read"], expiresAt: "2020-01-01T00:00:00Z" }, 422, "expiresAt"],
      [{ name: "x", scopes: ["read"], token: "pk_mine" }, 400, "token"],
    ];
    for (const [body, status, field] of faults) {
      const answer = await api.send("POST", path, owner.headers, JSON.stringify(body));
      const { errors } = answer.json() as { errors?: { path: string }[] };
      assert.deepEqual([answer.status, errors?.[0]?.path], [status, field], answer.body);
    }
    const refused = await api.send("GET", path, { authorization: "Bearer pk_nothing" });
    assert.deepEqual([refused.status, refused.headers["www-authenticate"]], [401, "Bearer"]);
  });

  it("have their rate told and kept to, whatever route is asked", async () => {
    const path = `/api/v1/workspaces/${owner.workspaceId}/api-keys`;
    const { token } = await post(owner, path, { name: "slow", scopes: ["read"], requestsPerMinute: 3 });
    const headers = { authorization: `Bearer ${token}` };
    const answers = [];
    for (const route of ["/api/v1/workspaces", "/api/v1/auth/me", "/api/v1/auth/sessions", "/api/v1/workspaces"])
      answers.push(await api.send("GET", route, headers));
    assert.deepEqual(
      answers.map(({ status, headers: told }) => [status, told["x-ratelimit-remaining-requests"]]),
      [
        [200, "2"],
        [200, "1"],
        [403, "0"],
        [429, "0"],
      ],
    );
    const [last] = answers.slice(-1);
    assert.equal(last?.headers["x-ratelimit-limit-requests"], "3");
    assert.match(String(last?.headers["x-ratelimit-reset-requests"]), /^(\d+s|1m0s)$/);
    assert.ok(Number(last?.headers["retry-after"]) >= 1 && Number(last?.headers["retry-after"]) <= 20);
  });
});
