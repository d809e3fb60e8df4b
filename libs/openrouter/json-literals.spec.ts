// Money keeps the digits of its JSON text, in the object that it stands in.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseChunk, parseJsonWithMoney } from "./json-literals.js";

test("a cost keeps digits that a double cannot hold", () => {
  const text = '{"usage":{"cost":0.12345678901234567890123,"cost_details":{"upstream_inference_cost":1.5E-7}}}';
  for (const parse of [parseJsonWithMoney, parseChunk]) {
    const { value, literals } = parse(text);
    const usage = Reflect.get(value as object, "usage") as { cost_details: object };
    assert.equal(literals.decimal(usage, "cost"), "0.12345678901234567890123");
    assert.equal(literals.decimal(usage.cost_details, "upstream_inference_cost"), "0.00000015");
  }
});

test("the same key in another object is another number", () => {
  const { value, literals } = parseJsonWithMoney(
    '{"a":{"cost":1.10},"b":{"cost":2e0},"cost":null,"c":{"cost":"0.30"}}',
  );
  const { a, b, c } = value as Record<string, object>;
  assert.equal(literals.decimal(a, "cost"), "1.1");
  assert.equal(literals.decimal(b, "cost"), "2");
  assert.equal(literals.decimal(c, "cost"), "0.3");
  assert.equal(literals.decimal(value, "cost"), null);
  assert.equal(literals.decimal(undefined, "cost"), null);
});

test("a cost that is spoken of in a text is not a cost", () => {
  const { value, literals } = parseChunk('{"usage":{"note":"\\"cost\\": 0.5, cost","cost":0.25}}');
  assert.equal(literals.decimal(Reflect.get(value as object, "usage"), "cost"), "0.25");
});

test("what is no JSON is a SyntaxError", () => {
  assert.throws(() => parseChunk('{"cost":'), SyntaxError);
  assert.throws(() => parseChunk("{"), SyntaxError);
});

test("whatever the digits, the quick way and the careful one read the same cost", () => {
  const digits = fc.stringMatching(/^(0|[1-9]\d{0,24})(\.\d{1,30})?([eE][+-]?\d{1,2})?$/);
  fc.assert(
    fc.property(digits, digits, fc.string(), (cost, upstream, content) => {
      const text = `{"content":${JSON.stringify(content)},"usage":{"cost":${cost},"cost_details":{"upstream_inference_cost" : ${upstream}}}}`;
      const [quick, careful] = [parseChunk, parseJsonWithMoney].map((parse) => {
        const { value, literals } = parse(text);
        const usage = Reflect.get(value as object, "usage") as { cost_details: object };
        return [literals.decimal(usage, "cost"), literals.decimal(usage.cost_details, "upstream_inference_cost")];
      });
      assert.deepEqual(quick, careful);
      assert.notEqual(quick![0], null);
    }),
    { numRuns: 2_000 },
  );
});
