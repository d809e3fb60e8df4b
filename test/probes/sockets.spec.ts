// Every socket event × everybody × every id: what must be refused is, in the right words, nothing changes, and nobody hears of it.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { io, type Socket } from "socket.io-client";
import { isAtLeast, POLICIES, scopesAllow } from "#src/auth/policies";
import { CHAT_EVENTS } from "#src/chat/chat-socket-events";
import { type ApiFixture, startApi } from "../../apps/api/api-fixture.js";
import type { OpenApiDocument } from "../../apps/api/openapi/document.js";
import { type Choice, choicesOf, NOTHING, withNothing } from "./attempts.js";
import { buildCast, type Cast, type Headers, type Prober } from "./cast.js";
import { type IdField, idsOf, type Schemas } from "./catalogue.js";
import { PAYLOADS } from "./fixtures.js";
import { noCredentials } from "./forms.js";
import { snapshotOf } from "./snapshot.js";

interface Ack {
  ok: boolean;
  error?: { code: string; message: string };
}
type Expected = "not_found" | "forbidden" | "insufficient_scope" | "unauthorized" | "unknown_parent" | null;

/** Fewer would mean that something is no longer generated. */
const LEAST_PROBES = 300;
const ANSWER_MS = 10_000;

describe("probes of sockets", () => {
  let api: ApiFixture;
  let cast: Cast;
  let fields: Map<string, IdField[]>;
  let untouched: Record<string, string[]>;
  let probes = 0;
  const sockets: Socket[] = [];

  before(async () => {
    api = await startApi({ REST_LIMIT: "0", REST_IP_LIMIT: "0", OPENROUTER_API_KEY: "sk-or-v1-of-the-probes" });
    const document = (await api.send("GET", "/api/openapi.json")).json() as unknown as OpenApiDocument;
    const schemas = document.components.schemas as Schemas;
    fields = new Map(
      Object.entries(CHAT_EVENTS).map(([name, event]) => [
        name,
        idsOf(name, schemas[event!.payload.name]!, "path", schemas),
      ]),
    );
    cast = await buildCast(api);
    untouched = await snapshotOf(api.app);
  });
  after(async () => {
    for (const socket of sockets) socket.disconnect();
    await api.stop();
  });

  function open(headers: Headers, auth: object = {}): Promise<Socket | string> {
    const socket = io(`http://127.0.0.1:${api.port}`, {
      transports: ["websocket"],
      forceNew: true,
      reconnection: false,
      extraHeaders: headers,
      auth,
    });
    sockets.push(socket);
    return new Promise((resolve) => {
      socket.on("connect", () => resolve(socket));
      socket.on("connect_error", (error) =>
        resolve((error as Error & { data?: { code: string } }).data?.code ?? error.message),
      );
    });
  }

  /** What the policies and the contract say; null: it may succeed. */
  function expectedOf(prober: Prober, event: string, { foreign }: Choice): Expected {
    // Leaving asks nothing and tells nothing: it only ends what this connection itself has joined.
    if (event === "conversation:leave") return null;
    if (foreign.some(({ kind }) => kind === "workspace") || prober.role === null) return "not_found";
    const { action } = CHAT_EVENTS[event]!;
    if (!isAtLeast(prober.role, POLICIES[action].least)) return "forbidden";
    if (prober.scopes && !scopesAllow(prober.scopes, action)) return "insufficient_scope";
    if (foreign.length === 0) return null;
    return foreign.every(({ name }) => name === "parentId") ? "unknown_parent" : "not_found";
  }

  const ask = (socket: Socket, event: string, { ids }: Choice): Promise<Ack> =>
    socket.timeout(ANSWER_MS).emitWithAck(event, {
      ...PAYLOADS[event]!(),
      ...Object.fromEntries([...ids].map(([{ name }, id]) => [name, id])),
    });

  it("know every event", () => {
    const missing = Object.keys(CHAT_EVENTS).filter((name) => !PAYLOADS[name]);
    assert.deepEqual(missing, [], "events without a payload in test/probes/fixtures.ts (PAYLOADS)");
  });

  it("without credentials no connection is made", async () => {
    const { host } = cast.headers(cast.people[0]!);
    const forms = noCredentials(cast.victimToken, { host: host! }).map(({ headers }) => ({
      headers: headers({}),
      auth: {},
    }));
    // A token that was given is the only credential, whatever cookie comes beside it.
    const cookie = cast.people[0]!.cookie!;
    const given = [
      "",
      "pk_nothing",
      `Bearer ${cast.victimToken}`,
      null,
      7,
      [cast.victimToken],
      { token: cast.victimToken },
    ];
    const tokens = given.map((token) => ({ headers: { cookie }, auth: { token } }));
    const ended = cast.keys.filter((key) => key.ended).map(({ token }) => ({ headers: {}, auth: { token } }));
    for (const { headers, auth } of [...forms, ...tokens, ...ended]) {
      assert.equal(await open(headers, auth), "unauthorized", JSON.stringify({ headers, auth }));
      probes += 1;
    }
    for (const origin of ["https://elsewhere.example", "null"])
      assert.equal(typeof (await open({ cookie, origin })), "string", `a page of ${origin} connects`);
  });

  async function probe(prober: Prober, socket: Socket): Promise<void> {
    for (const [event, ids] of fields) {
      const optional = ids.filter(({ name }) => name === "parentId");
      const needed = ids.filter((field) => !optional.includes(field));
      const choices = choicesOf(
        [...needed, ...optional.map((field) => ({ ...field, in: "body" as const }))],
        cast.home,
        cast.victim,
      );
      for (const choice of choices) {
        const expected = expectedOf(prober, event, choice);
        if (expected === null) continue;
        const answer = await ask(socket, event, choice);
        const words = `${prober.name}: ${event}, ${choice.name}: ${JSON.stringify(answer)}`;
        assert.deepEqual([answer.ok, answer.error?.code], [false, expected], words);
        assert.deepEqual(
          answer,
          await ask(socket, event, withNothing(choice)),
          `${words}: tells it from what never was`,
        );
        probes += 1;
      }
    }
  }

  it("nobody reaches another workspace's things, and no role does more than its own", async () => {
    const heard: string[] = [];
    await Promise.all(
      [...cast.people, ...cast.keys]
        .filter(({ ended }) => !ended)
        .map(async (prober) => {
          const { cookie, token } = prober;
          const socket = await open(cookie ? { cookie } : {}, token ? { token } : {});
          assert.ok(typeof socket !== "string", `${prober.name}: ${socket as string}`);
          socket.onAny((event: string, ...args: unknown[]) =>
            heard.push(`${prober.name} heard ${event} ${JSON.stringify(args)}`),
          );
          await probe(prober, socket);
        }),
    );
    assert.deepEqual(heard, []);
  });

  it("have changed nothing in the whole database", async (test) => {
    assert.deepEqual(await snapshotOf(api.app), untouched);
    test.diagnostic(`${probes} probes of ${fields.size} events, 0 succeeded`);
    assert.ok(probes > LEAST_PROBES, `${probes} probes`);
  });

  it("would have succeeded with the right ids and role", async () => {
    const { cookie } = cast.people.find(({ role }) => role === "owner")!;
    const socket = await open({ cookie: cookie! });
    assert.ok(typeof socket !== "string");
    for (const [event, ids] of fields) {
      const needed = ids.filter(({ name }) => name !== "parentId");
      const [own] = choicesOf(needed, cast.home, cast.victim);
      const answer = await ask(socket, event, own!);
      const code = answer.error?.code ?? "";
      assert.ok(!["not_found", "forbidden", "insufficient_scope", "unauthorized"].includes(code), `${event}: ${code}`);
      assert.ok(![...own!.ids.values()].includes(NOTHING));
    }
  });
});
