// The rules of a workspace: what is allowed is a list of names as they are written, and aliases go no way around it.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { KeyGrant } from "#src/auth/actor";
import { ModelRules, NO_RULES } from "./model-rules.js";

const rules = (row: Partial<ModelRules["row"]>) =>
  new ModelRules({ allowed: null, defaultModel: null, aliases: {}, ...row });
const keyFor = (...models: string[]) => ({ key: { models } as unknown as KeyGrant });
const REFUSED = { status: 403, code: "model_not_allowed" };
const id = fc.stringMatching(/^[a-z]{1,3}\/[a-z]{1,3}(:free)?$/);

describe("the rules of a workspace", () => {
  it("allow everything until something is said", () => {
    assert.deepEqual(NO_RULES.admit({}, "any/thing", { preset: "x", plugins: [{ models: ["y"] }] }), {
      model: "any/thing",
      alias: null,
    });
    assert.equal(NO_RULES.trivial, true);
  });

  it("allow exactly what is listed, and all of a vendor", () => {
    fc.assert(
      fc.property(fc.uniqueArray(id, { maxLength: 5 }), fc.constantFrom("a", "ab", "b"), id, (ids, vendor, asked) => {
        const wanted = ids.includes(asked) || asked.split("/")[0] === vendor;
        assert.equal(rules({ allowed: [...ids, `${vendor}/*`] }).allows(asked), wanted);
      }),
    );
    assert.throws(() => rules({ allowed: [] }).admit({}, "a/one"), REFUSED);
  });

  it("cannot be walked around by aliases, fallbacks, presets and plugins", () => {
    const some = rules({ allowed: ["a/one"], aliases: { fast: "a/one", other: "b/two" } });
    assert.deepEqual(some.admit({}, "fast", { models: ["a/one"] }), { model: "a/one", alias: "fast" });
    for (const [model, request] of [
      ["other", {}],
      ["b/two", {}],
      ["a/one:free", {}],
      ["A/one", {}],
      ["toString", {}],
      ["openrouter/auto", {}],
      ["a/one", { models: ["b/two"] }],
      ["a/one", { models: "b/two" }],
      ["a/one", { preset: "mine" }],
      ["a/one", { plugins: [{ id: "fusion", models: ["b/two"] }] }],
    ] as const)
      assert.throws(() => some.admit({}, model, request), REFUSED, model);
  });

  it("let a key for a model use its alias, and a key for an alias follow it", () => {
    const some = rules({ aliases: { fast: "a/one" } });
    assert.equal(some.admit(keyFor("a/one"), "fast").model, "a/one");
    assert.equal(some.admit(keyFor("fast"), "fast").model, "a/one");
    assert.throws(() => some.admit(keyFor("fast"), "a/one"), REFUSED);
    assert.throws(() => some.admit(keyFor("b/two"), "fast"), REFUSED);
    assert.throws(
      () => rules({ allowed: ["b/two"], aliases: { fast: "a/one" } }).admit(keyFor("fast"), "fast"),
      REFUSED,
    );
  });

  it("mention each model once: allowed ones, the default's and those of aliases", () => {
    const aliases = { fast: "b/two", quick: "c/three" };
    const some = rules({ allowed: ["a/one", "b/two", "c/*"], defaultModel: "fast", aliases });
    assert.deepEqual(some.mentioned, ["a/one", "b/two", "c/*", "c/three"]);
    assert.deepEqual(rules({ defaultModel: "d/four" }).mentioned, ["d/four"]);
    assert.deepEqual(NO_RULES.mentioned, []);
  });
});
