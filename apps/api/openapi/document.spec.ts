// The document of the API: complete, true 3.1, and the same as the committed files.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { emptySchemas, type OpenApiDocument } from "./document.js";
import { clientTypes, currentDocument, documentText } from "./generate.js";
import { isJson, type Json } from "./json-schema.js";

const ROOT = join(import.meta.dirname, "../../../..");
const OUTDATED = "is out of date: run node dist/apps/api/write-openapi.js";

let document: OpenApiDocument;
before(async () => {
  document = await currentDocument();
});

function operations(): { where: string; path: string; method: string; operation: Json }[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Json).map(([method, operation]) => ({
      where: `${method.toUpperCase()} ${path}`,
      path,
      method,
      operation: operation as Json,
    })),
  );
}

function everyObject(value: unknown, visit: (value: Json) => void): void {
  if (Array.isArray(value)) for (const item of value) everyObject(item, visit);
  if (!isJson(value)) return;
  visit(value);
  for (const inner of Object.values(value)) everyObject(inner, visit);
}

test("the routes of the contract that exist are in it", () => {
  const present = new Set(operations().map(({ where }) => where));
  const ws = "/api/v1/workspaces/{ws}";
  for (const where of [
    "POST /api/v1/auth/register",
    "POST /api/v1/auth/login",
    "GET /api/v1/auth/me",
    "GET /api/v1/workspaces",
    `GET ${ws}/members`,
    `POST ${ws}/conversations`,
    `POST ${ws}/conversations/{id}/messages`,
    `GET ${ws}/messages/{id}/events`,
    `POST ${ws}/vault/keys`,
    `GET ${ws}/models`,
    `GET ${ws}/analytics/calls`,
    `GET ${ws}/limits`,
    "GET /health/ready",
  ]) {
    assert.ok(present.has(where), where);
  }
});

test("no schema is empty", () => {
  assert.deepEqual(emptySchemas(document), []);
  assert.ok(Object.keys(document.components.schemas).length > 20);
});

test("every schema is JSON Schema 2020-12, and every reference leads somewhere", () => {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, allowUnionTypes: true });
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  ajv.addFormat("decimal", true);
  ajv.addFormat("binary", true);
  ajv.addVocabulary([
    "components",
    "paths",
    "info",
    "openapi",
    "tags",
    "servers",
    "security",
    "jsonSchemaDialect",
    "discriminator",
  ]);
  ajv.addSchema({ $id: "openapi", components: document.components });
  for (const name of Object.keys(document.components.schemas)) {
    assert.doesNotThrow(() => ajv.compile({ $ref: `openapi#/components/schemas/${name}` }), name);
  }
  everyObject(document, (value) => {
    assert.ok(!("nullable" in value), JSON.stringify(value).slice(0, 200));
    const ref = value["$ref"];
    if (typeof ref !== "string") return;
    const target = ref
      .slice(2)
      .split("/")
      .reduce<unknown>((at, part) => (isJson(at) ? at[part] : undefined), document);
    assert.ok(target !== undefined, ref);
  });
});

test("every operation has an id of its own, words, a good answer and its problems", () => {
  const ids = new Set<unknown>();
  for (const { where, path, method, operation } of operations()) {
    assert.ok(!ids.has(operation["operationId"]), where);
    ids.add(operation["operationId"]);
    assert.ok(operation["summary"], where);
    const responses = operation["responses"] as Record<string, Json>;
    const good = Object.keys(responses).filter((status) => status < "400");
    assert.ok(good.length > 0, where);
    for (const [status, response] of Object.entries(responses)) {
      assert.ok(response["description"], `${where} ${status}`);
      if (status < "300" && status !== "204") assert.ok(response["content"], `${where} ${status} has no body's schema`);
    }
    if (!path.startsWith("/api/")) continue;
    const isPublic = Array.isArray(operation["security"]) && operation["security"].length === 0;
    const expected = [
      "429",
      "500",
      "503",
      ...(isPublic ? [] : ["401"]),
      ...(method === "post" ? ["400", "413", "415", "422"] : []),
    ];
    for (const status of expected) {
      assert.ok(isJson(responses[status]?.["content"]), `${where} ${status}`);
      assert.ok("application/problem+json" in (responses[status]["content"] as Json), `${where} ${status}`);
    }
    const parameters = operation["parameters"] as Json[];
    const named = parameters.filter((parameter) => parameter["in"] === "path").map((parameter) => parameter["name"]);
    assert.deepEqual(named.sort(), [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort(), where);
    assert.equal(
      parameters.some((parameter) => String(parameter["$ref"]).endsWith("IdempotencyKey")),
      method === "post",
      where,
    );
  }
});

test("the socket's events of the contract are in it, with schemas", () => {
  const events = document["x-socket-events"] as { fromClient: Json; fromServer: Json };
  assert.deepEqual(Object.keys(events.fromClient).sort(), [
    "conversation:join",
    "conversation:leave",
    "draft:update",
    "message:continue",
    "message:edit",
    "message:regenerate",
    "message:send",
    "message:stop",
    "workspace:join",
  ]);
  for (const event of ["created", "delta", "restarted", "completed", "stopped", "interrupted", "failed", "settled"]) {
    assert.ok(isJson(events.fromServer[`message:${event}`]), event);
  }
});

test("docs/openapi.json is up to date", async () => {
  assert.equal(
    await readFile(join(ROOT, "docs/openapi.json"), "utf8"),
    documentText(document),
    `docs/openapi.json ${OUTDATED}`,
  );
});

test("the client's generated types are up to date", async () => {
  const committed = await readFile(join(ROOT, "libs/client/openapi.generated.ts"), "utf8");
  assert.equal(committed, await clientTypes(document), `libs/client/openapi.generated.ts ${OUTDATED}`);
});
