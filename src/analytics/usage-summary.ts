// The figures at a glance: spend, speed, errors, forecast.
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { fromPico, toPico } from "#libs/money/index";
import { type Usage, UsageReport, type Whose } from "./usage-report.js";

const DAY_MS = 86_400_000;
/** Newest calls that speed is taken from. */
const SAMPLE = 5_000;

/** Half of the calls are as fast, and 95 %; null: none yet. ms, and tokens a second. */
export interface Speed {
  calls: number;
  latencyP50Ms: number | null;
  latencyP95Ms: number | null;
  firstTokenP50Ms: number | null;
  firstTokenP95Ms: number | null;
  tokensPerSecondP50: number | null;
}

export interface Summary {
  today: Usage;
  thisMonth: Usage;
  lastMonth: Usage;
  /** At the month's end if it goes on as until now; null on its first hours. */
  forecastUsd: string | null;
  /** Of the last 30 days. */
  speed: Speed;
}

interface TimedRow {
  latency: number | null;
  first: number | null;
  tokens: number | null;
}

@Injectable()
export class UsageSummary {
  constructor(
    private readonly db: Database,
    private readonly report: UsageReport,
  ) {}

  /** Days and months are UTC, as those of budgets. @param now epoch ms */
  async of(whose: Whose, now: number): Promise<Summary> {
    const date = new Date(now);
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
    const [lastMonth, thisMonth, nextMonth] = [-1, 0, 1].map((n) => Date.UTC(year, month + n)) as [
      number,
      number,
      number,
    ];
    const total = (from: number, to: number) => this.report.total(whose, { from, to });
    const [today, present, last] = await Promise.all([
      total(now - (now % DAY_MS), nextMonth),
      total(thisMonth, nextMonth),
      total(lastMonth, thisMonth),
    ]);
    const passed = now - thisMonth;
    const whole = nextMonth - thisMonth;
    const spent = toPico(present.costUsd);
    const forecastUsd = passed * 100 < whole ? null : fromPico((spent * BigInt(whole)) / BigInt(passed));
    return { today, thisMonth: present, lastMonth: last, forecastUsd, speed: await this.speed(whose, now) };
  }

  private async speed({ workspaceId, userId }: Whose, now: number): Promise<Speed> {
    const rows = await this.db.query<TimedRow>(
      `SELECT latency_ms AS latency, first_token_ms AS first, completion_tokens AS tokens FROM provider_calls
       WHERE workspace_id = ? ${userId === undefined ? "" : "AND user_id = ?"} AND created_at >= ?
         AND error_code IS NULL AND latency_ms IS NOT NULL
       ORDER BY created_at DESC LIMIT ${SAMPLE}`,
      [workspaceId, ...(userId === undefined ? [] : [userId]), now - 30 * DAY_MS],
    );
    const latency = sorted(rows.map((row) => row.latency));
    const first = sorted(rows.map((row) => row.first));
    const rate = sorted(rows.map(({ tokens, latency: whole, first: begun }) => tokensPerSecond(tokens, whole, begun)));
    return {
      calls: rows.length,
      latencyP50Ms: quantile(latency, 0.5),
      latencyP95Ms: quantile(latency, 0.95),
      firstTokenP50Ms: quantile(first, 0.5),
      firstTokenP95Ms: quantile(first, 0.95),
      tokensPerSecondP50: quantile(rate, 0.5),
    };
  }
}

/** Of the time after the first token, one decimal; null when it is not known or too short to say. */
export function tokensPerSecond(
  tokens: number | null,
  latencyMs: number | null,
  firstTokenMs: number | null,
): number | null {
  if (tokens === null || latencyMs === null || firstTokenMs === null || latencyMs <= firstTokenMs) return null;
  return Math.round((tokens * 10_000) / (latencyMs - firstTokenMs)) / 10;
}

function sorted(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null).sort((a, b) => a - b);
}

/** The nearest rank of values in order. */
function quantile(values: readonly number[], share: number): number | null {
  return values[Math.max(0, Math.ceil(values.length * share) - 1)] ?? null;
}
