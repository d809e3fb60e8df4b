// Exact decimal numbers on BigInt, so that money never passes through a binary float.

const DECIMAL_FORM = /^(-?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;

/** An exact decimal: `digits` × 10^-`scale`. Immutable; always kept without trailing zeros. */
export class Decimal {
  static readonly zero = new Decimal(0n, 0);

  private constructor(
    private readonly digits: bigint,
    private readonly scale: number,
  ) {}

  /** Reads a decimal or exponent form ("0.000064", "6.4e-05", 12n). Throws RangeError on anything else. */
  static parse(text: string | bigint): Decimal {
    const match = DECIMAL_FORM.exec(String(text));
    if (!match) throw new RangeError(`not a decimal number: ${String(text).slice(0, 40)}`);
    const [, sign, whole = "0", fraction = "", exponent = "0"] = match;
    const digits = BigInt(`${sign}${whole}${fraction}`);
    const scale = fraction.length - Number(exponent);
    return scale >= 0 ? Decimal.reduced(digits, scale) : new Decimal(digits * 10n ** BigInt(-scale), 0);
  }

  /** A whole number, such as a token count. */
  static count(value: number): Decimal {
    return new Decimal(BigInt(value), 0);
  }

  private static reduced(digits: bigint, scale: number): Decimal {
    let [units, places] = [digits, scale];
    while (places > 0 && units % 10n === 0n) {
      units /= 10n;
      places -= 1;
    }
    return new Decimal(units, places);
  }

  private at(scale: number): bigint {
    return this.digits * 10n ** BigInt(scale - this.scale);
  }

  plus(other: Decimal): Decimal {
    const scale = Math.max(this.scale, other.scale);
    return Decimal.reduced(this.at(scale) + other.at(scale), scale);
  }

  minus(other: Decimal): Decimal {
    return this.plus(new Decimal(-other.digits, other.scale));
  }

  times(other: Decimal): Decimal {
    return Decimal.reduced(this.digits * other.digits, this.scale + other.scale);
  }

  /** -1, 0 or 1, as in a sort callback. */
  compare(other: Decimal): number {
    const scale = Math.max(this.scale, other.scale);
    const [left, right] = [this.at(scale), other.at(scale)];
    return left < right ? -1 : left > right ? 1 : 0;
  }

  isZero(): boolean {
    return this.digits === 0n;
  }

  /** This number divided by a positive one, rounded down to a whole count. */
  wholeTimes(divisor: Decimal): number {
    const scale = Math.max(this.scale, divisor.scale);
    return Number(this.at(scale) / divisor.at(scale));
  }

  /** Plain decimal form without exponent or trailing zeros; also a valid JSON number literal. */
  toString(): string {
    const text = String(this.digits < 0n ? -this.digits : this.digits).padStart(this.scale + 1, "0");
    const cut = text.length - this.scale;
    const plain = this.scale === 0 ? text : `${text.slice(0, cut)}.${text.slice(cut)}`;
    return this.digits < 0n ? `-${plain}` : plain;
  }
}
