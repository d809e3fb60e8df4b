// Every write of the running API is decided on: it is seen to be an event of the audit log, or there is a reason why not.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Database } from "#libs/database/index";
import { CHAT_EVENTS } from "#src/chat/chat-socket-events";
import { type ApiFixture, startApi } from "../../apps/api/api-fixture.js";
import type { OpenApiDocument } from "../../apps/api/openapi/document.js";
import { choicesOf, requestOf } from "./attempts.js";
import { AUDITED, NOT_RELEVANT, RECORDED_LATER, type Stage } from "./audited.js";
import { buildCast, type Cast, type Headers } from "./cast.js";
import { type Route, routerTable, routesOf } from "./catalogue.js";

/** How long an act that is done after the answer may take, ms. */
const LATER_MS = 5_000;
const ROOT = join(import.meta.dirname, "..", "..", "..");

describe("the audit log", () => {
  let api: ApiFixture;
  let cast: Cast;
  let routes: Route[];
  let stage: Stage;

  before(async () => {
    api = await startApi({
      OPENROUTER_API_KEY: "sk-or-v1-of-the-audit",
      OPENROUTER_BASE_URL: "http://127.0.0.1:9",
      SMTP_URL: "smtp://127.0.0.1:9",
      MAIL_FROM: "parley@example.test",
      PUBLIC_URL: "http://parley.example.test",
      LOGIN_LIMIT: "1000",
    });
    routes = routesOf((await api.send("GET", "/api/openapi.json")).json() as unknown as OpenApiDocument);
    cast = await buildCast(api);
    const stranger = (await api.send("GET", "/api/v1/auth/me", headersOf("stranger"))).json() as {
      user: { id: string };
    };
    const path = `/api/v1/workspaces/${cast.home.workspace}/conversations`;
    const free = (await api.send("POST", path, headersOf("owner"), "{}")).json() as { id: string };
    stage = { ids: cast.home, free: free.id, joined: stranger.user.id };
  });
  after(() => api.stop());

  it("is decided on for every route that writes and every event", () => {
    // The queue dashboard is audited as a whole: apps/api/queue-dashboard.spec.ts.
    const writes = routerTable(api.app).filter(
      (route) => !/^(GET|HEAD) /.test(route) && !/ \/admin\/queues/.test(route),
    );
    const decided = [AUDITED, RECORDED_LATER, NOT_RELEVANT].flatMap(Object.keys);
    const all = [...writes, ...Object.keys(CHAT_EVENTS)];
    const open = all.filter((name) => !decided.includes(name));
    assert.deepEqual(open, [], "is it relevant to security? Say so in test/probes/audited.ts");
    assert.deepEqual(
      decided.filter((name) => !all.includes(name)),
      [],
      "these are gone",
    );
    assert.equal(new Set(decided).size, decided.length, "something is decided on twice");
  });

  it("has a spec for what is recorded later", () => {
    for (const [route, { action, spec }] of Object.entries(RECORDED_LATER)) {
      const file = join(ROOT, spec);
      assert.ok(
        existsSync(file) && readFileSync(file, "utf8").includes(action),
        `${route}: ${spec} does not know ${action}`,
      );
    }
  });

  function headersOf(as: string): Headers {
    const base = cast.headers({ name: "nobody", role: null });
    const prober = cast.people.find(({ name }) => name === as);
    return prober ? cast.headers(prober) : base;
  }

  const newest = async () =>
    (await api.app
      .get(Database, { strict: false })
      .one<{ count: number }>("SELECT count(*) AS count FROM audit_events"))!.count;

  const actions = async (from: number) => {
    const sql = "SELECT action FROM audit_events ORDER BY at, seq";
    const rows = await api.app.get(Database, { strict: false }).query<{ action: string }>(sql);
    return rows.slice(from).map(({ action }) => action);
  };

  for (const [name, { action, as = "owner", body, ids, keep }] of Object.entries(AUDITED)) {
    it(`knows ${name}`, async () => {
      const route = routes.find((one) => one.name === name);
      assert.ok(route);
      const [own] = choicesOf(route.fields, { ...stage.ids, ...ids?.(stage) }, cast.victim);
      const request = requestOf(route, own!, stage.ids);
      const sent = body ? JSON.stringify(body(stage)) : request.body;
      const before = await newest();
      const answer = await api.send(request.method, request.url, headersOf(as), sent);
      assert.ok(answer.status < 300, `${answer.status} ${answer.body}`);
      if (keep) keep(answer.json(), stage);
      let recorded = await actions(before);
      for (const until = Date.now() + LATER_MS; !recorded.includes(action) && Date.now() < until; ) {
        await sleep(20);
        recorded = await actions(before);
      }
      assert.ok(recorded.includes(action), `recorded: ${recorded.join(", ") || "nothing"}`);
    });
  }
});
