// What a request says about the length of its answers, read so that a budget can rely on it.

type Fields = Readonly<Record<string, unknown>>;

/** More answers to one prompt than any provider gives: of a number beyond it nothing is computed. */
const MOST_CHOICES = 1_000_000;

/**
 * The longest answer that a request allows, tokens; null: as long as the model likes. Providers differ in which of several fields
 * they go by, so the highest counts; and where one holds something else than a whole number of 1 or more, nothing limits the
 * answer: some servers take -1 for "no limit".
 * @param names of the fields
 */
export function longestAnswer(request: Fields, names: readonly string[]): number | null {
  const given = names.map((name) => request[name]).filter((value) => value !== undefined && value !== null);
  return given.length > 0 && given.every(isLimit) ? Math.max(...given) : null;
}

/** The same request for an answer of at most so many tokens, whichever of the fields is gone by. @param names see {@link longestAnswer} */
export function withLongestAnswer<T extends Fields>(
  request: T,
  names: readonly [string, ...string[]],
  most: number,
): T {
  const given = names.filter((name) => request[name] !== undefined && request[name] !== null);
  const limits = (given.length > 0 ? given : names.slice(0, 1)).map((name) => {
    const own = request[name];
    return [name, isLimit(own) ? Math.min(own, most) : most] as const;
  });
  return { ...request, ...Object.fromEntries(limits) };
}

/** How many answers to one prompt a request asks for (`n`); at least one. */
export function choicesOf(n: unknown): number {
  return typeof n === "number" && n > 1 ? Math.min(Math.ceil(n), MOST_CHOICES) : 1;
}

function isLimit(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1;
}
