// Exact money: decimal strings in USD, and integers of 1e-12 USD for sums. No floats anywhere.

/** Digits after the point that sums keep: 1e-12 USD. */
const SCALE = 12;
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

function parts(usd: string): { negative: boolean; digits: bigint; scale: number } {
  const match = DECIMAL.exec(usd);
  if (!match) throw new RangeError("not a plain decimal");
  const fraction = match[3] ?? "";
  return { negative: match[1] === "-", digits: BigInt(`${match[2]}${fraction}`), scale: fraction.length };
}

function render(value: bigint, scale: number): string {
  const sign = value < 0n ? "-" : "";
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, "0");
  const fraction = scale === 0 ? "" : digits.slice(-scale).replace(/0+$/, "");
  const whole = scale === 0 ? digits : digits.slice(0, -scale);
  return `${sign}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}

/**
 * Rounds a decimal (half away from zero) to an integer of 1e-12 USD.
 * @param usd plain decimal, as the provider wrote it
 * @throws RangeError for anything else
 */
export function toPico(usd: string): bigint {
  const { negative, digits, scale } = parts(usd);
  let pico: bigint;
  if (scale <= SCALE) pico = digits * 10n ** BigInt(SCALE - scale);
  else {
    const divisor = 10n ** BigInt(scale - SCALE);
    pico = (digits + divisor / 2n) / divisor;
  }
  return negative ? -pico : pico;
}

/** Writes an integer of 1e-12 USD as a plain decimal in USD. */
export function fromPico(pico: bigint | number | string): string {
  return render(BigInt(pico), SCALE);
}

/** The exact sum of decimals, with no rounding. */
export function addUsd(...amounts: string[]): string {
  const parsed = amounts.map(parts);
  const scale = Math.max(0, ...parsed.map((part) => part.scale));
  const sum = parsed.reduce((total, part) => {
    const value = part.digits * 10n ** BigInt(scale - part.scale);
    return part.negative ? total - value : total + value;
  }, 0n);
  return render(sum, scale);
}

/** The exact product of two decimals, with no rounding: a price and a count, or an amount and a share. */
export function timesUsd(one: string, other: string | number | bigint): string {
  const [a, b] = [parts(one), parts(String(other))];
  const product = a.digits * b.digits;
  return render(a.negative === b.negative ? product : -product, a.scale + b.scale);
}

/**
 * Prices made ready for many sums of price × count, exact as {@link timesUsd} and {@link addUsd} and many times as fast.
 * @returns gives the sum for counts in the order of the prices
 */
export function exactSums(prices: readonly string[]): (counts: readonly number[]) => string {
  const parsed = prices.map(parts);
  const scale = Math.max(0, ...parsed.map((part) => part.scale));
  const scaled = parsed.map(({ negative, digits, scale: own }) => {
    const value = digits * 10n ** BigInt(scale - own);
    return negative ? -value : value;
  });
  return (counts) => {
    let sum = 0n;
    for (const [n, price] of scaled.entries()) if (counts[n]) sum += price * BigInt(counts[n]);
    return render(sum, scale);
  };
}

/** True when the first decimal is less than the second, exactly. */
export function lessThanUsd(one: string, other: string): boolean {
  return addUsd(one, timesUsd(other, "-1")).startsWith("-");
}
