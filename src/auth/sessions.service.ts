// Sessions: made at sign-in, looked up on every request, revoked at once everywhere.

import { Injectable } from "@nestjs/common";
import { Database, newId } from "#libs/database/index";
import { Logger } from "#libs/observability/index";
import { EventLog, PREFIX, RedisClients } from "#libs/redis/index";
import { type Account } from "./actor.js";
import { Session } from "./session.entity.js";
import { hashToken, newToken } from "./tokens.js";

/** A session ends this long after its last use, ms. */
export const SESSION_MS = 30 * 24 * 3_600_000;
/** How long Redis answers before the database is asked again, s. Bounds what a revocation misses while Redis is away. */
const CACHE_S = 60;
/** The last use is written at most this often, ms. */
const TOUCH_MS = 5 * 60_000;

interface AccountRow {
  userId: string;
  email: string;
  name: string;
  isOperator: number;
  sessionId: string;
  lastSeenAt: number;
}

@Injectable()
export class SessionsService {
  constructor(
    private readonly db: Database,
    private readonly redis: RedisClients,
    private readonly control: EventLog,
    private readonly logger: Logger,
  ) {}

  /** Opens a session. @returns the cookie's token, which is kept nowhere */
  async open(userId: string, userAgent: string | undefined): Promise<string> {
    const token = newToken();
    const now = Date.now();
    await this.db.insert("sessions", {
      id: newId(),
      user_id: userId,
      token_hash: hashToken(token),
      user_agent: userAgent?.slice(0, 300) ?? null,
      created_at: now,
      last_seen_at: now,
      expires_at: now + SESSION_MS,
    });
    return token;
  }

  /** The account of a token; null when it does not hold. Redis first; the database when Redis does not know or is away. */
  async find(token: string): Promise<Account | null> {
    const hash = hashToken(token);
    const key = keyOf(hash);
    const { available, main } = this.redis;
    const cached = available ? await main.get(key).catch(() => null) : null;
    if (cached) return JSON.parse(cached) as Account;
    const row = await this.db.one<AccountRow>(
      `SELECT u.id AS "userId", u.email, u.name, u.is_operator AS "isOperator", s.id AS "sessionId", s.last_seen_at AS "lastSeenAt"
       FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.token_hash = ? AND s.expires_at > ?`,
      [hash, Date.now()],
    );
    if (!row) return null;
    if (Date.now() - row.lastSeenAt > TOUCH_MS) await this.touch(row.sessionId);
    const { userId, email, name, sessionId } = row;
    const account = { userId, email, name, isOperator: row.isOperator === 1, sessionId };
    if (available) await main.set(key, JSON.stringify(account), "EX", CACHE_S).catch(() => undefined);
    return account;
  }

  async list(userId: string): Promise<Session[]> {
    const rows = await this.db.repository(Session).find({ where: { userId }, order: { lastSeenAt: "DESC" } });
    return rows.filter((row) => row.expiresAt > Date.now());
  }

  /** Ends sessions of an account. @param which one of them, or all but one. @returns how many */
  async revoke(userId: string, which: { only: string } | { except: string }): Promise<number> {
    const rows = await this.db.repository(Session).findBy({ userId });
    const doomed = rows.filter((row) => ("only" in which ? row.id === which.only : row.id !== which.except));
    for (const row of doomed) {
      await this.db.execute("DELETE FROM sessions WHERE id = ?", [row.id]);
      await this.redis.main
        .del(keyOf(row.tokenHash))
        .catch((error: unknown) => this.logger.warn("session_cache_not_cleared", { error }));
      await this.control.control({ type: "session:revoked", sessionId: row.id, userId }).catch(() => undefined);
    }
    return doomed.length;
  }

  private async touch(sessionId: string): Promise<void> {
    const now = Date.now();
    await this.db
      .execute("UPDATE sessions SET last_seen_at = ?, expires_at = ? WHERE id = ?", [now, now + SESSION_MS, sessionId])
      .catch((error: unknown) => this.logger.warn("session_not_touched", { error }));
  }
}

function keyOf(hash: string): string {
  return `${PREFIX}:session:${hash}`;
}
