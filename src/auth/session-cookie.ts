// The session cookie: its name on http and https, reading it, writing it.
import type { Config } from "#libs/config/index";
import { SESSION_COOKIES } from "#libs/http/index";

const isHttps = (config: Pick<Config, "publicUrl">): boolean => config.publicUrl?.startsWith("https:") ?? false;

function nameOf(config: Pick<Config, "publicUrl">): string {
  return SESSION_COOKIES[isHttps(config) ? 1 : 0];
}

/**
 * The session token of a Cookie header (RFC 6265 §4.2). On https only the `__Host-` name counts: the plain one could
 * have been planted by another host of the same domain (RFC 6265bis §4.1.3.2).
 */
export function readSessionToken(cookie: string | undefined, config: Pick<Config, "publicUrl">): string | undefined {
  const wanted = nameOf(config);
  for (const part of cookie?.split(";") ?? []) {
    const at = part.indexOf("=");
    const value = part.slice(at + 1).trim();
    if (part.slice(0, at).trim() === wanted && /^[\w-]{20,100}$/.test(value)) return value;
  }
  return undefined;
}

/** The Set-Cookie header. @param token "" with a `maxAgeS` of 0 takes the cookie away */
export function writeSessionCookie(token: string, maxAgeS: number, config: Pick<Config, "publicUrl">): string {
  const secure = isHttps(config) ? "; Secure" : "";
  return `${nameOf(config)}=${token}; Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=Lax${secure}`;
}
