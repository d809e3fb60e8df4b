// Every route × everybody × every id × every way to send credentials: what must be refused is, in the right words, and nothing changes.
import assert from "node:assert/strict";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import type { FastifyInstance } from "fastify";
import { type ApiFixture, startApi } from "../../apps/api/api-fixture.js";
import type { OpenApiDocument } from "../../apps/api/openapi/document.js";
import { type Choice, choicesOf, expectedOf, missingFor, type Request, requestOf, withNothing } from "./attempts.js";
import { buildCast, type Cast, type Headers, type Prober, VICTIM_WORD } from "./cast.js";
import { type Route, routerTable, routesOf } from "./catalogue.js";
import { BESIDE_THE_DOCUMENT } from "./fixtures.js";
import { besideCookie, COOKIE_FORMS, type Form, KEY_FORMS, noCredentials } from "./forms.js";
import { snapshotOf } from "./snapshot.js";

/** Requests that are under way at once. */
const AT_ONCE = 16;
/** Fewer would mean that something is no longer generated. */
const LEAST_PROBES = 5_000;
const GATEWAY_PATHS = [
  "POST /v1/chat/completions",
  "POST /v1/embeddings",
  "POST /v1/responses",
  "GET /v1/models",
  "GET /v1/models/sim/plain",
];

interface Answer {
  status: number;
  body: string;
}

/** A list of nothing, as JSON or as CSV with its head alone. */
function isEmptyList(body: string): boolean {
  if (body.startsWith("{")) return (JSON.parse(body) as { data: unknown[] }).data.length === 0;
  return body.trim().split("\r\n").length === 1;
}

