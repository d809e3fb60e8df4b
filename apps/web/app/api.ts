// The one REST client of the page, and the cache of what it read.
import { createClient, ParleyError } from "@parley/client";
import { QueryClient } from "@tanstack/react-query";

/** Talks to the page's own origin; the session cookie is the browser's business. */
export const api = createClient({ baseUrl: "" });

const TRIES = 3;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < TRIES && error instanceof ParleyError && error.retryable,
    },
  },
});

/** What to say of any failure, in plain words. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The server's code of a failure, if it has one. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof ParleyError ? error.code : undefined;
}

/** The server's complaint about one field of a form, if it has one. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ParleyError)) return {};
  return Object.fromEntries(error.errors.map(({ path, message }) => [path, message]));
}
