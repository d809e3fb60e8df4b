// Reports over the ledger: what was used and spent, by time, model, member or key. Sums are exact.
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { fromPico } from "#libs/money/index";
import { HAS_FAILED } from "#src/usage/provider-call.entity";
import { LocalTime, SLOT_MS } from "./time-slots.js";

export const GROUPS = ["day", "hour", "model", "member", "key", "template"] as const;
export type Group = (typeof GROUPS)[number];

/** A span of time, epoch ms: from inclusive, to exclusive. */
export interface Span {
  from: number;
  to: number;
}

/** Of whom. */
export interface Whose {
  workspaceId: string;
  /** A member's own calls alone; undefined: everybody's. */
  userId?: string | undefined;
}

/** What some calls came to. */
export interface Usage {
  calls: number;
  /** That failed; those that were stopped did not. */
  errors: number;
  promptTokens: number;
  completionTokens: number;
  reasoningTokens: number;
  cachedTokens: number;
  costUsd: string;
  /** Whose cost is not known yet: not in `costUsd`. */
  unsettled: number;
}

/** By what times can be split. */
export const SPLITS = ["model", "member", "key"] as const;
export type Split = (typeof SPLITS)[number];

/** A part of a group: of one of the dearest series, or of all others together. */
export interface UsagePart {
  /** Null: of none, or all others. */
  key: string | null;
  other: boolean;
  calls: number;
  costUsd: string;
}

/** What a span is split into, dearest first; the rest is one more. */
export interface SplitUsage {
  series: { key: string | null; name: string | null }[];
  /** The parts of each group, by its key. */
  parts: Map<string | null, UsagePart[]>;
}

/** `key` null: what belongs to none (calls without a platform key, accounts that are gone). */
export interface GroupedUsage extends Usage {
  key: string | null;
  /** Of the member or platform key, as long as it exists. */
  name: string | null;
}

interface SumRow {
  key: string | number | null;
  part: string | null;
  calls: number;
  errors: number;
  promptTokens: number | null;
  completionTokens: number | null;
  reasoningTokens: number | null;
  cachedTokens: number | null;
  pico: string | null;
  unsettled: number;
}

const SUMS = `COUNT(*) AS calls, SUM(CASE WHEN ${HAS_FAILED} THEN 1 ELSE 0 END) AS errors,
  SUM(prompt_tokens) AS "promptTokens", SUM(completion_tokens) AS "completionTokens",
  SUM(reasoning_tokens) AS "reasoningTokens", SUM(cached_tokens) AS "cachedTokens",
  CAST(SUM(cost_pico) AS text) AS pico, SUM(CASE WHEN cost_pico IS NULL THEN 1 ELSE 0 END) AS unsettled`;
/** Of corrections: they change what calls cost, and no count. */
const CORRECTION_SUMS = `0 AS calls, 0 AS errors, 0 AS "promptTokens", 0 AS "completionTokens", 0 AS "reasoningTokens",
  0 AS "cachedTokens", CAST(SUM(delta_pico) AS text) AS pico, 0 AS unsettled`;
const IN_SPAN = "FROM provider_calls WHERE provider_calls.workspace_id = ? AND created_at >= ? AND created_at < ?";
/** A correction counts where its call does. */
const CORRECTED = `FROM cost_corrections k JOIN provider_calls ON provider_calls.id = k.call_id
  WHERE k.workspace_id = ? AND call_at >= ? AND call_at < ?`;
const COLUMNS: Record<Group, string> = {
  day: `provider_calls.created_at / ${SLOT_MS}`,
  hour: `provider_calls.created_at / ${SLOT_MS}`,
  model: "model",
  member: "user_id",
  key: "api_key_id",
  // Calls made from a template carry no mark of it yet: all belong to none.
  template: "CAST(NULL AS varchar(36))",
};
const NAMES: Partial<Record<Group, string>> = {
  member: "SELECT u.id, u.name FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = ?",
  key: "SELECT id, name FROM api_keys WHERE workspace_id = ?",
};

@Injectable()
export class UsageReport {
  constructor(private readonly db: Database) {}

