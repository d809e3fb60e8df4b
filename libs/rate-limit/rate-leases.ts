// Token buckets that cost nearly no round trips: a process takes many tokens at once and gives them out by itself.
import { Injectable } from "@nestjs/common";
import { LRUCache } from "lru-cache";
import { type Rate, RateLimiter, type Verdict } from "./rate-limiter.js";

/** Tokens that were taken are good for this long, ms. What is not used is lost; it is no more than comes back meanwhile. */
const LEASE_MS = 1_000;
/** Most tokens of one lease. */
const MOST = 100;
const BUCKETS = 50_000;

interface Lease {
  /** Tokens to give out, or none: refused until then. */
  left: number;
  /** What Redis said. */
  verdict: Verdict;
  until: number;
}

/**
 * As {@link RateLimiter}, for limits that protect the server and need not be exact: a bucket that is used by several processes
 * may let a lease of each through beside the limit of a moment, never more over time.
 */
@Injectable()
export class RateLeases {
  private readonly leases = new LRUCache<string, Lease>({ max: BUCKETS });
  private readonly taking = new Map<string, Promise<void>>();

  constructor(private readonly limiter: RateLimiter) {}

  /** Takes a token; a refused request takes none. */
  async take(bucket: string, rate: Rate): Promise<Verdict> {
    for (;;) {
      const verdict = this.fromLease(bucket);
      if (verdict) return verdict;
      let taking = this.taking.get(bucket);
      if (!taking) {
        taking = this.lease(bucket, rate).finally(() => this.taking.delete(bucket));
        this.taking.set(bucket, taking);
      }
      await taking;
    }
  }

  private fromLease(bucket: string): Verdict | undefined {
    const lease = this.leases.get(bucket);
    const now = performance.now();
    if (!lease || lease.until <= now) return undefined;
    const { verdict } = lease;
    if (!verdict.allowed) return { ...verdict, retryAfterMs: lease.until - now };
    if (lease.left === 0) return undefined;
    lease.left -= 1;
    return { ...verdict, remaining: verdict.remaining + lease.left };
  }

  private async lease(bucket: string, rate: Rate): Promise<void> {
    const size = Math.min(MOST, Math.max(1, Math.floor((rate.limit * LEASE_MS) / rate.perMs)));
    let left = size;
    let verdict = await this.limiter.take(bucket, rate, size);
    if (!verdict.allowed && size > 1) {
      left = 1;
      verdict = await this.limiter.take(bucket, rate);
    }
    // A refusal holds until there is a token again: a flood costs no round trips either.
    const until = performance.now() + (verdict.allowed ? LEASE_MS : verdict.retryAfterMs);
    this.leases.set(bucket, { left, verdict, until });
  }
}
