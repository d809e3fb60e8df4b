// The short-lived cookie that ties a sign-in at the provider to the browser in which it began.
import { type Config } from "#libs/config/index";
import { TRANSACTION_S } from "./sign-in-transactions.js";

type Site = Pick<Config, "publicUrl">;

const isHttps = ({ publicUrl }: Site): boolean => publicUrl?.startsWith("https:") ?? false;
/** With the prefix no other host of the domain can plant it (RFC 6265bis §4.1.3.2). */
const nameOf = (site: Site): string => (isHttps(site) ? "__Host-parley_oidc" : "parley_oidc");

/** The secret of a Cookie header. */
export function readBrowserSecret(cookie: string | undefined, site: Site): string | undefined {
  for (const part of cookie?.split(";") ?? []) {
    const at = part.indexOf("=");
    const value = part.slice(at + 1).trim();
    if (part.slice(0, at).trim() === nameOf(site) && /^[\w-]{43}$/.test(value)) return value;
  }
  return undefined;
}

/** The Set-Cookie header. Lax: the provider's redirect is a navigation from another site. It only runs out: another tab may need it. */
export function writeBrowserSecret(secret: string, site: Site): string {
  const secure = isHttps(site) ? "; Secure" : "";
  return `${nameOf(site)}=${secret}; Path=/; Max-Age=${TRANSACTION_S}; HttpOnly; SameSite=Lax${secure}`;
}
