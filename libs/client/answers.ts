// What the typed routes are made of: calls by path, and what comes of them.
import type { Client as Fetch } from "openapi-fetch";
import type { components, paths } from "./openapi.generated.js";

/** Calls by path, as openapi-fetch has them; failures are thrown. */
export type Api = Fetch<paths>;
export type Schemas = components["schemas"];

/** `limit` is at most 100; `cursor` is the `nextCursor` of the page before. */
export type PageQuery = { limit?: number; cursor?: string };

/** The body of a good answer; Http has thrown for the others. */
export async function answer<T>(call: Promise<{ data?: T }>): Promise<NonNullable<T>> {
  return (await call).data as NonNullable<T>;
}

/** For answers without a body. */
export async function done(call: Promise<unknown>): Promise<void> {
  await call;
}
