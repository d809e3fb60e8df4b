// What goes out with each call, and how whatever comes back becomes a result or an error.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CookieJar } from "./cookie-jar.js";
import { type ConnectionOptions, Http } from "./http.js";
import { createClient } from "./rest.js";

type Sent = { url: string; init: RequestInit & { headers: Record<string, string> } };

/** A stand-in for the network: notes what is sent, and answers with what it is given. */
function network(...answers: (Response | Error)[]): { fetch: typeof fetch; sent: Sent[] } {
  const sent: Sent[] = [];
  const fake = async (url: unknown, init: unknown): Promise<Response> => {
    sent.push({ url: String(url), init: init as Sent["init"] });
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer ?? Response.json({});
  };
  return { fetch: fake as typeof fetch, sent };
}

const baseUrl = "https://chat.example.test";
const at = (options: Partial<ConnectionOptions>): ConnectionOptions => ({ baseUrl, ...options });

describe("a call", () => {
  it("carries a platform key as bearer, and no cookie", async () => {
    const { fetch, sent } = network();
    await new Http(at({ fetch, token: "pk_secret" })).json("GET", "/x", { query: { limit: 2, cursor: undefined } });
    assert.equal(sent[0]?.url, `${baseUrl}/x?limit=2`);
    assert.equal(sent[0]?.init.headers["authorization"], "Bearer pk_secret");
    assert.equal(sent[0]?.init.headers["cookie"], undefined);
  });

  it("keeps the session's cookie and names its own origin, as a browser would", async () => {
    const signedIn = Response.json({}, { headers: { "set-cookie": "parley_session=abc; HttpOnly" } });
    const { fetch, sent } = network(signedIn);
    const http = new Http(at({ fetch, cookies: new CookieJar() }));
    await http.json("POST", "/login", { body: { a: 1 } });
    await http.json("POST", "/next");
    assert.equal(sent[0]?.init.body, '{"a":1}');
    assert.equal(sent[0]?.init.headers["content-type"], "application/json");
    assert.deepEqual(
      [sent[1]?.init.headers["cookie"], sent[1]?.init.headers["origin"]],
      ["parley_session=abc", baseUrl],
    );
    assert.equal(sent[1]?.init.headers["content-type"], undefined);
  });

  it("fills ids into paths so that they stay ids", async () => {
    const { fetch, sent } = network();
    await createClient(at({ fetch })).workspace("../x").conversations.get("a/b?c");
    assert.equal(sent[0]?.url, `${baseUrl}/api/v1/workspaces/..%2Fx/conversations/a%2Fb%3Fc`);
  });

  it("can be given up", async () => {
    const { fetch } = network(Object.assign(new Error("gone"), { name: "AbortError" }));
    await assert.rejects(new Http(at({ fetch })).json("GET", "/x"), { code: "aborted", retryable: false });
  });
});

describe("an error", () => {
  const problem = {
    type: "x",
    title: "Invalid input",
    status: 422,
    detail: "content: is empty",
    code: "invalid_input",
    requestId: "r1",
    errors: [{ path: "content", message: "is empty" }],
  };
  const answers: [name: string, answer: Response | Error, expected: object][] = [
    [
      "tells the problem's code, fields and request",
      Response.json(problem, { status: 422 }),
      {
        code: "invalid_input",
        message: problem.detail,
        status: 422,
        retryable: false,
        errors: problem.errors,
        requestId: "r1",
      },
    ],
    [
      "is made of a proxy's page too",
      new Response("<h1>Bad gateway</h1>", { status: 502, headers: { "x-request-id": "r2" } }),
      { code: "http_502", status: 502, retryable: true, requestId: "r2" },
    ],
    [
      "tells how long to wait",
      Response.json(
        { ...problem, code: "too_many_requests", status: 429 },
        { status: 429, headers: { "retry-after": "3" } },
      ),
      { code: "too_many_requests", retryable: true, retryAfterMs: 3000 },
    ],
    ["says that nobody answered", new TypeError("fetch failed"), { code: "network", status: 0, retryable: true }],
    ["says that a good answer is no JSON", new Response("hello"), { code: "bad_answer", status: 200 }],
  ];
  for (const [name, answer, expected] of answers) {
    it(name, async () => {
      const { fetch } = network(answer);
      await assert.rejects(new Http(at({ fetch })).json("GET", "/x"), expected);
    });
  }

  it("comes out of the typed routes the same", async () => {
    const { fetch } = network(Response.json(problem, { status: 422 }));
    await assert.rejects(createClient(at({ fetch })).auth.me(), { code: "invalid_input", status: 422 });
  });
});
