// The rank statistic: 0.5 for what is alike, 1 and 0 for what is apart, whatever a few wild values do.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chance, shareAbove } from "./ranks.js";

const series = fc.array(fc.double({ noNaN: true, min: 0, max: 1e6 }), { minLength: 1, maxLength: 30 });

test("the share of pairs above is what it is by definition, and the other side is the rest", () => {
  assert.equal(shareAbove([1, 2, 3], [1, 2, 3]), 0.5);
  assert.equal(shareAbove([5, 6], [1, 2]), 1);
  assert.equal(shareAbove([1, 2], [5, 6]), 0);
  assert.equal(shareAbove([1, 9], [2, 3]), 0.5);
  fc.assert(
    fc.property(series, series, (a, b) => {
      assert.ok(Math.abs(shareAbove(a, b) + shareAbove(b, a) - 1) < 1e-9);
      // Only the order counts.
      const stretched = (values: number[]) => values.map((value) => value * 1_024);
      assert.equal(shareAbove(stretched(a), stretched(b)), shareAbove(a, b));
    }),
  );
});

test("chance keeps within its limit, and a shift of a deviation does not", () => {
  const limit = chance(60, 60, 4);
  let outside = 0;
  for (let run = 0; run < 300; run++) {
    const draw = (shift: number) => Array.from({ length: 60 }, () => Math.random() + Math.random() + shift);
    if (Math.abs(shareAbove(draw(0), draw(0)) - 0.5) > limit) outside += 1;
    assert.ok(shareAbove(draw(0.8), draw(0)) - 0.5 > limit);
  }
  // Four deviations: 6 in 100,000 runs.
  assert.ok(outside <= 3, `${outside}`);
});
