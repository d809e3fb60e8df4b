// JSON with exact number literals, and careful reading of values whose shape is not known.
import { Decimal } from "../money/decimal.js";

/** A JSON object of unknown content. */
export type JsonObject = { readonly [key: string]: unknown };

type RawJson = { readonly rawJSON: string };
type ReviverContext = { readonly source?: string };
// V8 has JSON.rawJSON and the reviver's source text since Node 21; the compiler's library does not know them yet.
const exact = JSON as unknown as {
  rawJSON(text: string): RawJson;
  parse(text: string, reviver: (key: string, value: unknown, context: ReviverContext) => unknown): unknown;
};

/** A number that JSON.stringify writes with exactly these digits. */
export function literal(value: Decimal | string): RawJson {
  return exact.rawJSON(value.toString());
}

/** Parses JSON so that JSON.stringify gives every number back as it was written (6.4e-05 stays 6.4e-05). */
export function parseExact(text: string): unknown {
  return exact.parse(text, (_key, value, context) =>
    typeof value === "number" && context.source !== undefined ? exact.rawJSON(context.source) : value,
  );
}

/** The digits of a number read by parseExact, as an exact decimal. */
export function decimalOf(value: unknown): Decimal | undefined {
  if (typeof value === "object" && value !== null && "rawJSON" in value) return Decimal.parse(String(value.rawJSON));
  return typeof value === "number" && Number.isInteger(value) ? Decimal.count(value) : undefined;
}

/** A whole number read by either parser, else 0. */
export function countOf(value: unknown): number {
  if (typeof value === "number") return value;
  return Number(decimalOf(value)?.toString() ?? 0);
}

export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function asNumber(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
