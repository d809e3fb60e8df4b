// JSON.parse that also keeps the source text of chosen numbers, so that money never passes through a binary float.
import { decimalOrNull } from "./decimal.js";

type LiteralsByHolder = Map<object, Map<string, string>>;

/** The number literals that were kept while parsing; asked by the object that holds the number and its key. */
export class NumberLiterals {
  constructor(private readonly byHolder: LiteralsByHolder) {}

  /**
   * The number at `holder[key]` as an exact plain decimal, or null if there is none. A figure sent as a JSON string
   * ("0.00012", as some compatible endpoints do) counts when it is a number literal.
   */
  decimal(holder: unknown, key: string): string | null {
    if (typeof holder !== "object" || holder === null) return null;
    const value: unknown = Reflect.get(holder, key);
    if (typeof value === "string") return decimalOrNull(value);
    if (typeof value !== "number") return null;
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

/**
 * As {@link parseJsonWithMoney} for one chunk of a stream: only the one chunk that names a cost pays for the reviver,
 * which is several times slower than plain parsing.
 * @throws SyntaxError
 */
export function parseChunk(text: string): ParsedJson {
  return text.includes('"cost') ? parseJsonWithMoney(text) : { value: JSON.parse(text), literals: NONE };
}
