// Where a workspace may send its keys: public addresses, unless the operator allows private ones.
import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { type Config } from "#libs/config/index";
import { InvalidInputError } from "#libs/errors/index";

const PRIVATE = new BlockList();
// IANA special-purpose address registries (RFC 6890): nothing of these is a provider on the internet.
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
] as const)
  PRIVATE.addSubnet(network, prefix, "ipv4");
for (const [network, prefix] of [
  ["::", 96],
  ["64:ff9b::", 96],
  ["64:ff9b:1::", 48],
  ["100::", 64],
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  // Documentation (RFC 9637) and segment routing (RFC 9602).
  ["3fff::", 20],
  ["5f00::", 16],
  ["fc00::", 7],
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
] as const)
  PRIVATE.addSubnet(network, prefix, "ipv6");

/** True for addresses that are not on the public internet, IPv4-mapped ones included. */
export function isPrivateAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return isPrivateAddress(mapped);
  if (/^::ffff:/i.test(address)) return true;
  return PRIVATE.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

/** The host of a URL as an address or a name: IPv6 without its brackets. */
export function hostOf(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "");
}

/** What the operator says about addresses. */
export type AddressRules = Pick<Config, "allowPrivateProviders" | "openrouterBaseUrl" | "providerOrigins">;

/**
 * What the operator says of an address: `vouched` is used as it is (the instance's own provider; all that are listed when
 * private ones are allowed), `checked` must be https and public, `unlisted` is never used.
 */
export function standingOf(baseUrl: string, rules: AddressRules): "vouched" | "checked" | "unlisted" {
  if (withoutSlash(baseUrl) === withoutSlash(rules.openrouterBaseUrl)) return "vouched";
  if (rules.providerOrigins && !rules.providerOrigins.includes(new URL(baseUrl).origin)) return "unlisted";
  return rules.allowPrivateProviders ? "vouched" : "checked";
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, "");

/**
 * Checks the base URL of a new key, so that a mistake is told at once; what counts is the check at the connection
 * (egress.ts).
 * @throws InvalidInputError (422) when the URL may not be used as a provider's base URL
 */
export async function assertUsableUrl(url: string, rules: AddressRules): Promise<void> {
  const refuse = (message: string) => new InvalidInputError([{ path: "baseUrl", message }], 422);
  if (!URL.canParse(url)) throw refuse("is not a URL");
  const { protocol, hostname, username, password, hash } = new URL(url);
  if (username || password || hash) throw refuse("must not hold credentials or a fragment");
  if (protocol !== "https:" && protocol !== "http:") throw refuse("must be an http(s) URL");
  const standing = standingOf(url, rules);
  if (standing === "vouched") return;
  if (standing === "unlisted")
    throw refuse(`is not at an address that the operator allows: ${rules.providerOrigins?.join(", ")}`);
  const host = hostOf(hostname);
  const addresses = isIP(host) ? [host] : await addressesOf(host);
  if (addresses === "unknown") throw refuse("names a host that cannot be found");
  // Before https: to a server of one's own, such as http://localhost:11434, https would not help.
  if (addresses.some(isPrivateAddress)) throw refuse("points at a private address, which the operator has not allowed");
  if (protocol !== "https:") throw refuse("must be https");
}

/** The addresses of a name; none when names cannot be looked up at the moment. */
async function addressesOf(host: string): Promise<string[] | "unknown"> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOTFOUND" ? "unknown" : [];
  }
}
