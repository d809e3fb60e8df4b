// Prices and costs: exact to the digit, and rounded the way people read them.
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatPerMillion, formatUsd, formatUsdExact, sum, times } from "./money";

test.each([
  ["0", "$0.00"],
  ["0.84", "$0.84"],
  ["12.5", "$12.50"],
  ["1842.005", "$1,842.01"],
  ["0.125", "$0.13"],
  ["0.0123456", "$0.012"],
  ["0.0061", "$0.0061"],
  ["0.000128", "$0.00013"],
  ["0.0000000009999", "$0.0000000010"],
  ["0.09999", "$0.10"],
  ["-0.012", "-$0.012"],
  ["not money", "not money"],
])("an amount of %s reads %s", (value, text) => expect(formatUsd(value)).toBe(text));

test.each([
  ["0.000003", "$3"],
  ["0.000015", "$15"],
  ["0.00000025", "$0.25"],
  ["0.0000003", "$0.30"],
  ["0.000000075", "$0.075"],
  ["0", "$0"],
  ["0.0012", "$1,200"],
])("%s a token is %s a million", (value, text) => expect(formatPerMillion(value)).toBe(text));

test("exact amounts keep every digit", () => {
  expect(formatUsdExact("0.000128000001")).toBe("$0.000128000001");
  expect(formatUsdExact("3")).toBe("$3.00");
});

test("a product and a sum do what floats cannot", () => {
  expect(times(3, "0.1")).toBe("0.3");
  expect(sum(["0.1", "0.2", "0.000000000001"])).toBe("0.300000000001");
});

const amount = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 9n }), fc.integer({ min: 0, max: 12 }))
  .map(([units, scale]) => {
    const digits = units.toString().padStart(scale + 1, "0");
    return scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  });

test("what is shown is never further from the amount than half of its last digit", () => {
  fc.assert(
    fc.property(amount, (value) => {
      const shown = formatUsd(value).replace(/[$,]/g, "");
      const places = shown.split(".")[1]?.length ?? 0;
      const difference = Math.abs(Number(sum([shown, `-${value}`])));
      expect(difference).toBeLessThanOrEqual(0.5 * 10 ** -places * (1 + 1e-9));
    }),
  );
});

test("adding n times is multiplying by n", () => {
  fc.assert(
    fc.property(amount, fc.integer({ min: 1, max: 20 }), (value, n) => {
      const added = sum(Array.from({ length: n }, () => value));
      expect(sum([added, `-${times(n, value)}`])).toMatch(/^0(\.0+)?$/);
    }),
  );
});
