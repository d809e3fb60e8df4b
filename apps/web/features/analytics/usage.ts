// What the usage page reads: spans of whole days in the browser's zone, and reports over them.
import type { CallsQuery, UsageReport } from "@parley/client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useWorkspace, useWorkspaceClient } from "~/features/workspaces/current-workspace";
import { sum } from "~/ui/money";
import { type CallFilter, RANGES, type Range } from "./usage-search";

export const GROUPS = ["model", "member", "key"] as const;
export type Group = (typeof GROUPS)[number];
/** One line of a report. */
export type Line = UsageReport["data"][number];

/** `errorCode` of a call that was ended before its answer was complete, as a rule by whoever asked: it did not fail. */
export const STOPPED = "cancelled";

/** What is asked of the API. @param from ISO time */
export function callsQuery(from: string, filter: CallFilter): Omit<CallsQuery, "limit" | "cursor"> {
  const { model, member, key, providerKey, kind, outcome, state } = filter;
  return {
    from,
    ...(model !== undefined && { model }),
    ...(member !== undefined && { userId: member }),
    ...(key !== undefined && { apiKeyId: key }),
    ...(providerKey !== undefined && { providerKeyId: providerKey }),
    ...(kind !== undefined && { kind }),
    ...(outcome === "stopped" && { errorCode: STOPPED }),
    ...((outcome === "failed" || outcome === "answered") && { failed: outcome === "failed" }),
    ...(state !== undefined && { state }),
  };
}

/** Series or bars of their own; the rest is one more. */
export const MOST_SERIES = 6;

/** The browser's IANA time zone. */
export const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The local days of a range, oldest first, each by its midnight. */
export function daysOf(range: Range, now = new Date()): Date[] {
  const count = RANGES[range];
  // The constructor counts calendar days, also over changes of the clock.
  return Array.from(
    { length: count },
    (_, n) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - count + 1 + n),
  );
}

/** "2026-11-23", as reports write local days. */
export function dayKey(day: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** Every day of a range, those without calls as null. */
export function fillDays(days: readonly Date[], lines: readonly Line[]): { day: Date; line: Line | null }[] {
  const byKey = new Map(lines.map((line) => [line.key, line]));
  return days.map((day) => ({ day, line: byKey.get(dayKey(day)) ?? null }));
}

/** The first lines, and what the others come to as the last one. */
export function topLines(lines: readonly Line[]): {
  top: readonly Line[];
  other: { calls: number; costUsd: string } | null;
} {
  if (lines.length <= MOST_SERIES) return { top: lines, other: null };
  const rest = lines.slice(MOST_SERIES);
  const calls = rest.reduce((count, line) => count + line.calls, 0);
  return { top: lines.slice(0, MOST_SERIES), other: { calls, costUsd: sum(rest.map(({ costUsd }) => costUsd)) } };
}

/** Days of a range, and the ISO time where it begins. */
export function useRange(range: Range): { days: Date[]; from: string } {
  return useMemo(() => {
    const days = daysOf(range);
    return { days, from: (days[0] as Date).toISOString() };
  }, [range]);
}

/** Models of their own in the costs of a day. */
const MOST_MODELS = 5;

/** Days are split by model. */
export function useReport(from: string, groupBy: Group | "day") {
  const { id } = useWorkspace();
  const client = useWorkspaceClient();
  return useQuery({
    queryKey: ["usage", id, from, groupBy],
    queryFn: () =>
      client.analytics.usage({
        from,
        groupBy,
        tz: ZONE,
        ...(groupBy === "day" && { splitBy: "model" as const, top: MOST_MODELS }),
      }),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
}

/** Of members and platform keys, by id. Who or what is gone has none. */
export type Names = ReadonlyMap<string, string>;

/** What members and platform keys of these days are called; undefined while that is read. @param from ISO time */
export function useNames(from: string): Names | undefined {
  const [members, keys] = [useReport(from, "member"), useReport(from, "key")];
  if (!members.data || !keys.data) return undefined;
  const lines = [...members.data.data, ...keys.data.data];
  return new Map(lines.flatMap(({ key, name }) => (key === null || name === null ? [] : [[key, name] as const])));
}

export function useSummary() {
  const { id } = useWorkspace();
  const client = useWorkspaceClient();
  return useQuery({ queryKey: ["usage-summary", id], queryFn: () => client.analytics.summary(), staleTime: 0 });
}
