// Keyset pages: `?limit=&cursor=` in, `{ data, nextCursor }` out, with cursors that tell callers nothing.
import type { Type as Class } from "@nestjs/common";
import { InvalidInputError } from "#libs/errors/index";
import { IntField, ListField, TextField } from "./fields.js";

/** One page of a list; `nextCursor` is null on the last page. */
export interface Page<T> {
  data: T[];
  nextCursor: string | null;
}

/** Query of every list. Extend it for filters. */
export class PageQuery {
  @IntField({ min: 1, max: 100, optional: true, default: 50, description: "Most items of one page." })
  limit = 50;

  @TextField({ max: 1024, optional: true, description: "`nextCursor` of the page before." })
  cursor?: string;
}

/** Makes a cursor of the sort key of a page's last row (plain values only). */
export function encodeCursor(key: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify(key), "utf8").toString("base64url");
}

/**
 * Reads a cursor back.
 * @param kinds the type of each part of the key, in order; null is allowed where the kind ends with "?"
 * @throws InvalidInputError (400) when it was not made by {@link encodeCursor} for such a list
 */
export function decodeCursor<T extends readonly (string | number | null)[]>(
  cursor: string,
  kinds: readonly ("string" | "number" | "string?" | "number?")[],
): T {
  const wrong = () => new InvalidInputError([{ path: "cursor", message: "is not a cursor of this list" }]);
  if (!/^[\w-]{1,1024}$/.test(cursor)) throw wrong();
  let key: unknown;
  try {
    key = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    throw wrong();
  }
  if (!Array.isArray(key) || key.length !== kinds.length) throw wrong();
  const fits = kinds.every((kind, index) => {
    const value: unknown = key[index];
    if (value === null) return kind.endsWith("?");
    if (typeof value === "string" && value.includes("\0")) return false;
    return typeof value === kind.replace("?", "");
  });
  if (!fits) throw wrong();
  return key as unknown as T;
}

/**
 * Cuts a page out of rows that were read with one row more than `limit`.
 * @param keyOf the sort key of a row, for the cursor
 */
export function toPage<R, V>(
  rows: readonly R[],
  limit: number,
  keyOf: (row: R) => readonly (string | number | null)[],
  view: (row: R) => V,
): Page<V> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    data: shown.map((row) => view(row)),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null,
  };
}

const pages = new Map<Class, Class<Page<unknown>>>();

/** The class of a page of `View`, for the API's document: `@ApiOkResponse({ type: pageOf(ConversationView) })`. */
export function pageOf<T>(View: Class<T>): Class<Page<T>> {
  const known = pages.get(View);
  if (known) return known as Class<Page<T>>;
  class PageView {
    data!: T[];
    nextCursor!: string | null;
  }
  ListField(() => View)(PageView.prototype, "data");
  TextField({ nullable: true, description: "Give it as `cursor` to read on; null: this was the last page." })(
    PageView.prototype,
    "nextCursor",
  );
  Object.defineProperty(PageView, "name", { value: `${View.name.replace(/View$/, "")}Page` });
  pages.set(View, PageView);
  return PageView;
}
