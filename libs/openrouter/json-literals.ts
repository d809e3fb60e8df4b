// JSON.parse that also keeps the source text of chosen numbers, so that money never passes through a binary float.
import { decimalOrNull } from "./decimal.js";

type LiteralsByHolder = Map<object, Map<string, string>>;

/** The number literals that were kept while parsing; asked by the object that holds the number and its key. */
export class NumberLiterals {
  /** @param byHolder null: each number that will be asked for was seen to be exact as it was parsed */
  constructor(private readonly byHolder: LiteralsByHolder | null) {}

  /**
   * The number at `holder[key]` as an exact plain decimal, or null if there is none. A figure sent as a JSON string
   * ("0.00012", as some compatible endpoints do) counts when it is a number literal.
   */
  decimal(holder: unknown, key: string): string | null {
    if (typeof holder !== "object" || holder === null) return null;
    const value: unknown = Reflect.get(holder, key);
    if (typeof value === "string") return decimalOrNull(value);
    if (typeof value !== "number") return null;
    if (this.byHolder === null) return decimalOrNull(String(value));
    return decimalOrNull(this.byHolder.get(holder)?.get(key) ?? null);
  }
}

/** A parsed JSON text with the literals of its money. */
export interface ParsedJson {
  readonly value: unknown;
  readonly literals: NumberLiterals;
}

/** Every key under which OpenRouter sends an amount of USD as a JSON number (contract §2.2, §4). */
const MONEY_KEY = /cost|usage|limit|credits|discount|usd$/;

/**
 * Parses JSON and keeps the literals of its money (ECMA-262 "JSON.parse source text access": the reviver's context).
 * @throws SyntaxError if the text is not JSON.
 */
export function parseJsonWithMoney(text: string): ParsedJson {
  const byHolder: LiteralsByHolder = new Map();
  function keep(this: unknown, key: string, value: unknown, context?: { source?: string }): unknown {
    if (typeof value !== "number" || !MONEY_KEY.test(key)) return value;
    const holder = this as object;
    const source = context?.source ?? String(value);
    const known = byHolder.get(holder);
    if (known === undefined) byHolder.set(holder, new Map([[key, source]]));
    else known.set(key, source);
    return value;
  }
  return { value: JSON.parse(text, keep), literals: new NumberLiterals(byHolder) };
}

const NONE = new NumberLiterals(new Map());
const AS_PARSED = new NumberLiterals(null);
/** A number under a key that ends in "cost", wherever it stands: a text that quotes one is looked at in vain, no more. */
const COST = /cost"\s*:\s*(-?\d[\d.eE+-]*)/g;

/**
 * As {@link parseJsonWithMoney} for an answer or one chunk of it, of which only costs are asked for. The reviver is several times
 * slower than plain parsing, so it is for those costs alone that a double cannot hold to their last digit.
 * @throws SyntaxError
 */
export function parseChunk(text: string): ParsedJson {
  if (!text.includes('"cost')) return { value: JSON.parse(text), literals: NONE };
  // A key may be written with escapes, but hardly ever is.
  if (text.includes("\\u")) return parseJsonWithMoney(text);
  for (const [, literal] of text.matchAll(COST)) if (!isExact(literal!)) return parseJsonWithMoney(text);
  return { value: JSON.parse(text), literals: AS_PARSED };
}

function isExact(literal: string): boolean {
  return decimalOrNull(literal) === decimalOrNull(String(Number(literal)));
}
