// The check of answers against the OpenAPI document finds each kind of deviation: a check that passes all would prove nothing.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, it } from "node:test";
import { DocumentCheck } from "./document-check.js";

const Thing = {
  type: "object",
  properties: { id: { type: "string", format: "uuid" }, name: { type: ["string", "null"] } },
  required: ["id", "name"],
  additionalProperties: false,
};
const json = (schema: object) => ({ content: { "application/json": { schema } } });
const DOCUMENT = {
  openapi: "3.1.0",
  paths: {
    "/api/v1/things/{id}": {
      get: { responses: { 200: json({ $ref: "#/components/schemas/Thing" }), 404: json({ type: "object" }) } },
      delete: { responses: { 204: {} } },
    },
    "/api/v1/things/newest": { get: { responses: { 200: json({ const: "newest" }) } } },
  },
  components: { schemas: { Thing } },
};
const GOOD = { id: "0190f5fe-7c00-7a00-8000-000000000001", name: null };

const server = createServer((_request, response) => {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(DOCUMENT));
});
let check: DocumentCheck;
let origin: string;

before(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  check = await DocumentCheck.of(origin);
});
after(() => server.close());

function verify(
  method: string,
  path: string,
  status: number,
  body?: unknown,
  type = "application/json",
): Promise<void> {
  const response = new Response(body === undefined ? null : JSON.stringify(body), {
    status,
    headers: { "content-type": type },
  });
  return check.verify({ method, url: `${origin}${path}`, response });
}

it("lets pass what is documented", async () => {
  await verify("GET", "/api/v1/things/7", 200, GOOD);
  await verify("GET", "/api/v1/things/newest", 200, "newest");
  await verify("DELETE", "/api/v1/things/7", 204);
  await verify("GET", "/api/v1/nothing", 404, {});
  await verify("GET", "/elsewhere", 500, {});
});

const deviations: [name: string, ...Parameters<typeof verify>][] = [
  ["a route that is not there", "GET", "/api/v1/secret", 200, {}],
  ["a method that is not there", "PATCH", "/api/v1/things/7", 200, GOOD],
  ["a status that is not there", "GET", "/api/v1/things/7", 500, {}],
  ["a content type that is not there", "GET", "/api/v1/things/7", 200, GOOD, "text/html"],
  ["a missing field", "GET", "/api/v1/things/7", 200, { id: GOOD.id }],
  ["a field too many", "GET", "/api/v1/things/7", 200, { ...GOOD, secret: 1 }],
  ["a value of the wrong type", "GET", "/api/v1/things/7", 200, { ...GOOD, name: 7 }],
  ["a value of the wrong format", "GET", "/api/v1/things/7", 200, { ...GOOD, id: "7" }],
];
for (const [name, ...exchange] of deviations) {
  it(`reports ${name}`, async () => {
    await assert.rejects(verify(...exchange));
  });
}
