// Ends connections whose session, membership or platform key was taken away, on every process, within a moment.

import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from "@nestjs/common";
import { Logger } from "#libs/observability/index";
import { CONTROL_CHANNEL, RedisClients } from "#libs/redis/index";
import { MembershipsRepository } from "#src/auth/memberships.repository";
import { PlatformKeys } from "#src/auth/platform-keys";
import { SessionsService } from "#src/auth/sessions.service";
import { Rooms } from "./rooms.js";

/** Both the notice between processes and the event for the account's own connections. */
const MEMBERSHIP_CHANGED = "membership:changed";
/** The database could not be asked: asked again after this, ms. */
const RETRY_MS = 500;
/** How often connections by platform key are checked, ms: a key expires without a word. */
const KEYS_MS = 500;

@Injectable()
export class Revocations implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private keysTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly redis: RedisClients,
    private readonly rooms: Rooms,
    private readonly memberships: MembershipsRepository,
    private readonly sessions: SessionsService,
    private readonly keys: PlatformKeys,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.redis.subscribe(CONTROL_CHANNEL, (text) => this.handle(text)).catch(() => undefined);
    // What was said while the connection was lost is not heard later.
    this.redis.onReconnect(() => void this.lookAgain());
    this.checkKeysLater();
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
    clearTimeout(this.keysTimer);
  }

  private handle(text: string): void {
    type Field = "type" | "sessionId" | "keyId" | "userId" | "workspaceId";
    const { type, sessionId, keyId, userId, workspaceId } = JSON.parse(text) as Partial<Record<Field, string>>;
    if (type === "session:revoked" && sessionId) this.rooms.closeSession(sessionId, "signed out");
    if (type === "key:changed" && keyId) this.rooms.closeSession(keyId, "key changed");
    if (type === MEMBERSHIP_CHANGED && workspaceId && userId) {
      // Told first: a page must not find out by errors that it shows what is gone.
      this.rooms.tellAccount(userId, MEMBERSHIP_CHANGED, JSON.stringify({ workspaceId }));
      this.rooms.closeIn(workspaceId, (subscriber) => subscriber.userId === userId, "membership changed");
    }
  }

  /** Asks the database whether every connection still has its session and its membership. */
  private async lookAgain(): Promise<void> {
    try {
      for (const [workspaceId, userIds] of this.rooms.watched()) {
        const members = new Set(await this.memberships.memberIds(workspaceId));
        const gone = new Set([...userIds].filter((userId) => !members.has(userId)));
        if (gone.size > 0) this.rooms.closeIn(workspaceId, ({ userId }) => gone.has(userId), "membership changed");
      }
      const sessionIds = [...this.rooms.sessionIds()];
      const live = await this.sessions.liveAmong(sessionIds);
      for (const id of sessionIds) if (!live.has(id)) this.rooms.closeSession(id, "signed out");
    } catch (error) {
      this.logger.warn("revocations_not_checked", { error });
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.lookAgain(), RETRY_MS).unref();
    }
  }

  private checkKeysLater(): void {
    this.keysTimer = setTimeout(() => {
      this.checkKeys()
        .catch((error: unknown) => this.logger.warn("revocations_not_checked", { error }))
        .finally(() => this.checkKeysLater());
    }, KEYS_MS).unref();
  }

  /** One read for all keys with an open connection; none when there are none. */
  private async checkKeys(): Promise<void> {
    for (const keyId of await this.keys.changed(this.rooms.keyStamps())) this.rooms.closeSession(keyId, "key changed");
  }
}