  /** Times in order, others by cost, dearest first. @param tz IANA time zone of days and hours */
  async grouped(whose: Whose, span: Span, by: Group, tz: string): Promise<GroupedUsage[]> {
    const local = new LocalTime(tz);
    const rows = await this.sums([COLUMNS[by]], whose, span);
    const names = await this.names(whose.workspaceId, by);
    const isTime = by === "day" || by === "hour";
    const keyOf = ({ key }: SumRow) => (isTime ? local[by](Number(key) * SLOT_MS) : (key as string | null));
    const groups = new Map<string | null, SumRow[]>();
    for (const row of rows) {
      const key = keyOf(row);
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
    const result = [...groups].map(([key, members]) => ({
      key,
      name: key === null ? null : (names.get(key) ?? null),
      pico: picoOf(members),
      ...added(members),
    }));
    result.sort(isTime ? (a, b) => compare(a.key!, b.key!) : (a, b) => compare(b.pico, a.pico));
    return result.map(({ pico: _, ...group }) => group);
  }

  /**
   * The groups of {@link grouped} by another thing as well.
   * @param by a time @param most series of their own
   */
  async split(
    whose: Whose,
    span: Span,
    by: "day" | "hour",
    tz: string,
    into: Split,
    most: number,
  ): Promise<SplitUsage> {
    const local = new LocalTime(tz);
    const rows = await this.sums([COLUMNS[by], COLUMNS[into]], whose, span);
    const names = await this.names(whose.workspaceId, into);
    const all = [...Map.groupBy(rows, ({ part }) => part)]
      .map(([key, own]) => ({ key, pico: picoOf(own) }))
      .sort((a, b) => compare(b.pico, a.pico) || compare(a.key ?? "", b.key ?? ""));
    const series = all.slice(0, most).map(({ key }) => ({ key, name: key === null ? null : (names.get(key) ?? null) }));
    const own = new Set(series.map(({ key }) => key));
    const parts = [...Map.groupBy(rows, ({ key }) => local[by](Number(key) * SLOT_MS))].map(([time, members]) => {
      const of = Map.groupBy(members, ({ part }) => (own.has(part) ? JSON.stringify(part) : OTHER));
      return [time, [...of].map(([part, sums]) => toPart(part, sums))] as const;
    });
    return { series, parts: new Map(parts) };
  }

  /** Everything in a span. */
  async total(whose: Whose, span: Span): Promise<Usage> {
    return added(await this.sums([], whose, span));
  }

  /**
   * Calls and corrections by the same columns, in one statement: as of one moment.
   * @param columns at most two, as `key` and `part`; none: all in one
   */
  private async sums(columns: readonly string[], whose: Whose, { from, to }: Span): Promise<SumRow[]> {
    const [key = "NULL", part = "NULL"] = columns;
    const group = columns.length === 0 ? "" : `GROUP BY ${columns.map((_, n) => n + 1).join(", ")}`;
    const own = whose.userId === undefined ? "" : "AND user_id = ?";
    const params = [whose.workspaceId, from, to, ...(whose.userId === undefined ? [] : [whose.userId])];
    return this.db.query<SumRow>(
      `SELECT ${key} AS key, ${part} AS part, ${SUMS} ${IN_SPAN} ${own} ${group}
       UNION ALL SELECT ${key} AS key, ${part} AS part, ${CORRECTION_SUMS} ${CORRECTED} ${own} ${group}`,
      [...params, ...params],
    );
  }

  private async names(workspaceId: string, by: Group): Promise<Map<string, string>> {
    const sql = NAMES[by];
    if (sql === undefined) return new Map();
    const rows = await this.db.query<{ id: string; name: string }>(sql, [workspaceId]);
    return new Map(rows.map(({ id, name }) => [id, name]));
  }
}

/** No JSON text. */
const OTHER = "";

function toPart(part: string, rows: readonly SumRow[]): UsagePart {
  const { calls, costUsd } = added(rows);
  return { key: part === OTHER ? null : (JSON.parse(part) as string | null), other: part === OTHER, calls, costUsd };
}

/** The sum of sums. */
export function added(rows: readonly SumRow[]): Usage {
  const of = (count: (row: SumRow) => number | null) => rows.reduce((sum, row) => sum + Number(count(row) ?? 0), 0);
  return {
    calls: of(({ calls }) => calls),
    errors: of(({ errors }) => errors),
    promptTokens: of(({ promptTokens }) => promptTokens),
    completionTokens: of(({ completionTokens }) => completionTokens),
    reasoningTokens: of(({ reasoningTokens }) => reasoningTokens),
    cachedTokens: of(({ cachedTokens }) => cachedTokens),
    costUsd: fromPico(picoOf(rows)),
    unsettled: of(({ unsettled }) => unsettled),
  };
}

const picoOf = (rows: readonly SumRow[]): bigint => rows.reduce((sum, { pico }) => sum + BigInt(pico ?? 0), 0n);

function compare<T extends string | bigint>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
