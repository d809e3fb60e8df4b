// Redis connections of a process: one for commands, one for subscriptions.

import { Injectable, type OnApplicationShutdown } from "@nestjs/common";
import { Redis, type RedisOptions } from "ioredis";
import { Config } from "#libs/config/index";

/** Every key and channel begins with it; the braces keep all in one slot of a Redis Cluster. */
export const PREFIX = "{parley}";

/** A command that has no answer after this is given up, ms: a hung Redis must not hang a request. */
const COMMAND_TIMEOUT_MS = 2_000;

/**
 * A connection that is given up is cut after this, ms. ioredis' own 2 s begin anew, and hold the process up, when one is given up
 * that is closed already: a command that is done before Redis was asked whether it is ready would end 2 s later.
 */
const DISCONNECT_MS = 100;

const reconnectDelay = (tries: number): number => Math.min(50 * 2 ** Math.min(tries, 5), 1_000);

/** Options shared by all connections. @param overrides what a connection's user needs otherwise */
export function redisOptions(overrides: RedisOptions = {}): RedisOptions {
  return {
    retryStrategy: reconnectDelay,
    keepAlive: 10_000,
    noDelay: true,
    disconnectTimeout: DISCONNECT_MS,
    ...overrides,
  };
}

/** A new connection. Connection faults show as failing commands and in readiness; the empty listener keeps the process alive. */
export function connectRedis(url: string, overrides: RedisOptions = {}): Redis {
  const redis = new Redis(url, redisOptions(overrides));
  redis.on("error", () => undefined);
  return redis;
}

export type Listener = (message: string) => void;

/** The process's Redis connections. */
@Injectable()
export class RedisClients implements OnApplicationShutdown {
  /** For commands. Fails within about {@link COMMAND_TIMEOUT_MS} when Redis is away; it does not queue for long. */
  readonly main: Redis;
  private readonly subscriber: Redis;
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly reconnected = new Set<() => void>();

  constructor(config: Config) {
    this.main = connectRedis(config.redisUrl, { maxRetriesPerRequest: 1, commandTimeout: COMMAND_TIMEOUT_MS });
    // Redis answers INFO with an error on a subscribed connection, so the ready check would break it off again and again.
    this.subscriber = connectRedis(config.redisUrl, { maxRetriesPerRequest: null, enableReadyCheck: false });
    this.subscriber.on("message", (channel: string, message: string) => {
      for (const listener of this.listeners.get(channel) ?? []) listener(message);
    });
    let connectedBefore = false;
    // ioredis subscribes again by itself before it says "ready".
    this.subscriber.on("ready", () => {
      if (connectedBefore) for (const callback of this.reconnected) callback();
      connectedBefore = true;
    });
  }

  /** False while the connection is down: what Redis only makes faster need not wait for it. */
  get available(): boolean {
    return this.main.status === "ready";
  }

  /** Calls `listener` with every message of the channel, across reconnects (messages in between are lost). */
  async subscribe(channel: string, listener: Listener): Promise<void> {
    const known = this.listeners.get(channel);
    if (known) {
      known.add(listener);
      return;
    }
    this.listeners.set(channel, new Set([listener]));
    await this.subscriber.subscribe(channel);
  }

  /** Calls back when subscriptions work again after a lost connection: the time to look for what was missed. */
  onReconnect(callback: () => void): void {
    this.reconnected.add(callback);
  }

  async onApplicationShutdown(): Promise<void> {
    this.main.disconnect();
    this.subscriber.disconnect();
  }
}
