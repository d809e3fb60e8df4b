// Challenges that browsers are to sign: random, for one use, in Redis until then.
import { Injectable } from "@nestjs/common";
import { UnavailableError } from "#libs/errors/index";
import { PREFIX, RedisClients } from "#libs/redis/index";
import { hashToken } from "#src/auth/tokens";

/** How long a person may take, s (WebAuthn Level 3 §15.1 recommends 5 to 10 minutes). */
export const CHALLENGE_S = 300;

@Injectable()
export class Challenges {
  constructor(private readonly redis: RedisClients) {}

  /** @param purpose what the answer may be used for, e.g. whose account gets the passkey */
  async keep(challenge: string, purpose: string): Promise<void> {
    this.assertRedis();
    await this.redis.main.set(keyOf(challenge), purpose, "EX", CHALLENGE_S);
  }

  /** Takes it out, so that nothing is signed twice. @returns whether it was there, for this purpose */
  async take(challenge: string, purpose: string): Promise<boolean> {
    this.assertRedis();
    return (await this.redis.main.getdel(keyOf(challenge))) === purpose;
  }

  private assertRedis(): void {
    if (!this.redis.available) throw new UnavailableError("Passkeys cannot be used at the moment. Try again shortly.");
  }
}

const keyOf = (challenge: string): string => `${PREFIX}:passkey:${hashToken(challenge)}`;
