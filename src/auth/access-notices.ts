// Tells every process that access was taken away; what Redis cannot take now is told as soon as it is back.
import { Injectable, type OnApplicationShutdown } from "@nestjs/common";
import { Logger } from "#libs/observability/index";
import { CONTROL_CHANNEL, PREFIX, RedisClients } from "#libs/redis/index";
import type { EndedSession } from "./sessions.repository.js";

/** What stands in Redis for a session that was ended. */
export const REVOKED = "revoked";
/** Longer than any request may hold an answer of the database that it read before the end, s. */
const TOMBSTONE_S = 120;
const RETRY_MS = 200;
/** Notices kept while Redis is away; each is a few hundred bytes. */
const MOST_UNSENT = 10_000;

/** Where Redis keeps the fast copy of a session. */
export const sessionKey = (tokenHash: string): string => `${PREFIX}:session:${tokenHash}`;

interface Notice {
  message: object;
  /** A session's key that must not be filled again. */
  tombstone?: string;
}

@Injectable()
export class AccessNotices implements OnApplicationShutdown {
  private unsent: Notice[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly redis: RedisClients,
    private readonly logger: Logger,
  ) {}

  /** Ends the sessions' fast copies and their sockets everywhere. Resolves at once while Redis is away. */
  async sessionsRevoked(sessions: readonly EndedSession[]): Promise<void> {
    await this.tell(
      sessions.map(({ id, userId, tokenHash }) => ({
        message: { type: "session:revoked", sessionId: id, userId, tokenHash },
        tombstone: sessionKey(tokenHash),
      })),
    );
  }

  /** The members' sockets in the workspace are closed, and come back with the rights that are left. */
  async membershipsChanged(workspaceId: string, userIds: readonly string[]): Promise<void> {
    await this.tell(userIds.map((userId) => ({ message: { type: "membership:changed", workspaceId, userId } })));
  }

  /** The platform keys have other rights, or none: what is open with them is closed. */
  async keysChanged(keyIds: readonly string[]): Promise<void> {
    await this.tell(keyIds.map((keyId) => ({ message: { type: "key:changed", keyId } })));
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
  }

  private async tell(notices: Notice[]): Promise<void> {
    if (notices.length === 0 || (await this.send(notices))) return;
    this.logger.warn("access_notice_delayed", { count: notices.length });
    this.unsent = [...this.unsent, ...notices].slice(-MOST_UNSENT);
    this.retryLater();
  }

  private async send(notices: readonly Notice[]): Promise<boolean> {
    if (!this.redis.available) return false;
    const pipeline = this.redis.main.pipeline();
    for (const { message, tombstone } of notices) {
      if (tombstone !== undefined) pipeline.set(tombstone, REVOKED, "EX", TOMBSTONE_S);
      pipeline.publish(CONTROL_CHANNEL, JSON.stringify(message));
    }
    const results = await pipeline.exec().catch(() => null);
    return results?.every(([error]) => error === null) ?? false;
  }

  private retryLater(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.retry();
    }, RETRY_MS).unref();
  }

  private async retry(): Promise<void> {
    const notices = this.unsent;
    this.unsent = [];
    if (!(await this.send(notices))) this.unsent = [...notices, ...this.unsent].slice(-MOST_UNSENT);
    if (this.unsent.length > 0) this.retryLater();
  }
}
