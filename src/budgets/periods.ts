// When budgets begin anew. Days and months are UTC.
import { type BudgetPeriod } from "#src/auth/actor";

/** First moment of the period that holds `at`; null for `total`. @param at epoch ms */
export function beginOf(period: BudgetPeriod, at: number): string | null {
  if (period === "total") return null;
  const date = new Date(at);
  return iso(date.getUTCFullYear(), date.getUTCMonth(), period === "day" ? date.getUTCDate() : 1);
}

/** First moment after the period; null for `total`, which never ends. */
export function endOf(period: BudgetPeriod, at: number): string | null {
  if (period === "total") return null;
  const date = new Date(at);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  return period === "day" ? iso(year, month, day + 1) : iso(year, month + 1, 1);
}

/**
 * What will have been spent at the period's end if it goes on as until now, 1e-12 USD; null for `total`, and within the first
 * hundredth of a period, from which nothing follows.
 */
export function forecast(period: BudgetPeriod, spent: bigint, now: number): bigint | null {
  const [begin, end] = [beginOf(period, now), endOf(period, now)];
  if (begin === null || end === null) return null;
  const [passed, whole] = [BigInt(now - Date.parse(begin)), BigInt(Date.parse(end) - Date.parse(begin))];
  return passed * 100n < whole ? null : (spent * whole) / passed;
}

function iso(year: number, month: number, day: number): string {
  return new Date(Date.UTC(year, month, day)).toISOString();
}