describe("probes of REST", () => {
  let api: ApiFixture;
  let cast: Cast;
  let routes: Route[];
  let probes = 0;
  let untouched: Record<string, string[]>;

  before(async () => {
    // No rate: what is probed here is who may, not how often. The provider's address leads nowhere.
    api = await startApi({
      REST_LIMIT: "0",
      REST_IP_LIMIT: "0",
      LOGIN_LIMIT: "100000",
      OPENROUTER_API_KEY: "sk-or-v1-of-the-probes",
      OPENROUTER_BASE_URL: "http://127.0.0.1:9",
    });
    const document = (await api.send("GET", "/api/openapi.json")).json() as unknown as OpenApiDocument;
    routes = routesOf(document);
    cast = await buildCast(api);
    untouched = await snapshotOf(api.app);
  });
  after(() => api.stop());

  async function send({ method, url, body }: Request, headers: Headers): Promise<Answer> {
    const fastify = api.app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
    const payload = body === undefined ? {} : { payload: body };
    const answer = await fastify.inject({ method: method as "GET", url, headers, payloadAsStream: true, ...payload });
    const stream = answer.stream();
    // A stream of events has no end: its head is enough.
    if (/^text\/event-stream/.test(String(answer.headers["content-type"]))) stream.destroy();
    else return { status: answer.statusCode, body: await text(stream) };
    return { status: answer.statusCode, body: "" };
  }

  async function inParallel<T>(jobs: readonly T[], run: (job: T) => Promise<void>): Promise<void> {
    let next = 0;
    const lane = async () => {
      while (next < jobs.length) await run(jobs[next++]!);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  }

  /** What an answer says, without what differs by chance. */
  function essence({ status, body }: Answer, { ids }: Choice): unknown {
    const said = [...ids.values()].reduce((text, id) => text.replaceAll(id, "ID"), body);
    const { instance: _at, requestId: _id, ...rest } = JSON.parse(said || "{}") as Record<string, unknown>;
    return { status, ...rest };
  }

  it("know every route", () => {
    const missing = routes.flatMap((route) => missingFor(route) ?? []);
    assert.deepEqual(missing, [], `\n  ${missing.join("\n  ")}\n`);
    const documented = new Set(routes.flatMap(({ name }) => [name, name.replace(/^GET /, "HEAD ")]));
    const unknown = routerTable(api.app).filter(
      (route) => !documented.has(route) && !BESIDE_THE_DOCUMENT.some((known) => known.routes.test(route)),
    );
    assert.deepEqual(
      unknown,
      [],
      "routes that nobody probes: add them to the document, or to BESIDE_THE_DOCUMENT with a reason",
    );
    const served = new Set(routerTable(api.app));
    assert.deepEqual(
      routes.map(({ name }) => name).filter((name) => !served.has(name)),
      [],
      "the router's table is read wrongly",
    );
  });

  it("without credentials nothing is served", async () => {
    const { origin, host } = cast.headers(cast.people[0]!);
    const base = { "content-type": "application/json", origin: origin!, host: host! };
    const closed = routes.filter(
      ({ isPublic, path }) => !isPublic && path !== "/metrics" && !path.startsWith("/health/"),
    );
    const jobs = closed.flatMap((route) =>
      choicesOf(route.fields, cast.home, cast.victim).flatMap((choice) =>
        noCredentials(cast.victimToken, base).map((form) => ({ route, choice, form })),
      ),
    );
    const gateway = GATEWAY_PATHS.flatMap((name) =>
      noCredentials(cast.victimToken, base).map((form) => ({ name, form })),
    );
    await inParallel(jobs, async ({ route, choice, form }) => {
      const answer = await send(requestOf(route, choice, cast.home), form.headers({}));
      assert.equal(answer.status, 401, `${route.name}, ${choice.name}, ${form.name}: ${answer.status} ${answer.body}`);
      probes += 1;
    });
    await inParallel(gateway, async ({ name, form }) => {
      const [method, url] = name.split(" ") as [string, string];
      const answer = await send({ method, url, body: method === "POST" ? "{}" : undefined }, form.headers({}));
      assert.equal(answer.status, 401, `${name}, ${form.name}: ${answer.status} ${answer.body}`);
      probes += 1;
    });
  });

  const formsOf = (prober: Prober): Form[] =>
    prober.token ? [...KEY_FORMS, besideCookie(cast.people.find(({ role }) => role === "owner")!)] : COOKIE_FORMS;

  async function probe(prober: Prober, route: Route): Promise<void> {
    for (const [index, choice] of choicesOf(route.fields, cast.home, cast.victim).entries()) {
      const expected = expectedOf(prober, route, choice);
      if (expected === null) continue;
      // Every form for one's own ids and the first foreign ones; what is left is asked for in the plain form.
      const forms = formsOf(prober).slice(0, index < 2 ? undefined : 1);
      const own = cast.headers(prober);
      // What never existed is asked for first: the victim's things must answer in the same words.
      const nothing = withNothing(choice);
      const reference = await send(requestOf(route, nothing, cast.home), own);
      for (const form of forms) {
        const writes = route.method !== "GET";
        const answer = await send(requestOf(route, choice, cast.home), form.headers(own));
        const words = `${prober.name}, ${form.name}: ${route.name}, ${choice.name}: ${answer.status} ${answer.body}`;
        probes += 1;
        if (form.also === answer.status) continue;
        if (form.writesAnswer && writes) assert.equal(answer.status, form.writesAnswer, words);
        else if (expected === "nothing") {
          assert.equal(answer.status, 200, words);
          assert.ok(isEmptyList(answer.body), words);
        } else {
          const right = expected === "unknown" ? [404, 422] : [expected];
          assert.ok(right.includes(answer.status), `${words}\nexpected ${right.join(" or ")}`);
          assert.deepEqual(essence(answer, choice), essence(reference, nothing), words);
        }
      }
    }
  }

  it("nobody reaches another workspace's things, and no role does more than its own", async () => {
    const closed = routes.filter(({ isPublic, path }) => !isPublic && path.startsWith("/api/v1/"));
    const jobs = [...cast.people, ...cast.keys].flatMap((prober) => closed.map((route) => ({ prober, route })));
    const holes: unknown[] = [];
    await inParallel(jobs, ({ prober, route }) =>
      probe(prober, route).catch((error: Error) => void holes.push(error.message)),
    );
    assert.deepEqual(holes, [], holes.slice(0, 30).join("\n"));
  });

  it("keys without its scope do not reach the gateway, nor do cookies", async () => {
    for (const prober of [...cast.people, ...cast.keys]) {
      const may = prober.scopes?.includes("gateway") && prober.role !== null && prober.role !== "viewer";
      if (may || prober.name === "key elsewhere") continue;
      const expected = !prober.token || prober.ended ? 401 : 403;
      for (const form of formsOf(prober)) {
        for (const name of GATEWAY_PATHS) {
          const [method, url] = name.split(" ") as [string, string];
          const answer = await send(
            { method, url, body: method === "POST" ? "{}" : undefined },
            form.headers(cast.headers(prober)),
          );
          const foreign = form.writesAnswer && method === "POST" ? form.writesAnswer : expected;
          assert.equal(
            answer.status,
            foreign,
            `${prober.name}, ${form.name}: ${name}: ${answer.status} ${answer.body}`,
          );
          probes += 1;
        }
      }
    }
  });

  it("have changed nothing in the whole database", async (test) => {
    assert.deepEqual(await snapshotOf(api.app), untouched);
    test.diagnostic(`${probes} probes of ${routes.length} routes, 0 succeeded`);
    assert.ok(probes > LEAST_PROBES, `${probes} probes`);
  });

  it("would have succeeded with the right ids and role", async () => {
    const owner = cast.people.find(({ role }) => role === "owner")!;
    const depth = ({ path, method }: Route) =>
      method === "DELETE" ? -path.length : method === "GET" ? -2_000 : -1_000;
    const mine = routes.filter(({ action }) => action !== undefined && action !== "operator");
    for (const route of mine.toSorted((one, other) => depth(one) - depth(other))) {
      // After the first nothing is the owner's any more; without a provider there are no models.
      if (route.action === "workspace.transfer" || route.path.includes("{model}")) continue;
      const [own] = choicesOf(route.fields, cast.home, cast.victim);
      const answer = await send(requestOf(route, own!, cast.home), cast.headers(owner));
      assert.ok(![401, 403, 404].includes(answer.status), `${route.name}: ${answer.status}`);
      // Lists, reports, exports and the rest hold nothing that belongs to the victim's workspace.
      const theirs = Object.entries({ ...cast.victim, word: VICTIM_WORD });
      const leaked = theirs.filter(([, text]) => answer.body.includes(text));
      assert.deepEqual(leaked, [], `${route.name} shows what is the victim's`);
    }
  });
});
