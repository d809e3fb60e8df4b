// Sessions: made at sign-in, looked up on every request, revoked at once everywhere.

import { Injectable, type OnApplicationBootstrap } from "@nestjs/common";
import { LRUCache } from "lru-cache";
import { Logger } from "#libs/observability/index";
import { CONTROL_CHANNEL, RedisClients } from "#libs/redis/index";
import { AccessNotices, REVOKED, sessionKey } from "./access-notices.js";
import { type Account } from "./actor.js";
import { type Session } from "./session.entity.js";
import { type EndedSession, SessionsRepository, type WhichSessions } from "./sessions.repository.js";
import { hashToken, newToken } from "./tokens.js";

/** A session ends this long after its last use, ms. */
export const SESSION_MS = 30 * 24 * 3_600_000;
/** How long Redis answers before the database is asked again, s. Bounds what is left of a revocation that died with its process. */
const CACHE_S = 60;
/** How long this process answers without asking Redis, ms: what a session that was ended may outlive a lost notice. */
const FRESH_MS = 1_000;
const MOST_FRESH = 10_000;
/** How long this process knows of itself that a session was ended, ms: longer than it takes to look one up. */
const ENDED_MS = 10_000;
/** The last use is written at most this often, ms. */
const TOUCH_MS = 5 * 60_000;

@Injectable()
export class SessionsService implements OnApplicationBootstrap {
  /** Token hash → account, or that it was ended. A page asks several times within a moment. */
  private readonly fresh = new LRUCache<string, Account | typeof REVOKED>({ max: MOST_FRESH, ttl: FRESH_MS });

  constructor(
    private readonly rows: SessionsRepository,
    private readonly redis: RedisClients,
    private readonly notices: AccessNotices,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.redis.subscribe(CONTROL_CHANNEL, (text) => this.forget(text)).catch(() => undefined);
  }

  /**
   * Opens a session with a token of its own: one that was planted before is worth nothing (session fixation).
   * @param replaced the token that the browser had until now; its session ends
   * @param lastsMs it ends after this, however much it is used; without it each use prolongs it
   * @returns the cookie's token, which is kept nowhere
   */
  async open(userId: string, userAgent: string | undefined, replaced?: string, lastsMs?: number): Promise<string> {
    const token = newToken();
    const now = Date.now();
    await this.rows.add({
      userId,
      tokenHash: hashToken(token),
      userAgent: userAgent?.slice(0, 300) ?? null,
      expiresAt: now + Math.min(SESSION_MS, lastsMs ?? SESSION_MS),
      endsAt: lastsMs === undefined ? null : now + lastsMs,
    });
    if (replaced !== undefined) await this.announce(await this.rows.deleteByToken(hashToken(replaced)));
    return token;
  }

  /** The account of a token; null when it does not hold. What was known a moment ago, then Redis; the database when Redis does not know or is away. */
  async find(token: string): Promise<Account | null> {
    const hash = hashToken(token);
    const known = this.fresh.get(hash);
    if (known) return known === REVOKED ? null : known;
    const found = await this.lookUp(hash);
    // Only what was looked up, so that a second after that it is looked up again, however busy the session is; and not
    // over the word that it was ended meanwhile.
    if (found && !this.fresh.has(hash)) this.fresh.set(hash, found);
    return found;
  }

  /** Another process, or this one, ended a session. */
  private forget(notice: string): void {
    const { type, tokenHash } = JSON.parse(notice) as { type?: string; tokenHash?: string };
    if (type === "session:revoked" && tokenHash !== undefined) this.ended(tokenHash);
  }

  private ended(tokenHash: string): void {
    this.fresh.set(tokenHash, REVOKED, { ttl: ENDED_MS });
  }

  private async lookUp(hash: string): Promise<Account | null> {
    const key = sessionKey(hash);
    const { available, main } = this.redis;
    const kept = available ? await main.get(key).catch(() => null) : null;
    if (kept === REVOKED) return null;
    if (kept) return JSON.parse(kept) as Account;
    const row = await this.rows.findLive(hash);
    if (!row) return null;
    if (Date.now() - row.lastSeenAt > TOUCH_MS) await this.touch(row.sessionId);
    const { userId, email, name, sessionId } = row;
    const account = { userId, email, name, isOperator: row.isOperator === 1, sessionId };
    // NX: between our read and this write the session may have been revoked, and that word stands.
    if (available) await main.set(key, JSON.stringify(account), "EX", CACHE_S, "NX").catch(() => undefined);
    return account;
  }

  /** Which of these sessions still hold. */
  async liveAmong(sessionIds: readonly string[]): Promise<Set<string>> {
    return this.rows.liveAmong(sessionIds);
  }

  /** Newest first, one more than `limit`. @param before an id; only older ones */
  async page(userId: string, limit: number, before: string | undefined): Promise<Session[]> {
    return this.rows.page(userId, limit + 1, before);
  }

  /** Ends sessions of an account everywhere. @returns how many */
  async revoke(userId: string, which: WhichSessions): Promise<number> {
    const ended = await this.end(userId, which);
    await this.announce(ended);
    return ended.length;
  }

  /** The part of {@link revoke} that belongs into a transaction; {@link announce} what it returns after the commit. */
  async end(userId: string, which: WhichSessions): Promise<EndedSession[]> {
    return this.rows.delete(userId, which);
  }

  async announce(ended: readonly EndedSession[]): Promise<void> {
    for (const { tokenHash } of ended) this.ended(tokenHash);
    await this.notices.sessionsRevoked(ended);
  }

  private async touch(sessionId: string): Promise<void> {
    const now = Date.now();
    await this.rows
      .touch(sessionId, now, now + SESSION_MS)
      .catch((error: unknown) => this.logger.warn("session_not_touched", { error }));
  }
}
