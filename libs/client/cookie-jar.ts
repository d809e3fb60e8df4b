// A small cookie jar for one server, so that programs outside a browser can hold a session; browsers never use it.

/** Cookies of one origin. Path and domain attributes are not looked at: a jar belongs to one base URL. */
export class CookieJar {
  private readonly cookies = new Map<string, { value: string; expiresAt: number }>();

  /** Takes over the `set-cookie` lines of an answer (RFC 6265 §5.3: Max-Age wins over Expires; the past deletes). */
  store(headers: Headers, now = Date.now()): void {
    for (const line of headers.getSetCookie()) {
      const [pair = "", ...attributes] = line.split(";");
      const at = pair.indexOf("=");
      if (at < 1) continue;
      const name = pair.slice(0, at).trim();
      const expiresAt = expiry(attributes, now);
      if (expiresAt <= now) this.cookies.delete(name);
      else this.cookies.set(name, { value: pair.slice(at + 1).trim(), expiresAt });
    }
  }

  /** The `cookie` header for the next request; "" when there is none. */
  header(now = Date.now()): string {
    const live = [...this.cookies].filter(([, cookie]) => cookie.expiresAt > now);
    return live.map(([name, { value }]) => `${name}=${value}`).join("; ");
  }

  /** Forgets everything: a signed-out browser. */
  clear(): void {
    this.cookies.clear();
  }
}

function expiry(attributes: readonly string[], now: number): number {
  let expires = Number.POSITIVE_INFINITY;
  for (const attribute of attributes) {
    const [name = "", value = ""] = attribute.split(/=(.*)/s).map((part) => part.trim());
    if (/^max-age$/i.test(name) && /^-?\d+$/.test(value)) return now + Number(value) * 1000;
    if (/^expires$/i.test(name) && Number.isFinite(Date.parse(value))) expires = Date.parse(value);
  }
  return expires;
}
