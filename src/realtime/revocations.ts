// Ends connections whose session or membership was taken away, on every process, within a moment.

import { Injectable, type OnApplicationBootstrap } from "@nestjs/common";
import { CONTROL_CHANNEL, RedisClients } from "#libs/redis/index";
import { Rooms } from "./rooms.js";

@Injectable()
export class Revocations implements OnApplicationBootstrap {
  constructor(
    private readonly redis: RedisClients,
    private readonly rooms: Rooms,
  ) {}

  onApplicationBootstrap(): void {
    this.redis.subscribe(CONTROL_CHANNEL, (text) => this.handle(text)).catch(() => undefined);
  }

  private handle(text: string): void {
    const message = JSON.parse(text) as { type?: string; sessionId?: string; userId?: string; workspaceId?: string };
    const { type, sessionId, userId, workspaceId } = message;
    if (type === "session:revoked" && sessionId) this.rooms.closeSession(sessionId, "signed out");
    if (type === "membership:changed" && workspaceId) {
      this.rooms.closeIn(workspaceId, (subscriber) => subscriber.userId === userId, "membership changed");
    }
  }
}
