// Token buckets in Redis: one round trip a request, the same bucket for all processes.
import { Injectable } from "@nestjs/common";
import { LRUCache } from "lru-cache";
import { PREFIX, RedisClients } from "#libs/redis/index";

/** How often something may happen. */
export interface Rate {
  /** Tokens of a full bucket: so many may come at once. */
  limit: number;
  /** In this time an empty bucket is full again, ms; tokens come evenly. */
  perMs: number;
}

/** What became of a request. */
export interface Verdict {
  allowed: boolean;
  limit: number;
  /** Whole tokens that are left. */
  remaining: number;
  /** Until the bucket is full again, ms. */
  resetMs: number;
  /** Until there is a token again, ms; 0 when allowed. */
  retryAfterMs: number;
}

/** Buckets that the process counts while Redis is away; the least used go first. */
const LOCAL_KEYS = 20_000;

/**
 * The generic cell rate algorithm (ITU-T I.371): a bucket is the one number at which it will be full again, µs. Redis' clock
 * counts, so that processes need not agree on the time. Answers {allowed, that number − now}.
 */
const TAKE = `local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local token = tonumber(ARGV[1]) * tonumber(ARGV[3])
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
local after = full + token
if after - now > tonumber(ARGV[2]) then return {0, string.format('%.0f', full - now)} end
redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000))
return {1, string.format('%.0f', after - now)}`;

@Injectable()
export class RateLimiter {
  private readonly local = new LRUCache<string, number>({ max: LOCAL_KEYS });

  constructor(private readonly redis: RedisClients) {
    redis.main.defineCommand("parleyTakeToken", { numberOfKeys: 1, lua: TAKE });
  }

  /**
   * Takes a token; a refused request takes none. While Redis is away each process counts by itself at the full rate:
   * a limit of traffic, not of guesses, fails towards serving.
   * @param bucket what is counted, e.g. `key:<id>`
   * @param count so many tokens, or none
   */
  async take(bucket: string, { limit, perMs }: Rate, count = 1): Promise<Verdict> {
    const token = Math.ceil((perMs * 1_000) / limit);
    const burst = token * limit;
    const [allowed, wait] =
      (await this.inRedis(bucket, token, burst, count)) ?? this.inProcess(bucket, token * count, burst);
    return {
      allowed,
      limit,
      remaining: allowed ? Math.floor((burst - wait) / token) : 0,
      resetMs: wait / 1_000,
      retryAfterMs: allowed ? 0 : Math.max(1, (wait + token * count - burst) / 1_000),
    };
  }

  private async inRedis(
    bucket: string,
    token: number,
    burst: number,
    count: number,
  ): Promise<[boolean, number] | undefined> {
    if (!this.redis.available) return undefined;
    const { main } = this.redis;
    const command = (main as unknown as Record<"parleyTakeToken", (...args: (string | number)[]) => Promise<unknown>>)
      .parleyTakeToken;
    const answer = await command.call(main, `${PREFIX}:rate:${bucket}`, token, burst, count).catch(() => undefined);
    return Array.isArray(answer) ? [answer[0] === 1, Number(answer[1])] : undefined;
  }

  /** @param cost of all tokens that are wanted, µs */
  private inProcess(bucket: string, cost: number, burst: number): [boolean, number] {
    const now = performance.now() * 1_000;
    const full = Math.max(this.local.get(bucket) ?? 0, now);
    const after = full + cost;
    if (after - now > burst) return [false, full - now];
    this.local.set(bucket, after);
    return [true, after - now];
  }
}
