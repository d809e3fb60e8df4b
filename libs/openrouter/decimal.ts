// Exact decimals from JSON number literals: what the provider charged, to its last digit, without a binary float in between.

/** The longest plain decimal that we write out; a longer one (an exponent bomb such as 1e999999999) is refused. */
const MAX_DECIMAL_LENGTH = 400;
const LITERAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,6}))?$/;

/**
 * Writes a JSON number literal (RFC 8259 §6) as a plain decimal: no exponent, no leading zeros, no trailing zeros after
 * the point, "0" for every zero. All other digits stay, so 0.0076509169000000005 is returned unchanged and 6.1642e-7
 * becomes 0.00000061642.
 * @throws RangeError if the text is no number literal, or would be longer than 400 characters.
 */
export function decimalFromLiteral(literal: string): string {
  const match = LITERAL.exec(literal);
  if (match === null) throw new RangeError("not a JSON number literal");
  const [, sign = "", whole = "", fraction = "", exponentText = "0"] = match;
  const digits = (whole + fraction).replace(/^0+/, "");
  if (digits === "") return "0";
  const exponent = Number(exponentText) - fraction.length;
  if (digits.length + Math.abs(exponent) > MAX_DECIMAL_LENGTH) throw new RangeError("decimal too long");
  if (exponent >= 0) return sign + digits + "0".repeat(exponent);
  const padded = digits.padStart(1 - exponent, "0");
  const point = padded.length + exponent;
  const rest = padded.slice(point).replace(/0+$/, "");
  return rest === "" ? sign + padded.slice(0, point) : `${sign}${padded.slice(0, point)}.${rest}`;
}

/** As {@link decimalFromLiteral}, but null for anything that is not a number literal: for figures that we were sent. */
export function decimalOrNull(literal: string | null): string | null {
  if (literal === null) return null;
  try {
    return decimalFromLiteral(literal);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
