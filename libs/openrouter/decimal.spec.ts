// Exact decimals: known literals, and agreement with integer arithmetic for generated ones.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decimalFromLiteral, decimalOrNull } from "./decimal.js";

const KNOWN: readonly (readonly [literal: string, decimal: string])[] = [
  ["6.1642e-7", "0.00000061642"],
  ["0.0076509169000000005", "0.0076509169000000005"],
  ["0.0004970133333333333", "0.0004970133333333333"],
  ["6e-08", "0.00000006"],
  ["0", "0"],
  ["0.0", "0"],
  ["-0", "0"],
  ["0e5", "0"],
  ["1E2", "100"],
  ["1.50", "1.5"],
  ["12.5e+1", "125"],
  ["123.456e-2", "1.23456"],
  ["-1.2e-3", "-0.0012"],
  ["100", "100"],
  ["1.0", "1"],
  ["9007199254740993.000000000001", "9007199254740993.000000000001"],
];

for (const [literal, decimal] of KNOWN) {
  test(`${literal} is ${decimal}`, () => assert.equal(decimalFromLiteral(literal), decimal));
}

for (const text of ["", "abc", "1.", ".5", "1e", "NaN", "Infinity", "0x1", " 1", "1e999999999", "1e-500", "--1"]) {
  test(`${JSON.stringify(text)} is refused`, () => {
    assert.throws(() => decimalFromLiteral(text), RangeError);
    assert.equal(decimalOrNull(text), null);
  });
}

/** mantissa × 10^(60 + exponent) as an integer: both sides of a comparison at one scale, without floats. */
function scaled(digits: string, fractionLength: number, exponent: number): bigint {
  return BigInt(digits) * 10n ** BigInt(60 + exponent - fractionLength);
}

test("a generated literal keeps its value, in plain form", () => {
  const literal = fc.record({
    negative: fc.boolean(),
    whole: fc.bigInt({ min: 0n, max: 10n ** 20n }),
    fraction: fc.option(fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 1, maxLength: 20 }), {
      nil: null,
    }),
    exponent: fc.option(fc.integer({ min: -30, max: 30 }), { nil: null }),
    letter: fc.constantFrom("e", "E"),
  });
  fc.assert(
    fc.property(literal, ({ negative, whole, fraction, exponent, letter }) => {
      const mantissa = `${whole}${fraction === null ? "" : `.${fraction}`}`;
      const text = `${negative ? "-" : ""}${mantissa}${exponent === null ? "" : letter + exponent}`;
      const decimal = decimalFromLiteral(text);
      assert.match(decimal, /^(?:0|-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?)$/);
      const [resultWhole = "", resultFraction = ""] = decimal.replace("-", "").split(".");
      const expected = scaled(`${whole}${fraction ?? ""}`, fraction?.length ?? 0, exponent ?? 0);
      assert.equal(scaled(resultWhole + resultFraction, resultFraction.length, 0), expected);
      assert.equal(decimal.startsWith("-"), negative && expected !== 0n);
      assert.equal(decimalFromLiteral(decimal), decimal);
    }),
    { numRuns: 500 },
  );
});

test("every JSON number of a double comes back as the same double", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 }), (value) => {
      if (Math.abs(value) < 1e-300) return;
      assert.equal(Number(decimalFromLiteral(JSON.stringify(value))), value === 0 ? 0 : value);
    }),
    { numRuns: 500 },
  );
});
