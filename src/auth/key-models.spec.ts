// A platform key with a list of models calls those alone, by whatever field of a request they are chosen.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { KeyGrant } from "./actor.js";
import { assertModel } from "./key-models.js";

test("a list of models is kept to, in every field that chooses one", () => {
  const key = { models: ["a/one", "a/two"] } as unknown as KeyGrant;
  for (const [model, request] of [
    ["a/one", {}],
    ["a/two", { models: ["a/one"], temperature: 1 }],
  ] as const)
    assertModel({ key }, model, request);
  for (const [model, request] of [
    ["a/three", {}],
    ["a/one:free", {}],
    ["A/one", {}],
    ["openrouter/auto", {}],
    ["a/one", { models: ["a/one", "a/three"] }],
    ["a/one", { models: "a/three" }],
    ["a/one", { models: [{}] }],
    ["a/one", { preset: "mine" }],
  ] as const)
    assert.throws(() => assertModel({ key }, model, request), { status: 403, code: "model_not_allowed" });
});

test("without a list, and without a key, every model goes", () => {
  assertModel({}, "a/three", { preset: "mine" });
  assertModel({ key: { models: null } as unknown as KeyGrant }, "a/three");
});
