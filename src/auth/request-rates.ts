// How many REST requests and socket events an account, and an address without one, may make.
import { Injectable } from "@nestjs/common";
import { Config } from "#libs/config/index";
import { TooManyRequestsError } from "#libs/errors/index";
import { RateLeases, standardRateHeaders } from "#libs/rate-limit/index";
import { type Account } from "./actor.js";

const MINUTE_MS = 60_000;

/** Where headers of the answer go; a Fastify reply is one. */
interface Headers {
  header(name: string, value: string): unknown;
}

@Injectable()
export class RequestRates {
  constructor(
    private readonly leases: RateLeases,
    private readonly config: Config,
  ) {}

  /** Counts a request or a socket's event of an account; each of its platform keys is counted apart. @throws TooManyRequestsError */
  async countAccount({ userId, key }: Account, answer?: Headers): Promise<void> {
    await this.count(key ? `rest:key:${key.id}` : `rest:user:${userId}`, this.config.restLimit, answer);
  }

  /** Counts a request of somebody who is not known. @throws TooManyRequestsError */
  async countAddress(address: string, answer: Headers): Promise<void> {
    await this.count(`rest:ip:${networkOf(address)}`, this.config.restAddressLimit, answer);
  }

  private async count(bucket: string, limit: number, answer: Headers | undefined): Promise<void> {
    if (limit === 0) return;
    const verdict = await this.leases.take(bucket, { limit, perMs: MINUTE_MS });
    if (answer) for (const [name, value] of Object.entries(standardRateHeaders(verdict))) answer.header(name, value);
    if (!verdict.allowed) throw new TooManyRequestsError(verdict.retryAfterMs);
  }
}

/** One machine has a whole /64 of IPv6 (RFC 6177): it counts as one address. */
export function networkOf(address: string): string {
  if (!address.includes(":") || address.includes(".")) return address;
  const [head, tail = ""] = address.split("::") as [string, string?];
  const front = head === "" ? [] : head.split(":");
  const back = tail.split(":");
  // The gap; of an address without one nothing is missing, and what is after the first half does not matter.
  const zeros = Array<string>(Math.max(0, 8 - front.length - back.length)).fill("0");
  return [...front, ...zeros, ...back].slice(0, 4).join(":");
}
