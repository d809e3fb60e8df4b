// Where secrets may be sent at the moment of the call: the address that is connected to is looked at, not only the URL.
import { lookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { Injectable, type OnApplicationShutdown } from "@nestjs/common";
import type { Dispatcher } from "undici";
import { Config } from "#libs/config/index";
import { createUpstreamAgent } from "#libs/openrouter/index";
import { hostOf, isPrivateAddress, standingOf } from "./base-url.js";
import { BaseUrlRefusedError } from "./vault.errors.js";

/**
 * Looks a name up and refuses it when any of its addresses is private. The connection goes to the very addresses that
 * were looked at, so a name that answers otherwise the second time (DNS rebinding) gains nothing.
 */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    const fault = error ?? (found.some(({ address }) => isPrivateAddress(address)) ? refused(hostname) : null);
    const [first] = found ?? [];
    if (fault || !first) callback(fault ?? refused(hostname), []);
    else if (options.all) callback(null, found);
    else callback(null, first.address, first.family);
  });
};

function refused(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${hostname} has a private address`), { code: "EACCES" });
}

@Injectable()
export class Egress implements OnApplicationShutdown {
  private guarded: Dispatcher | undefined;

  constructor(private readonly config: Config) {}

  /**
   * The connection pool for a key's base URL; undefined: the process's own, for addresses of the operator's choice.
   * @param baseUrl of the key; null: the operator's
   * @throws BaseUrlRefusedError for an address that is (not any more) allowed
   */
  dispatcherFor(baseUrl: string | null): Dispatcher | undefined {
    if (baseUrl === null) return undefined;
    const standing = standingOf(baseUrl, this.config);
    if (standing === "vouched") return undefined;
    if (standing === "unlisted") throw new BaseUrlRefusedError();
    const { protocol, hostname } = new URL(baseUrl);
    const host = hostOf(hostname);
    // A literal address is connected to without a lookup.
    if (protocol !== "https:" || (isIP(host) && isPrivateAddress(host))) throw new BaseUrlRefusedError();
    this.guarded ??= createUpstreamAgent({ connect: { lookup: publicLookup } });
    return this.guarded;
  }

  onApplicationShutdown(): void {
    void this.guarded?.destroy();
  }
}
