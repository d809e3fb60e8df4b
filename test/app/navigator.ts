// A browser without a page: follows links and redirects from site to site, with the cookies of each.
import { CookieJar } from "#libs/client/index";

/** Where a navigation ended. */
export interface Arrival {
  url: URL;
  /** 0: stopped before it was asked for. */
  status: number;
  body: string;
}

export class Navigator {
  private readonly jars = new Map<string, CookieJar>();

  /** The cookies of an origin. */
  jar(origin: string): CookieJar {
    const known = this.jars.get(origin) ?? new CookieJar();
    this.jars.set(origin, known);
    return known;
  }

  /** One request; no redirect is followed. */
  async request(url: string | URL, init: RequestInit = {}): Promise<Response> {
    const jar = this.jar(new URL(url).origin);
    const headers = new Headers(init.headers);
    if (jar.header() !== "") headers.set("cookie", jar.header());
    const response = await fetch(url, { ...init, headers, redirect: "manual" });
    jar.store(response.headers);
    return response;
  }

  /** Follows redirects. @param stopAt an address that is not asked for any more */
  async go(url: string | URL, stopAt: (url: URL) => boolean = () => false, init: RequestInit = {}): Promise<Arrival> {
    let next = new URL(url);
    let how = init;
    for (let hops = 0; hops < 20; hops += 1) {
      if (stopAt(next)) return { url: next, status: 0, body: "" };
      const response = await this.request(next, how);
      const location = response.headers.get("location");
      if (location === null) return { url: next, status: response.status, body: await response.text() };
      next = new URL(location, next);
      how = {};
    }
    throw new Error(`Too many redirects: ${next.href}`);
  }
}
