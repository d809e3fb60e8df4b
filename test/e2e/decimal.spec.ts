// The yardstick for money is itself right.
import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { plainDecimal, sumOf } from "./decimal.js";

it("writes every number's literal as a plain decimal of the same value", () => {
  const cases: [literal: string, plain: string][] = [
    ["0", "0"],
    ["0.0", "0"],
    ["-0.0", "0"],
    ["6.1642e-7", "0.00000061642"],
    ["1.5E3", "1500"],
    ["0.0076509169000000005", "0.0076509169000000005"],
    ["-12.50", "-12.5"],
    ["1e0", "1"],
  ];
  for (const [literal, plain] of cases) assert.equal(plainDecimal(literal), plain);
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const plain = plainDecimal(String(value));
      assert.match(plain, /^(-?\d+(\.\d*[1-9])?)$/);
      assert.equal(Number(plain), value === 0 ? 0 : value);
    }),
  );
});

it("adds exactly where floats would not", () => {
  assert.equal(sumOf(["0.1", "0.2"]), "0.3");
  assert.equal(sumOf([]), "0");
  assert.equal(sumOf(["9007199254740993", "0.000000000001"]), "9007199254740993.000000000001");
});
