// The catalog in Redis: a copy for every process, and the right to renew it, which one at a time has.
import { randomUUID } from "node:crypto";
import { Injectable } from "@nestjs/common";
import { PREFIX, RedisClients } from "#libs/redis/index";
import { type Catalog } from "./catalog.js";

/** Contract §4: refreshed with a TTL of 15 minutes. */
export const FRESH_MS = 15 * 60_000;
/** Longer than a fetch may take, ms: whoever died while renewing holds up the others no longer. */
const TURN_MS = 30_000;

/** What stands in the place of a turn's token when it failed. */
const FAILED = "failed";

/** Ends a turn that is still the caller's: it is free again, or for a while nobody's. */
const END_TURN = `
if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == "0" then return redis.call("DEL", KEYS[1]) end
return redis.call("SET", KEYS[1], "${FAILED}", "PX", ARGV[2])`;

/** The right to renew. */
export interface Turn {
  source: string;
  token: string;
}

/** All of it is a help only: when Redis is away, there is no copy, and everybody may renew. */
@Injectable()
export class CatalogCache {
  constructor(private readonly redis: RedisClients) {}

  /** The copy, while it is fresh. */
  async get(source: string): Promise<Catalog | null> {
    const text = await this.redis.main.get(copyKey(source)).catch(() => null);
    return text === null ? null : parse(text);
  }

  /** Keeps a copy until it is 15 minutes old. */
  async set(source: string, catalog: Catalog): Promise<void> {
    const left = catalog.asOf + FRESH_MS - Date.now();
    if (left <= 0) return;
    await this.redis.main.set(copyKey(source), JSON.stringify(catalog), "PX", left).catch(() => undefined);
  }

  /** @returns the turn; `taken`: somebody has it, `failed`: somebody had it just now, and the provider did not answer */
  async takeTurn(source: string): Promise<Turn | "taken" | "failed"> {
    const turn = { source, token: randomUUID() };
    try {
      const taken = await this.redis.main.set(turnKey(source), turn.token, "PX", TURN_MS, "NX");
      if (taken === "OK") return turn;
      return (await this.redis.main.get(turnKey(source))) === FAILED ? "failed" : "taken";
    } catch {
      return turn;
    }
  }

  /** @param pauseMs until then nobody gets a turn: the provider does not answer */
  async endTurn({ source, token }: Turn, pauseMs = 0): Promise<void> {
    await this.redis.main.eval(END_TURN, 1, turnKey(source), token, pauseMs).catch(() => undefined);
  }
}

function copyKey(source: string): string {
  return `${PREFIX}:models:${source}`;
}

function turnKey(source: string): string {
  return `${PREFIX}:models-turn:${source}`;
}

function parse(text: string): Catalog | null {
  try {
    const { asOf, models } = JSON.parse(text) as Catalog;
    return Number.isFinite(asOf) && Array.isArray(models) ? { asOf, models } : null;
  } catch {
    return null;
  }
}
