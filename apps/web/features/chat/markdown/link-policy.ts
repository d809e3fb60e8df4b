// What a link or an image in a model's text may do. The text is hostile input: a page read by the model may have written it.

/** A link that may be followed. `ask`: show the whole address first. */
export interface AllowedLink {
  href: string;
  host: string;
  ask: boolean;
}

/** A foreign address with more than this in path or query may carry away what the model has read, characters. */
const LONG = 80;
const SCHEMES = new Set(["http:", "https:", "mailto:"]);

/**
 * Judges a link's address.
 * @param origin of the page
 * @returns null when it must stay plain text
 */
export function judgeLink(address: string | undefined, origin: string): AllowedLink | null {
  const url = parse(address);
  if (!url || !SCHEMES.has(url.protocol)) return null;
  // A user name in front of the host is only good for hiding the host.
  if (url.username !== "" || url.password !== "") return null;
  const foreign = url.origin !== origin;
  // A mail's body and subject are sent to whoever the model named: the same leak.
  const ask = foreign && (url.pathname.length > LONG || url.search.length > LONG || url.hash.length > LONG);
  return { href: url.href, host: url.protocol === "mailto:" ? url.pathname : url.host, ask };
}

const FILE = /^\/api\/v1\/(?:workspaces\/[0-9a-f-]{36}\/)?(?:files|attachments)\/[0-9a-f-]{36}$/;

/** The address of an image that may be shown: our own files and previews of this page. Everything else would be a beacon. */
export function judgeImage(address: string | undefined, origin: string): string | null {
  const url = parse(address, origin);
  if (!url) return null;
  if (url.protocol === "blob:") return url.href.startsWith(`blob:${origin}/`) ? url.href : null;
  return url.origin === origin && FILE.test(url.pathname) && url.search === "" ? url.pathname : null;
}

/** The host to name when an image is not shown. */
export function hostOf(address: string | undefined): string {
  const url = parse(address);
  return url?.host || url?.protocol.replace(":", "") || "";
}

/** Relative addresses have no meaning in a chat; an image's may name our own files, so they get a base. */
function parse(address: string | undefined, base?: string): URL | null {
  if (address === undefined || address === "") return null;
  return URL.canParse(address, base) ? new URL(address, base) : null;
}
