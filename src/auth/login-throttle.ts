// Slows down guessing of passwords: failed sign-ins are counted per account and per address.
import { createHash } from "node:crypto";
import { Injectable } from "@nestjs/common";
import { Config } from "#libs/config/index";
import { TooManyRequestsError } from "#libs/errors/index";
import { PREFIX, RedisClients } from "#libs/redis/index";

const WINDOW_S = 15 * 60;
/** An address may fail this many times as often as an account: offices share one. */
const ADDRESS_FACTOR = 4;
/** Accounts remembered by the process while Redis is away. */
const LOCAL_LIMIT = 10_000;

@Injectable()
export class LoginThrottle {
  private readonly local = new Map<string, number>();

  constructor(
    private readonly config: Config,
    private readonly redis: RedisClients,
  ) {}

  /** @throws TooManyRequestsError after too many failures */
  async assertAllowed(email: string, address: string): Promise<void> {
    const { loginLimit } = this.config;
    const limits = [loginLimit, loginLimit * ADDRESS_FACTOR];
    const failures = await Promise.all(keysOf(email, address).map((key) => this.count(key)));
    if (failures.some((count, index) => count >= limits[index]!)) {
      throw new TooManyRequestsError(WINDOW_S * 1_000, "Too many failed sign-ins. Try again in a few minutes.");
    }
  }

  async failed(email: string, address: string): Promise<void> {
    for (const key of keysOf(email, address)) {
      if (this.local.size < LOCAL_LIMIT) this.local.set(key, (this.local.get(key) ?? 0) + 1);
      await this.redis.main
        .pipeline()
        .incr(key)
        .expire(key, WINDOW_S, "NX")
        .exec()
        .catch(() => undefined);
    }
  }

  async succeeded(email: string): Promise<void> {
    const key = keysOf(email, "")[0]!;
    this.local.delete(key);
    await this.redis.main.del(key).catch(() => undefined);
  }

  private async count(key: string): Promise<number> {
    const count = await this.redis.main.get(key).catch(() => undefined);
    // Redis is away: the process's own count decides, so that a failure of Redis opens no door.
    if (count === undefined) return this.local.get(key) ?? 0;
    if (count === null) this.local.delete(key);
    return Number(count ?? 0);
  }
}

function keysOf(email: string, address: string): string[] {
  const digest = createHash("sha256").update(email).digest("base64url");
  return [`${PREFIX}:login:account:${digest}`, `${PREFIX}:login:address:${address}`];
}
