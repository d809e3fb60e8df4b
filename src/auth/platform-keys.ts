// Checks platform keys: once a request, without a slow hash, and never with rights that are older than half a second.
import { createHmac, hash, randomInt, timingSafeEqual } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from "@nestjs/common";
import { LRUCache } from "lru-cache";
import { Logger } from "#libs/observability/index";
import { CONTROL_CHANNEL, RedisClients } from "#libs/redis/index";
import { InstanceSecrets } from "#libs/secrets/index";
import { type Actor } from "./actor.js";
import { ApiKeysRepository, type HeldKey } from "./api-keys.repository.js";
import { keyIdOf } from "./key-token.js";

/** A row may be this old, ms: half of what a revocation may take, should the word of it be lost with Redis. */
const FRESH_MS = 500;
const MOST_KEPT = 10_000;
/** The last use of a key is written at most this often, ms. */
const TOUCH_MS = 60_000;
/** Uses are collected for this long before they are written, ms. */
const FLUSH_MS = 1_000;
const PURPOSE = "platform-keys/1";
/** A key that does not hold is refused at one of so many ticks of a timer, ms, by chance: for unknown ids and wrong secrets alike. */
const REFUSAL_MS = { least: 2, most: 10 };
/** What an unknown key is compared with, so that it takes as long as a known one. */
const NO_HASH = "0".repeat(64);

@Injectable()
export class PlatformKeys implements OnApplicationBootstrap, OnApplicationShutdown {
  /** Reads, begun at most {@link FRESH_MS} ago; requests at once share one. */
  private readonly kept = new LRUCache<string, Promise<HeldKey | undefined>>({ max: MOST_KEPT, ttl: FRESH_MS });
  /** Tokens that were read, by their SHA-256: reading one and its HMAC cost as much as the rest of the check (performance §8.3). */
  private readonly tokens = new LRUCache<string, Readonly<{ id: string; hash: Buffer }>>({ max: MOST_KEPT });
  private readonly used = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private hmacKey: Promise<Buffer> | undefined;

  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly secrets: InstanceSecrets,
    private readonly redis: RedisClients,
    private readonly logger: Logger,
  ) {}

  /** @throws ConfigError when VAULT_KEYS lacks the key that wraps the instance's secret */
  async onApplicationBootstrap(): Promise<void> {
    await this.hashKey();
    this.redis.subscribe(CONTROL_CHANNEL, (text) => this.forget(text)).catch(() => undefined);
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    await this.flush();
  }

  /**
   * The account for which a key acts; null when the key does not hold, for whatever reason. Text that is no key costs
   * no query.
   */
  async find(token: string): Promise<Actor | null> {
    const digest = hash("sha256", token, "base64");
    const known = this.tokens.get(digest);
    const id = known?.id ?? keyIdOf(token);
    if (id === null) return null;
    const held = await this.held(id);
    const given = known?.hash ?? Buffer.from(await this.hash(token));
    const right = timingSafeEqual(given, Buffer.from(held?.key.tokenHash ?? NO_HASH));
    if (!right || !held) {
      // The time of the look-up, which an unknown key needs and a kept one does not, is lost in it.
      await sleep(randomInt(REFUSAL_MS.least, REFUSAL_MS.most));
      return null;
    }
    if (!known) this.tokens.set(digest, { id, hash: given });
    const actor = actorOf(held);
    if (actor) this.touch(held.key);
    return actor;
  }

  /** The same key with the rights it has now; null when it does not hold any more. */
  async current(keyId: string): Promise<Actor | null> {
    const held = await this.held(keyId);
    return held ? actorOf(held) : null;
  }

  /** As {@link current}, never from what was read before. */
  async currentAnew(keyId: string): Promise<Actor | null> {
    this.kept.delete(keyId);
    return this.current(keyId);
  }

  /** Of these keys (id → stamp) the ones whose rights are not the same any more. Reads the database. */
  async changed(stamps: ReadonlyMap<string, string>): Promise<Set<string>> {
    if (stamps.size === 0) return new Set();
    const rows = await this.keys.rights([...stamps.keys()], Date.now());
    const same = new Set(
      rows.filter((row) => stampOf(row.updatedAt, row.role) === stamps.get(row.id)).map(({ id }) => id),
    );
    return new Set([...stamps.keys()].filter((id) => !same.has(id)));
  }

  /** What is kept of a token: HMAC-SHA256 under a key of the instance, hex. */
  async hash(token: string): Promise<string> {
    return createHmac("sha256", await this.hashKey())
      .update(token)
      .digest("hex");
  }

  private hashKey(): Promise<Buffer> {
    this.hmacKey ??= this.secrets.subkey(PURPOSE).catch((error: unknown) => {
      this.hmacKey = undefined;
      throw error;
    });
    return this.hmacKey;
  }

  private held(id: string): Promise<HeldKey | undefined> {
    const known = this.kept.get(id);
    if (known) return known;
    const read = this.keys.held(id);
    this.kept.set(id, read);
    // Neither a fault nor an unknown key is worth a place.
    const drop = () => {
      if (this.kept.peek(id) === read) this.kept.delete(id);
    };
    read.then((held) => held ?? drop(), drop);
    return read;
  }

  private forget(text: string): void {
    const { type, keyId } = JSON.parse(text) as { type?: string; keyId?: string };
    if (type === "key:changed" && keyId) this.kept.delete(keyId);
    // Which keys are a member's is not worth an index: this is rare, and each is read again in a moment.
    if (type === "membership:changed") this.kept.clear();
  }

  private touch({ id, lastUsedAt }: { id: string; lastUsedAt: number | null }): void {
    const now = Date.now();
    if (this.used.has(id) || now - (lastUsedAt ?? 0) < TOUCH_MS) return;
    this.used.set(id, now);
    this.timer ??= setTimeout(() => void this.flush(), FLUSH_MS).unref();
  }

  private async flush(): Promise<void> {
    this.timer = undefined;
    if (this.used.size === 0) return;
    const uses = new Map(this.used);
    this.used.clear();
    await this.keys
      .touch(uses, TOUCH_MS)
      .catch((error: unknown) => this.logger.warn("key_use_not_noted", { count: uses.size, error }));
  }
}

const stampOf = (updatedAt: number, role: string): string => `${updatedAt}/${role}`;

/** Null when the key has expired. */
function actorOf({ key, email, userName, role }: HeldKey): Actor | null {
  const { id, name, workspaceId, userId, scopes, models, budgetUsd, budgetPeriod, requestsPerMinute, expiresAt } = key;
  if (expiresAt !== null && expiresAt <= Date.now()) return null;
  const stamp = stampOf(key.updatedAt, role);
  return {
    userId,
    email,
    name: userName,
    isOperator: false,
    sessionId: id,
    workspaceId,
    role,
    key: { id, name, workspaceId, scopes, models, budgetUsd, budgetPeriod, requestsPerMinute, expiresAt, stamp },
  };
}
