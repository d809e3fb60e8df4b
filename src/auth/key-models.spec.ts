// A platform key with a list of models calls those alone, by whatever field of a request they are chosen.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { KeyGrant } from "./actor.js";
import { assertListed, assertModel } from "./key-models.js";

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

test("a plugin that chooses models is no way around the list, in whatever shape it comes", () => {
  const key = { models: ["a/one"] } as unknown as KeyGrant;
  const tried = (plugins: unknown) => () => assertModel({ key }, "a/one", { plugins });
  const valued = [{ id: "model", max_results: 3 }];
  for (const plugins of [
    undefined,
    null,
    [],
    valued,
    [{ id: "web" }],
    [{ id: "web", max_results: 3, modelling: "none" }],
  ])
    tried(plugins)();
  for (const plugins of [
    [{ id: "auto-router", allowed_models: ["a/three"] }],
    [{ id: "web" }, { id: "fusion", model: "a/three" }],
    [{ id: "fusion", analysis_models: [] }],
    [{ id: "x", options: { deep: [{ models: "a/three" }] } }],
    [{ id: "web" }, "auto-router"],
    [null],
    "auto-router",
    { id: "web" },
    0,
    false,
  ])
    assert.throws(
      tried(plugins),
      {
        status: 403,
        code: "model_not_allowed",
        message: "This platform key may call some models only: presets and plugins choose models.",
      },
      JSON.stringify(plugins),
    );
});

test("a refusal names whose list it is and the model, at no more than 200 characters of it", () => {
  const list = { whose: "This workspace", allows: (model: string) => model === "a/one" };
  const refused = (model: string, request?: Record<string, unknown>) => {
    let message = "";
    assert.throws(
      () => assertListed(list, model, request),
      (error: Error) => {
        message = error.message;
        return true;
      },
    );
    return message;
  };
  assertListed(list, "a/one");
  const any = { whose: "This workspace", allows: () => true };
  for (const fallback of [{}, null, 7])
    assert.throws(() => assertListed(any, "a/one", { models: [fallback] }), { code: "model_not_allowed" });
  assert.equal(refused("a/three"), "This workspace may not call a/three.");
  assert.equal(refused("a/one", { models: ["a/one", "a/four"] }), "This workspace may not call a/four.");
  assert.equal(refused("a/one", { models: [{ id: "a/one" }] }), 'This workspace may not call {"id":"a/one"}.');
  assert.equal(refused("m".repeat(201)), `This workspace may not call ${"m".repeat(200)}.`);
  const long = refused("a/one", { models: [{ id: "m".repeat(300) }] });
  assert.equal(long, `This workspace may not call {"id":"${"m".repeat(193)}.`);
});
