// OpenAPI 3.0 schemas become JSON Schema 2020-12, and nothing else changes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { toSchema31 } from "./json-schema.js";

test("nullable becomes a type", () => {
  assert.deepEqual(toSchema31({ type: "string", nullable: true }), { type: ["string", "null"] });
  assert.deepEqual(toSchema31({ type: "string", enum: ["a"], nullable: true }), {
    type: ["string", "null"],
    enum: ["a", null],
  });
  assert.deepEqual(toSchema31({ allOf: [{ $ref: "#/x" }], nullable: true, description: "d" }), {
    description: "d",
    anyOf: [{ $ref: "#/x" }, { type: "null" }],
  });
  assert.deepEqual(toSchema31({ $ref: "#/x", nullable: true }), { anyOf: [{ $ref: "#/x" }, { type: "null" }] });
});

test("a schema's example becomes examples; a parameter's stays", () => {
  assert.deepEqual(toSchema31({ type: "string", example: "x" }), { type: "string", examples: ["x"] });
  assert.deepEqual(toSchema31({ name: "q", in: "query", example: "x" }), { name: "q", in: "query", example: "x" });
});

test("data inside examples and defaults is not touched", () => {
  const data = { type: "string", nullable: true, example: 1 };
  assert.deepEqual(toSchema31({ type: "object", default: data }), { type: "object", default: data });
  assert.deepEqual(toSchema31({ type: "object", example: data }), { type: "object", examples: [data] });
});

test("it reaches every level and leaves its argument alone", () => {
  const before = { properties: { list: { type: "array", items: { type: "number", nullable: true } } } };
  const copy = structuredClone(before);
  assert.deepEqual(toSchema31(before), {
    properties: { list: { type: "array", items: { type: ["number", "null"] } } },
  });
  assert.deepEqual(before, copy);
});
