// The bearer token of a request: the one parse of the Authorization header.
import type { IncomingHttpHeaders } from "node:http";

/**
 * The token of `Authorization: Bearer …` (RFC 6750 §2.1; the scheme is case-insensitive, RFC 9110 §11.1).
 * @returns undefined when no bearer token is given at all; "" when one is meant but is not well-formed: it must be refused,
 * not overlooked
 */
export function bearerToken({ authorization }: Pick<IncomingHttpHeaders, "authorization">): string | undefined {
  if (authorization === undefined || !/^Bearer(\s|$)/i.test(authorization)) return undefined;
  return /^Bearer +([\w.~+/-]+=*) *$/i.exec(authorization)?.[1] ?? "";
}
