// Ends connections whose session or membership was taken away, on every process, within a moment.
import { CONTROL_CHANNEL, RedisClients } from "#libs/redis/index";
import { Injectable, type OnApplicationBootstrap } from "@nestjs/common";
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
    if (message.type === "session:revoked") {
      this.rooms.closeSession(message.sessionId ?? "", "signed out");
    } else if (message.type === "membership:changed") {
      const touched = (workspaceId: string) => workspaceId === message.workspaceId;
      this.rooms.closeWhere((subscriber, workspaceId) => subscriber.userId === message.userId && touched(workspaceId), "membership changed");
    }
  }
}
