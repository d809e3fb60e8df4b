// Money as people read it, from decimal strings to strings: digits only, no floating point on the way.

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/** A decimal as an integer of `scale` decimal places. */
interface Decimal {
  units: bigint;
  scale: number;
}

/** @returns null for what is no plain decimal */
function parse(value: string): Decimal | null {
  const match = DECIMAL.exec(value.trim());
  if (!match) return null;
  const [, sign = "", whole = "0", fraction = ""] = match;
  return { units: BigInt(`${sign}${whole}${fraction}`), scale: fraction.length };
}

const power = (places: number): bigint => 10n ** BigInt(places);

/** Rounds half away from zero to `places` decimals. */
function round({ units, scale }: Decimal, places: number): Decimal {
  if (scale <= places) return { units: units * power(places - scale), scale: places };
  const divisor = power(scale - places);
  const half = units < 0n ? -divisor / 2n : divisor / 2n;
  return { units: (units + half) / divisor, scale: places };
}

function print({ units, scale }: Decimal): string {
  const negative = units < 0n;
  const digits = (negative ? -units : units).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale).replace(/\B(?=(\d{3})+$)/g, ",");
  const fraction = scale > 0 ? `.${digits.slice(digits.length - scale)}` : "";
  return `${negative ? "-" : ""}$${whole}${fraction}`;
}

/** Decimal places that show two significant digits of an amount below ten cents, else cents. */
function placesFor({ units, scale }: Decimal): number {
  const digits = (units < 0n ? -units : units).toString().length;
  const leadingZeros = scale - digits;
  return leadingZeros < 1 ? 2 : leadingZeros + 2;
}

/** "0.0123456" → "$0.012", "12.5" → "$12.50", "0" → "$0.00". Two significant digits below ten cents, else cents. */
export function formatUsd(value: string): string {
  const decimal = parse(value);
  if (!decimal) return value;
  if (decimal.units === 0n) return "$0.00";
  // Rounding may carry into a new digit ("0.09999" is ten cents): the places follow the rounded amount.
  const places = placesFor(round(decimal, placesFor(decimal)));
  return print(round(decimal, places));
}

/** All digits, as the provider reported them: "0.000128" → "$0.000128". */
export function formatUsdExact(value: string): string {
  const decimal = parse(value);
  return decimal ? print(decimal.scale < 2 ? round(decimal, 2) : decimal) : value;
}

/** A price per token as a price per million tokens: "0.000003" → "$3", "0.00000025" → "$0.25". */
export function formatPerMillion(perToken: string): string {
  const decimal = parse(perToken);
  if (!decimal) return perToken;
  const { units, scale } = decimal.scale > 6 ? decimal : round(decimal, 6);
  const text = print({ units, scale: scale - 6 });
  const [whole = "", fraction = ""] = text.split(".");
  const trimmed = fraction.replace(/0+$/, "");
  return trimmed === "" ? whole : `${whole}.${trimmed.padEnd(2, "0")}`;
}

/** `count` times a price, exactly: 2140 × "0.000003" → "0.00642". */
export function times(count: number, price: string): string {
  const decimal = parse(price);
  if (!decimal || !Number.isSafeInteger(count)) return "0";
  return plain({ units: decimal.units * BigInt(count), scale: decimal.scale });
}

/** The exact sum of decimal strings; what is no decimal counts as nothing. */
export function sum(values: readonly string[]): string {
  const decimals = values.map(parse).filter((decimal) => decimal !== null);
  const scale = Math.max(0, ...decimals.map((decimal) => decimal.scale));
  const units = decimals.reduce((total, decimal) => total + round(decimal, scale).units, 0n);
  return plain({ units, scale });
}

function plain({ units, scale }: Decimal): string {
  const negative = units < 0n;
  const digits = (negative ? -units : units).toString().padStart(scale + 1, "0");
  const fraction = scale > 0 ? `.${digits.slice(digits.length - scale)}` : "";
  return `${negative ? "-" : ""}${digits.slice(0, digits.length - scale)}${fraction}`;
}
