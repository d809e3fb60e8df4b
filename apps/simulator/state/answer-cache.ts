// OpenRouter's opt-in cache of whole answers: an equal request of the same key costs nothing while it lasts.

/** An answer that was given before. Times in seconds. */
export type CachedAnswer = { readonly sourceId: string; readonly age: number; readonly ttl: number };

/** How a request wants the cache, from its `X-OpenRouter-Cache*` headers. */
export type CacheWish = { readonly ttl: number; readonly clear: boolean };

type Entry = { readonly id: string; readonly at: number; readonly ttl: number };

const DEFAULT_TTL = 300;
const LONGEST_TTL = 86_400;
const ENTRIES_KEPT = 5_000;

/** Reads the wish; undefined when the cache was not asked for. */
export function cacheWish(headers: NodeJS.Dict<string | string[]>): CacheWish | undefined {
  if (headers["x-openrouter-cache"] !== "true") return undefined;
  const ttl = Math.trunc(Number(headers["x-openrouter-cache-ttl"] ?? DEFAULT_TTL));
  const clear = headers["x-openrouter-cache-clear"] === "true";
  return { ttl: ttl >= 1 && ttl <= LONGEST_TTL ? ttl : DEFAULT_TTL, clear };
}

/**
 * Remembers which requests were answered. The answers themselves need no store: they are the same for the same request.
 * `now` is Unix ms.
 */
export class AnswerCache {
  private readonly entries = new Map<string, Entry>();

  find(request: string, now: number): CachedAnswer | undefined {
    const entry = this.entries.get(request);
    if (!entry) return undefined;
    const age = Math.floor((now - entry.at) / 1000);
    return age < entry.ttl ? { sourceId: entry.id, age, ttl: entry.ttl } : undefined;
  }

  add(request: string, id: string, ttl: number, now: number): void {
    this.entries.set(request, { id, at: now, ttl });
    const oldest = this.entries.size > ENTRIES_KEPT ? this.entries.keys().next().value : undefined;
    if (oldest !== undefined) this.entries.delete(oldest);
  }

  remove(request: string): void {
    this.entries.delete(request);
  }

  clear(): void {
    this.entries.clear();
  }
}
