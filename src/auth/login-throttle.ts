// Slows down guessing of passwords: tries are counted before they are checked, so that many at once do not slip through.
import { createHash } from "node:crypto";
import { Injectable } from "@nestjs/common";
import { Config } from "#libs/config/index";
import { TooManyRequestsError } from "#libs/errors/index";
import { PREFIX, RedisClients } from "#libs/redis/index";
import { FixedWindows } from "./fixed-windows.js";

const WINDOW_MS = 15 * 60_000;
/** An address may fail this many times as often as one account from it: offices share one. */
const ADDRESS_FACTOR = 4;
/** An account from all addresses together: stops guessing by many machines, and stays below the 100 of NIST SP 800-63B §3.2.2. */
const ACCOUNT_FACTOR = 10;
/** Keys that the process counts while Redis is away. */
const LOCAL_KEYS = 30_000;

/** Counts every key and answers count and remaining ms of each, in one step. */
const TAKE = `local answer = {}
for i, key in ipairs(KEYS) do
  answer[2 * i - 1] = redis.call('INCR', key)
  if answer[2 * i - 1] == 1 then redis.call('PEXPIRE', key, ARGV[1]) end
  answer[2 * i] = redis.call('PTTL', key)
end
return answer`;
/** Forgets the first key, and takes one back from each of the others that is still there. */
const GIVE_BACK = `redis.call('DEL', KEYS[1])
for i = 2, #KEYS do if redis.call('EXISTS', KEYS[i]) == 1 then redis.call('DECR', KEYS[i]) end end`;

/** A try that was let through. */
export interface Attempt {
  /** The password was right: the account's failures from this address are forgotten. */
  succeeded(): Promise<void>;
}

@Injectable()
export class LoginThrottle {
  private readonly local = new FixedWindows(WINDOW_MS, LOCAL_KEYS);

  constructor(
    private readonly config: Config,
    private readonly redis: RedisClients,
  ) {}

  /**
   * Counts a try; those that succeed are given back.
   * @param subject whose password is tried, e.g. the e-mail
   * @throws TooManyRequestsError after too many failures in 15 minutes
   */
  async take(subject: string, address: string): Promise<Attempt> {
    const keys = keysOf(subject, address);
    const waits = (await this.inRedis(keys)) ?? this.inProcess(keys);
    const waitMs = Math.max(...waits);
    const words = "Too many failed sign-ins. Try again in a few minutes.";
    if (waitMs > 0) throw new TooManyRequestsError(waitMs, words, this.limits[waits.indexOf(waitMs)]);
    return { succeeded: () => this.giveBack(keys) };
  }

  private get limits(): number[] {
    const { loginLimit } = this.config;
    return [loginLimit, loginLimit * ADDRESS_FACTOR, loginLimit * ACCOUNT_FACTOR];
  }

  /** @returns ms to wait for each of the limits, or undefined when Redis does not answer */
  private async inRedis(keys: string[]): Promise<number[] | undefined> {
    if (!this.redis.available) return undefined;
    const answer = await this.redis.main.eval(TAKE, keys.length, ...keys, WINDOW_MS).catch(() => undefined);
    if (!Array.isArray(answer)) return undefined;
    return this.limits.map((limit, index) => (Number(answer[2 * index]) > limit ? Number(answer[2 * index + 1]) : 0));
  }

  /** Redis is away: the process decides by itself, at half the rate, so that a failure of Redis opens no door. */
  private inProcess(keys: string[]): number[] {
    return this.limits.map((limit, index) => this.local.take(keys[index]!, Math.ceil(limit / 2)));
  }

  private async giveBack(keys: string[]): Promise<void> {
    const [own, ...shared] = keys;
    this.local.forget(own!);
    for (const key of shared) this.local.giveBack(key);
    // What cannot be given back now expires with its window.
    if (this.redis.available) await this.redis.main.eval(GIVE_BACK, keys.length, ...keys).catch(() => undefined);
  }
}

/** Account from this address, the address, the account. E-mails are hashed: Redis need not know who signs in. */
function keysOf(subject: string, address: string): string[] {
  const digest = (text: string) => createHash("sha256").update(text).digest("base64url");
  return [
    `${PREFIX}:login:pair:${digest(`${subject}\0${address}`)}`,
    `${PREFIX}:login:address:${digest(address)}`,
    `${PREFIX}:login:account:${digest(subject)}`,
  ];
}
