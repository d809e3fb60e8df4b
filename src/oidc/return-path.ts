// Where to go after signing in: an address of this site, whatever stands in a link.

const SITE = "http://this.invalid";

/**
 * The path, query and fragment of an address of this site's pages; `/` for everything else.
 * Read as browsers read it (WHATWG URL): they take `\` for `/`, drop tabs and line ends, and resolve dots.
 */
export function returnPath(asked: string | undefined): string {
  if (!asked?.startsWith("/") || !URL.canParse(asked, SITE)) return "/";
  const { origin, pathname, search, hash } = new URL(asked, SITE);
  // "/.//evil.example" comes out of the parser as "//evil.example", which is another site.
  if (origin !== SITE || pathname.startsWith("//") || /^\/api(\/|$)/.test(pathname)) return "/";
  return pathname + search + hash;
}
