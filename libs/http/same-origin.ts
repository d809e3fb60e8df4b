// Cross-site request forgery: writes that a browser's cookie would authenticate must come from our own pages (OWASP CSRF cheat sheet, Fetch Metadata).
import type { IncomingHttpHeaders } from "node:http";
import { ForbiddenError } from "#libs/errors/index";
import { bearerToken } from "./bearer.js";

/** Names of the session cookie: plain, and with the prefix that browsers only accept on https (RFC 6265bis §4.1.3.2). */
export const SESSION_COOKIES = ["parley_session", "__Host-parley_session"] as const;

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/** What the browser says of where a request comes from; `unknown` when it says nothing. */
export type OriginVerdict = "same" | "foreign" | "unknown";

/** Judges `Origin` and `Sec-Fetch-Site` against the public URL, or the `Host` that was asked. */
export function originVerdict(headers: IncomingHttpHeaders, publicUrl: string | undefined): OriginVerdict {
  const site = headers["sec-fetch-site"];
  const { origin } = headers;
  if (site !== undefined && site !== "same-origin" && site !== "none") return "foreign";
  if (origin !== undefined) return isOwn(origin, headers.host, publicUrl) ? "same" : "foreign";
  return site === "same-origin" ? "same" : "unknown";
}

function isOwn(origin: string, host: string | undefined, publicUrl: string | undefined): boolean {
  if (publicUrl !== undefined && origin === publicUrl) return true;
  // The scheme is not compared: behind a proxy that ends TLS this process sees http where the browser sees https.
  const match = /^https?:\/\/([^/?#@\\\s]+)$/i.exec(origin);
  return match?.[1] !== undefined && host !== undefined && match[1].toLowerCase() === host.toLowerCase();
}

/**
 * Refuses writes from foreign origins. With a session cookie the origin must be known to be ours;
 * without one (signing in) it must not be known to be foreign.
 * @throws ForbiddenError `foreign_origin`
 */
export function assertSameOrigin(method: string, headers: IncomingHttpHeaders, publicUrl: string | undefined): void {
  // A foreign page cannot make a browser send a bearer token, and beside one the cookie does not count.
  if (SAFE_METHODS.has(method) || bearerToken(headers) !== undefined) return;
  const verdict = originVerdict(headers, publicUrl);
  if (verdict === "same" || (verdict === "unknown" && !hasSessionCookie(headers.cookie))) return;
  throw new ForbiddenError("Writes with a session cookie must come from this site's own pages.", "foreign_origin");
}

function hasSessionCookie(cookie: string | undefined): boolean {
  if (cookie === undefined) return false;
  return cookie.split(";").some((part) => SESSION_COOKIES.some((name) => part.trim().startsWith(`${name}=`)));
}
