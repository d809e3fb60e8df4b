// What the budgets go by when a request says odd things about the length of its answers.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { choicesOf, longestAnswer, withLongestAnswer } from "./answer-limits.js";

const NAMES = ["max_tokens", "max_completion_tokens"] as const;

describe("the longest answer that a request allows", () => {
  it("is the highest of its limits: nobody knows which one the provider goes by", () => {
    assert.equal(longestAnswer({ max_tokens: 1, max_completion_tokens: 9_000 }, NAMES), 9_000);
    assert.equal(longestAnswer({ max_tokens: 30, max_completion_tokens: null }, NAMES), 30);
    assert.equal(longestAnswer({}, NAMES), null);
  });

  it("has no limit where one of them is none", () => {
    for (const odd of [-1, 0, 10.5, Number.POSITIVE_INFINITY, "5", {}])
      assert.equal(longestAnswer({ max_tokens: odd, max_completion_tokens: 20 }, NAMES), null, String(odd));
  });

  it("is lowered in every field that was given, and raised in none", () => {
    const odd = { max_tokens: -1, max_completion_tokens: 9_000, seed: 3 };
    assert.deepEqual(withLongestAnswer(odd, NAMES, 50), { max_tokens: 50, max_completion_tokens: 50, seed: 3 });
    const both = { max_tokens: 1, max_completion_tokens: 9_000 };
    assert.deepEqual(withLongestAnswer(both, NAMES, 50), { max_tokens: 1, max_completion_tokens: 50 });
    assert.deepEqual(withLongestAnswer({ max_tokens: null }, NAMES, 50), { max_tokens: 50 });
    assert.deepEqual(withLongestAnswer({ max_completion_tokens: 60 }, NAMES, 50), { max_completion_tokens: 50 });
  });
});

it("answers to one prompt are a whole number of 1 or more", () => {
  const asked = [undefined, null, "3", -3, 0, 0.5, 1, 1.5, 4, Number.POSITIVE_INFINITY];
  assert.deepEqual(asked.map(choicesOf), [1, 1, 1, 1, 1, 1, 1, 2, 4, 1_000_000]);
});
