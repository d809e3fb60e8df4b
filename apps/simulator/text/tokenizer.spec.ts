// The tokenizer loses nothing and counts what it splits.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { countTokens, tokenize } from "./tokenizer.js";

test("tokens joined are the text, and the count is their number", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" })), (text) => {
      const tokens = tokenize(text);
      assert.equal(tokens.join(""), text);
      assert.equal(countTokens(text), tokens.length);
      assert.ok(tokens.every((token) => token !== ""));
    }),
  );
});

test("ordinary prose has roughly one token a word", () => {
  assert.deepEqual(tokenize("Hello there, 2026!"), ["Hello", " there", ",", " ", "202", "6", "!"]);
});
