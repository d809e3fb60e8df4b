// What is counted: for whom, and in which periods.
import { type BudgetPeriod } from "#src/auth/actor";

/** On whose behalf a call is made, and when it began (epoch ms): a call counts in the periods in which it began. */
export interface Spender {
  workspaceId: string;
  userId: string | null;
  apiKeyId: string | null;
  createdAt: number;
}

/** What a budget is for: "instance", "w:<workspace>", "m:<workspace>:<user>", "k:<platform key>". */
export type Subject = string;

export const INSTANCE: Subject = "instance";
export const workspaceSubject = (workspaceId: string): Subject => `w:${workspaceId}`;
export const memberSubject = (workspaceId: string, userId: string): Subject => `m:${workspaceId}:${userId}`;
export const keySubject = (apiKeyId: string): Subject => `k:${apiKeyId}`;

/** Everything that a call counts for. */
export function subjectsOf({ workspaceId, userId, apiKeyId }: Omit<Spender, "createdAt">): Subject[] {
  return [
    INSTANCE,
    workspaceSubject(workspaceId),
    ...(userId === null ? [] : [memberSubject(workspaceId, userId)]),
    ...(apiKeyId === null ? [] : [keySubject(apiKeyId)]),
  ];
}

const DAY_MS = 86_400_000;
/** The periods of the day (UTC) that was asked for last: nearly always the present one, and each call asks several times. */
let latest: { day: number; starts: Record<BudgetPeriod, string> } | undefined;

/** The name of the period (UTC) in which a moment lies: "2026-11-23", "2026-11", "". @param at epoch ms */
export function startOf(period: BudgetPeriod, at: number): string {
  const day = Math.floor(at / DAY_MS);
  if (latest?.day !== day) {
    const date = new Date(at).toISOString();
    latest = { day, starts: { day: date.slice(0, 10), month: date.slice(0, 7), total: "" } };
  }
  return latest.starts[period];
}

/** One counter. Amounts in 1e-12 USD. */
export interface Counter {
  subject: Subject;
  period: BudgetPeriod;
  start: string;
  spent: bigint;
  /** Held for calls whose cost is not known yet. */
  reserved: bigint;
}

/** Which counter, in which workspace; null: of the instance. */
export interface Counted {
  subject: Subject;
  period: BudgetPeriod;
  workspaceId: string | null;
}
