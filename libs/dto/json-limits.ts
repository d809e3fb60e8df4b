// Bounds on the shape of JSON that was parsed: deep or endless bodies are refused before any recursive code sees them.

/** Nested objects and lists, the outermost counted as 1. */
export const MAX_JSON_DEPTH = 32;
/** Items of any one list. */
export const MAX_JSON_ITEMS = 2_000;

/** The first breach of the bounds, with its path, or undefined. Walks without recursion. */
export function jsonFault(root: unknown): { path: string; message: string } | undefined {
  const stack: { value: unknown; depth: number; path: string }[] = [{ value: root, depth: 1, path: "" }];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { value, depth, path } = next;
    if (typeof value !== "object" || value === null) continue;
    if (depth > MAX_JSON_DEPTH) return { path, message: `must not be nested deeper than ${MAX_JSON_DEPTH}` };
    if (Array.isArray(value)) {
      if (value.length > MAX_JSON_ITEMS) return { path, message: `must have at most ${MAX_JSON_ITEMS} items` };
      value.forEach((item, index) => {
        if (typeof item === "object") stack.push({ value: item, depth: depth + 1, path: `${path}[${index}]` });
      });
    } else {
      for (const [key, item] of Object.entries(value)) {
        if (typeof item !== "object") continue;
        stack.push({ value: item, depth: depth + 1, path: path === "" ? key : `${path}.${key}` });
      }
    }
  }
  return undefined;
}
