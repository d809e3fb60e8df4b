// What a single JSON value may be: each rule is an OpenAPI schema and the check that enforces exactly that schema.
import { jsonFault } from "./json-limits.js";

/** Schema, check and query-string reading of one kind of value. `check` answers what is wrong, or undefined. */
export interface Rule {
  schema: Readonly<Record<string, unknown>>;
  check(value: unknown): string | undefined;
  /** Reads the value out of a query string or path parameter, where everything is text. */
  fromText?(text: string): unknown;
}

/** Lengths in Unicode code points, as JSON Schema counts them. */
export interface TextOptions {
  min?: number;
  max?: number;
  pattern?: RegExp;
  /** A JSON Schema format to document (`email`, `uri`); the pattern or the service enforces it. */
  format?: string;
  /** What the text must be, in words that follow "must be"; shown when the pattern does not match. */
  expected?: string;
}

/** Text without NUL and without lone surrogates: neither can be stored as UTF-8 text by both databases. */
export function text(options: TextOptions = {}): Rule {
  const { min, max, pattern, format, expected } = options;
  return {
    schema: {
      type: "string",
      ...(min !== undefined && { minLength: min }),
      ...(max !== undefined && { maxLength: max }),
      ...(pattern && { pattern: pattern.source }),
      ...(format && { format }),
    },
    check(value) {
      if (typeof value !== "string") return "must be text";
      if (value.includes("\0") || !value.isWellFormed()) return "must not hold NUL or broken Unicode characters";
      const length = codePoints(value, max);
      if (min !== undefined && length < min)
        return min === 1 ? "must not be empty" : `must have at least ${min} characters`;
      if (max !== undefined && length > max) return `must have at most ${max} characters`;
      if (pattern && !pattern.test(value)) return `must be ${expected ?? `text that matches ${pattern.source}`}`;
      return undefined;
    },
  };
}

function codePoints(value: string, max: number | undefined): number {
  // Far beyond the limit counting is not worth it: a code point is at most two units.
  if (max !== undefined && value.length > max * 2) return value.length;
  let count = 0;
  for (const _ of value) count++;
  return count;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A UUID of any version (RFC 9562); those that the platform makes are version 7. */
export function uuid(): Rule {
  return {
    schema: { type: "string", format: "uuid" },
    check: (value) => (typeof value === "string" && UUID.test(value) ? undefined : "must be a UUID"),
  };
}

/** One of a fixed list of words. */
export function oneOf(values: readonly string[]): Rule {
  return {
    schema: { type: "string", enum: [...values] },
    check: (value) =>
      typeof value === "string" && values.includes(value) ? undefined : `must be one of ${values.join(", ")}`,
  };
}

export interface NumberOptions {
  min?: number;
  max?: number;
}

/** A whole number that a double holds exactly. */
export function int(options: NumberOptions = {}): Rule {
  return numeric({ type: "integer", ...options }, (value) =>
    Number.isSafeInteger(value) ? undefined : "must be a whole number",
  );
}

/** A finite number. Never for money: see {@link money}. */
export function number(options: NumberOptions = {}): Rule {
  return numeric({ type: "number", ...options }, (value) => (Number.isFinite(value) ? undefined : "must be a number"));
}

function numeric(
  { type, min, max }: NumberOptions & { type: "integer" | "number" },
  kind: (value: unknown) => string | undefined,
): Rule {
  return {
    schema: { type, ...(min !== undefined && { minimum: min }), ...(max !== undefined && { maximum: max }) },
    check(value) {
      const wrong = kind(value);
      if (wrong) return wrong;
      if (min !== undefined && (value as number) < min) return `must be at least ${min}`;
      if (max !== undefined && (value as number) > max) return `must be at most ${max}`;
      return undefined;
    },
    // Only plain decimals: Number() alone would take "", " 1 ", "0x10" and "1e3".
    fromText: (given) => (/^-?\d{1,16}(\.\d{1,16})?$/.test(given) ? Number(given) : given),
  };
}

/** true or false; in a query string the words `true` and `false`. */
export function bool(): Rule {
  return {
    schema: { type: "boolean" },
    check: (value) => (typeof value === "boolean" ? undefined : "must be true or false"),
    fromText: (given) => (given === "true" ? true : given === "false" ? false : given),
  };
}

const DATE_TIME = /^\d{4}-(\d{2})-(\d{2})T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** A point in time, RFC 3339 §5.6; the platform itself writes UTC with milliseconds. Stays text. */
export function dateTime(): Rule {
  return {
    schema: { type: "string", format: "date-time" },
    check(value) {
      const match = typeof value === "string" ? DATE_TIME.exec(value) : null;
      const time = match ? Date.parse(match[0]) : Number.NaN;
      if (!match || Number.isNaN(time)) return "must be a time such as 2026-01-31T12:00:00Z";
      // V8 turns 30 February into 2 March instead of refusing it.
      const day = new Date(`${match[0].slice(0, 10)}T00:00:00Z`).getUTCDate();
      return day === Number(match[2]) ? undefined : "must be a day that exists";
    },
  };
}

/** An exact decimal amount of USD as text, never a float (contract §4). */
export function money(options: { signed?: boolean } = {}): Rule {
  const pattern = options.signed ? /^-?\d{1,20}(\.\d{1,40})?$/ : /^\d{1,20}(\.\d{1,40})?$/;
  return {
    schema: { type: "string", pattern: pattern.source, format: "decimal", example: "0.0125" },
    check: (value) =>
      typeof value === "string" && pattern.test(value)
        ? undefined
        : 'must be a decimal amount as text, such as "12.50"',
  };
}

/** A free JSON object, at most 32 deep and with lists of at most 2,000 items. */
export function json(): Rule {
  return {
    schema: { type: "object", additionalProperties: true },
    check(value) {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return "must be an object";
      return jsonFault(value)?.message;
    },
  };
}
