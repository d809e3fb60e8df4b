// Money is exact for every decimal a provider can write.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { addUsd, fromPico, lessThanUsd, timesUsd, toPico } from "./decimals.js";

const decimal = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 24n }), fc.integer({ min: 0, max: 24 }))
  .map(([digits, scale]) => {
    const text = digits.toString().padStart(scale + 1, "0");
    return scale === 0 ? text : `${text.slice(0, -scale)}.${text.slice(-scale)}`;
  });

describe("money", () => {
  it("keeps every amount of up to 12 decimals", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (pico) => {
        assert.equal(toPico(fromPico(pico)), pico);
      }),
    );
  });

  it("rounds to the nearest 1e-12, never by more than half of it", () => {
    fc.assert(
      fc.property(decimal, (usd) => {
        const [whole = "", fraction = ""] = usd.split(".");
        const wide = BigInt(whole + fraction.padEnd(30, "0"));
        const difference = toPico(usd) * 10n ** 18n - wide;
        assert.ok((difference < 0n ? -difference : difference) <= 5n * 10n ** 17n);
      }),
    );
  });

  it("adds exactly, in any order", () => {
    fc.assert(
      fc.property(fc.array(decimal, { minLength: 1, maxLength: 8 }), (amounts) => {
        const total = addUsd(...amounts);
        assert.equal(addUsd(...amounts.toReversed()), total);
        const wide = (usd: string) => {
          const [whole = "", fraction = ""] = usd.split(".");
          return BigInt(whole + fraction.padEnd(30, "0"));
        };
        assert.equal(
          wide(total),
          amounts.map(wide).reduce((sum, value) => sum + value, 0n),
        );
      }),
    );
  });

  it("multiplies exactly, in any order, and over sums", () => {
    fc.assert(
      fc.property(decimal, decimal, decimal, (a, b, c) => {
        assert.equal(timesUsd(a, b), timesUsd(b, a));
        assert.equal(timesUsd(addUsd(a, b), c), addUsd(timesUsd(a, c), timesUsd(b, c)));
      }),
    );
    fc.assert(
      fc.property(decimal, fc.integer({ min: 0, max: 40 }), (usd, count) => {
        assert.equal(timesUsd(usd, count), addUsd("0", ...Array.from({ length: count }, () => usd)));
      }),
    );
  });

  it("compares exactly", () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        const wide = (usd: string) => {
          const [whole = "", fraction = ""] = usd.split(".");
          return BigInt(whole + fraction.padEnd(30, "0"));
        };
        assert.equal(lessThanUsd(a, b), wide(a) < wide(b));
      }),
    );
  });

  it("knows the recorded examples", () => {
    assert.equal(timesUsd("0.000005", 24), "0.00012");
    assert.equal(timesUsd("-0.5", "0.0"), "0");
    assert.equal(toPico("0.0004970133333333333"), 497_013_333n);
    assert.equal(addUsd("0.1", "0.2"), "0.3");
    assert.equal(fromPico(128_000_000n), "0.000128");
    assert.throws(() => toPico("1e-7"), RangeError);
  });
});
