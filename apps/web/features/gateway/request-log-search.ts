// What the request log keeps in its address: what is looked for.
import type { GatewayLog } from "@parley/client";
import { readSearch } from "~/app/read-search";
import type { LogFilter } from "./request-log";

export const STATUSES = ["answered", "cached", "failed", "stopped"] as const satisfies GatewayLog["status"][];

const HOUR_MS = 3_600_000;
/** Spans until now, ms. */
export const TIMES = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 7 * 24 * HOUR_MS } as const;
export type Time = keyof typeof TIMES;

/** Which calls are shown, as the address has it. */
export interface LogSearch {
  /** A part of its name. */
  model?: string;
  status?: (typeof STATUSES)[number];
  key?: string;
  member?: string;
  time?: Time;
}

/** Reads an address; what is none of the choices is left out. */
export function logSearch(search: Record<string, unknown>): LogSearch {
  return readSearch(search, ["model", "key", "member"], { status: STATUSES, time: Object.keys(TIMES) });
}

/** What is asked of the API. @param now epoch ms, where spans end */
export function logFilter({ model, status, key, member, time }: LogSearch, now: number): LogFilter {
  // Spaces at the ends are on their way to a word.
  const part = model?.trim() ?? "";
  return {
    ...(part !== "" && { model: part }),
    ...(status !== undefined && { status }),
    ...(key !== undefined && { apiKeyId: key }),
    ...(member !== undefined && { userId: member }),
    ...(time !== undefined && { from: new Date(now - TIMES[time]).toISOString() }),
  };
}
