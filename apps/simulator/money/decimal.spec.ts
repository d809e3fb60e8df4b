// Decimal against integers of a fixed, larger scale.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Decimal } from "./decimal.js";

const SCALE = 30;
const literalText = fc
  .tuple(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.integer({ min: 0, max: 15 }))
  .map(([digits, scale]) => ({ digits, scale, text: `${digits}e-${scale}` }));

const scaled = ({ digits, scale }: { digits: bigint; scale: number }) => digits * 10n ** BigInt(SCALE - scale);
const unscale = (text: string) => {
  const [whole = "0", fraction = ""] = text.replace("-", "").split(".");
  const value = BigInt(whole + fraction.padEnd(SCALE, "0"));
  return text.startsWith("-") ? -value : value;
};

test("sums, differences and products are exact", () => {
  fc.assert(
    fc.property(literalText, literalText, (a, b) => {
      const [left, right] = [Decimal.parse(a.text), Decimal.parse(b.text)];
      assert.equal(unscale(left.plus(right).toString()), scaled(a) + scaled(b));
      assert.equal(unscale(left.minus(right).toString()), scaled(a) - scaled(b));
      assert.equal(unscale(left.times(right).toString()), (scaled(a) * scaled(b)) / 10n ** BigInt(SCALE));
      assert.equal(Math.sign(left.compare(right)), scaled(a) < scaled(b) ? -1 : scaled(a) > scaled(b) ? 1 : 0);
    }),
  );
});

test("text survives: plain form, no exponent, no trailing zeros", () => {
  fc.assert(
    fc.property(literalText, (a) => {
      const text = Decimal.parse(a.text).toString();
      assert.match(text, /^-?(0|[1-9]\d*)(\.\d*[1-9])?$/);
      assert.equal(Decimal.parse(text).toString(), text);
      assert.equal(unscale(text), scaled(a));
    }),
  );
});

test("provider literals are read as written", () => {
  assert.equal(Decimal.parse("6.4e-05").toString(), "0.000064");
  assert.equal(Decimal.parse("6.1642e-7").toString(), "0.00000061642");
  assert.equal(Decimal.parse("0.0076509169000000005").toString(), "0.0076509169000000005");
  assert.equal(Decimal.parse("1E+3").toString(), "1000");
  assert.equal(Decimal.parse("-0").toString(), "0");
});

test("what is no number is refused", () => {
  for (const text of ["", ".", "1,5", "NaN", "Infinity", "0x10", "1e99999", " 1"]) {
    assert.throws(() => Decimal.parse(text), RangeError, text);
  }
});

test("how often an amount fits", () => {
  assert.equal(Decimal.parse("0.01").wholeTimes(Decimal.parse("0.000005")), 2000);
  assert.equal(Decimal.parse("0.0099999").wholeTimes(Decimal.parse("0.01")), 0);
});
