// What the usage page keeps in its address: the days, and which calls are shown.

import { readSearch } from "~/app/read-search";

/** Days of a report, with today. */
export const RANGES = { d7: 7, d30: 30, d90: 90 } as const;
export type Range = keyof typeof RANGES;
export const KINDS = ["chat", "gateway"] as const;
export const OUTCOMES = ["failed", "stopped", "answered"] as const;
export const STATES = ["estimated", "final", "reconciled", "unsettled"] as const;

/** Which calls are shown, as the address has it. */
export interface CallFilter {
  model?: string;
  member?: string;
  key?: string;
  providerKey?: string;
  kind?: (typeof KINDS)[number];
  outcome?: (typeof OUTCOMES)[number];
  state?: (typeof STATES)[number];
}

/** What the usage page keeps in its address. */
export interface UsageSearch extends CallFilter {
  range?: Range;
}

/** Reads an address; what is none of the choices is left out. */
export function usageSearch(search: Record<string, unknown>): UsageSearch {
  const words = { kind: KINDS, outcome: OUTCOMES, state: STATES, range: Object.keys(RANGES) };
  return readSearch(search, ["model", "member", "key", "providerKey"], words);
}
