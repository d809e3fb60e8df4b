// Sessions in the database: the truth about who is signed in.
import { Injectable } from "@nestjs/common";
import { Database, newId } from "#libs/database/index";
import { Session } from "./session.entity.js";

/** A session that holds, with its account. */
export interface LiveSession {
  userId: string;
  email: string;
  name: string;
  isOperator: number;
  sessionId: string;
  lastSeenAt: number;
}

/** What is needed to tell others that a session has ended. */
export interface EndedSession {
  id: string;
  userId: string;
  tokenHash: string;
}

/** Which sessions of an account: one of them, all but one, or all. */
export type WhichSessions = { only: string } | { except: string } | "all";

/** Well below the parameters that a statement may have (32,766 in SQLite). */
const IDS_AT_ONCE = 500;
const ENDED = 'RETURNING id, user_id AS "userId", token_hash AS "tokenHash"';

@Injectable()
export class SessionsRepository {
  constructor(private readonly db: Database) {}

  /** Adds a session; those of the same account that have expired are swept on the way. */
  async add(row: Pick<Session, "userId" | "tokenHash" | "userAgent" | "expiresAt" | "endsAt">): Promise<void> {
    const now = Date.now();
    await this.db.transaction(async () => {
      await this.db.execute("DELETE FROM sessions WHERE user_id = ? AND expires_at <= ?", [row.userId, now]);
      await this.db.insert("sessions", {
        id: newId(),
        user_id: row.userId,
        token_hash: row.tokenHash,
        user_agent: row.userAgent,
        created_at: now,
        last_seen_at: now,
        expires_at: row.expiresAt,
        ends_at: row.endsAt,
      });
    });
  }

  async findLive(tokenHash: string): Promise<LiveSession | undefined> {
    return this.db.one<LiveSession>(
      `SELECT u.id AS "userId", u.email, u.name, u.is_operator AS "isOperator", s.id AS "sessionId", s.last_seen_at AS "lastSeenAt"
       FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.token_hash = ? AND s.expires_at > ? AND u.disabled_at IS NULL`,
      [tokenHash, Date.now()],
    );
  }

  /** Which of these sessions are there and have not expired. */
  async liveAmong(ids: readonly string[]): Promise<Set<string>> {
    const live = new Set<string>();
    for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
      const some = ids.slice(at, at + IDS_AT_ONCE);
      const sql = `SELECT id FROM sessions WHERE expires_at > ? AND id IN (${some.map(() => "?").join(", ")})`;
      for (const { id } of await this.db.query<{ id: string }>(sql, [Date.now(), ...some])) live.add(id);
    }
    return live;
  }

  /** Newest first. @param before an id; only older ones */
  async page(userId: string, limit: number, before: string | undefined): Promise<Session[]> {
    const query = this.db
      .repository(Session)
      .createQueryBuilder("s")
      .where("s.userId = :userId AND s.expiresAt > :now", { userId, now: Date.now() })
      .orderBy("s.id", "DESC")
      .take(limit);
    if (before !== undefined) query.andWhere("s.id < :before", { before });
    return query.getMany();
  }

  async touch(sessionId: string, now: number, expiresAt: number): Promise<void> {
    const sql = `UPDATE sessions SET last_seen_at = ?,
      expires_at = CASE WHEN ends_at < ? THEN ends_at ELSE ? END WHERE id = ?`;
    await this.db.execute(sql, [now, expiresAt, expiresAt, sessionId]);
  }

  /** Deletes sessions of one account. @returns those that were there */
  async delete(userId: string, which: WhichSessions): Promise<EndedSession[]> {
    const [condition, ...ids] =
      which === "all" ? [""] : "only" in which ? ["AND id = ?", which.only] : ["AND id <> ?", which.except];
    const sql = `DELETE FROM sessions WHERE user_id = ? ${condition} ${ENDED}`;
    return this.db.transaction(() => this.db.query<EndedSession>(sql, [userId, ...ids]));
  }

  /** Deletes the session of a token, whosever it is. @returns it, if it was there */
  async deleteByToken(tokenHash: string): Promise<EndedSession[]> {
    const sql = `DELETE FROM sessions WHERE token_hash = ? ${ENDED}`;
    return this.db.transaction(() => this.db.query<EndedSession>(sql, [tokenHash]));
  }
}
