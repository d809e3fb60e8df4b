// Exact decimals for comparing money in tests: no floats.

/** A number's literal as a plain decimal without needless zeros: "6.1642e-7" → "0.00000061642". */
export function plainDecimal(literal: string): string {
  const [, sign = "", whole = "0", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(literal) ?? [];
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  const padded = point <= 0 ? "0".repeat(1 - point) + digits : digits.padEnd(point, "0");
  const at = Math.max(point, 1);
  const integer = padded.slice(0, at).replace(/^0+(?=\d)/, "");
  const rest = padded.slice(at).replace(/0+$/, "");
  const plain = rest === "" ? integer : `${integer}.${rest}`;
  return plain === "0" ? plain : sign + plain;
}

/** The exact sum of plain decimals. */
export function sumOf(decimals: readonly string[]): string {
  const places = Math.max(0, ...decimals.map((decimal) => decimal.split(".")[1]?.length ?? 0));
  let sum = 0n;
  for (const decimal of decimals) {
    const [whole = "0", fraction = ""] = decimal.split(".");
    sum += BigInt(whole + fraction.padEnd(places, "0"));
  }
  const text = sum.toString().padStart(places + 1, "0");
  return plainDecimal(places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`);
}
