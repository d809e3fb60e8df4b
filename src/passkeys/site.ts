// As what site a browser knows this instance: passkeys are bound to it.
import { isIP } from "node:net";
import type { FastifyRequest } from "fastify";
import { type Config } from "#libs/config/index";
import { ConflictError } from "#libs/errors/index";

export interface Site {
  /** E.g. `https://chat.example.com`. */
  origin: string;
  /** Its host name: the relying party's id (WebAuthn Level 3 §4). */
  rpId: string;
}

/**
 * `PUBLIC_URL`, or where the request says that its page is from: that it is ours was checked before (`assertSameOrigin`).
 * @throws ConflictError `no_passkeys_here` under an IP address, which no passkey can be bound to
 */
export function siteOf(
  { headers, protocol, host }: Pick<FastifyRequest, "headers" | "protocol" | "host">,
  { publicUrl }: Pick<Config, "publicUrl">,
): Site {
  const origin = publicUrl ?? headers.origin ?? `${protocol}://${host}`;
  const { hostname } = new URL(origin);
  if (isIP(hostname.replace(/^\[|\]$/g, "")) !== 0)
    throw new ConflictError("no_passkeys_here", "Passkeys need a host name: open this site by its name.");
  return { origin, rpId: hostname };
}
