// Where to go after signing in.

/** An address of this app, or its start: what stands in a link must not lead elsewhere. */
export function safeTarget(next: string | undefined): string {
  if (next === undefined || !next.startsWith("/")) return "/";
  const url = new URL(next, location.origin);
  // "/.//elsewhere" comes out of the parser as "//elsewhere", another site's address.
  return url.origin === location.origin && !url.pathname.startsWith("//") ? url.pathname + url.search : "/";
}
