// Reads what a page keeps in its address.

/**
 * What is none of the choices is left out.
 * @param texts names of what may be any text @param words names of what is one of some words
 */
export function readSearch(
  search: Record<string, unknown>,
  texts: readonly string[],
  words: Record<string, readonly string[]>,
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of texts) if (typeof search[name] === "string" && search[name] !== "") found[name] = search[name];
  for (const [name, values] of Object.entries(words)) {
    const value = search[name];
    if (typeof value === "string" && values.includes(value)) found[name] = value;
  }
  return found;
}
