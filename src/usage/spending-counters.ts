// What has been spent and is reserved, by subject and period, for those that have a budget: kept in the transactions that change the ledger.
import { Injectable } from "@nestjs/common";
import { Database, type SqlValue } from "#libs/database/index";
import { BUDGET_PERIODS, type BudgetPeriod } from "#src/auth/actor";

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

/** Where a call stands among all: sorted by this, calls lock counters in the order of {@link TOP_DOWN}. */
export function lockOrder({ workspaceId, userId, apiKeyId }: Omit<Spender, "createdAt">): string {
  return `${workspaceId}:${userId ?? ""}:${apiKeyId ?? ""}`;
}

/** The name of the period (UTC) in which a moment lies: "2026-11-23", "2026-11", "". @param at epoch ms */
export function startOf(period: BudgetPeriod, at: number): string {
  return new Date(at).toISOString().slice(0, { day: 10, month: 7, total: 0 }[period]);
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

/** At most, ms. */
const PERIOD_MS: Record<BudgetPeriod, number> = { day: 86_400_000, month: 31 * 86_400_000, total: 0 };

/**
 * Instance, workspace, member, key: each counter belongs to one above it, so that transactions of many calls (sorted by
 * {@link lockOrder}) lock them in one order, too.
 */
const TOP_DOWN = "CASE substr(subject, 1, 1) WHEN 'i' THEN 0 WHEN 'w' THEN 1 WHEN 'm' THEN 2 ELSE 3 END";
const COLUMNS = `subject, period, start, CAST(spent AS text) AS spent, CAST(reserved AS text) AS reserved`;
type Row = Omit<Counter, "spent" | "reserved"> & { spent: string; reserved: string };
const toCounter = (row: Row): Counter => ({ ...row, spent: BigInt(row.spent), reserved: BigInt(row.reserved) });
const marks = (values: readonly unknown[]): string => values.map(() => "?").join(", ");

@Injectable()
export class SpendingCounters {
  constructor(private readonly db: Database) {}

  /** Makes the present counters where there are none yet. @param at epoch ms, in the periods that are meant */
  async ensure(counted: readonly Counted[], at: number): Promise<void> {
    const subjects = counted.map(({ subject }) => subject);
    const there = await this.read(subjects, at);
    const isThere = (one: Counted) =>
      there.some(({ subject, period }) => subject === one.subject && period === one.period);
    for (const one of counted) if (!isThere(one)) await this.beginPeriod(one, at);
  }

  private async beginPeriod({ subject, period, workspaceId }: Counted, at: number): Promise<void> {
    const start = startOf(period, at);
    const row = { subject, period, start, workspace_id: workspaceId, spent: 0, reserved: 0, told: 0 };
    await this.db.insert("spending_counters", row, "ON CONFLICT DO NOTHING");
    // What was spent long ago is in the ledger. The period before stays: calls that began in it may still be on their way.
    const old = "DELETE FROM spending_counters WHERE subject = ? AND period = ? AND start < ?";
    await this.db.execute(old, [subject, period, startOf(period, at - PERIOD_MS[period])]);
  }

  /** Counters as they are; those that were never used are missing. */
  async read(subjects: readonly Subject[], at: number): Promise<Counter[]> {
    if (subjects.length === 0) return [];
    const { where, params } = presentOf(subjects, at);
    const rows = await this.db.query<Row>(`SELECT ${COLUMNS} FROM spending_counters WHERE ${where}`, params);
    return rows.map(toCounter);
  }

  /**
   * Which subjects have counters. In a transaction: until its end no others begin to be counted.
   * @param subjects repeats are harmless
   */
  async kept(subjects: readonly Subject[]): Promise<Set<Subject>> {
    await this.db.dialect.holdTable(this.db, "provider_calls");
    const some = [...new Set(subjects)];
    const sql = `SELECT DISTINCT subject FROM spending_counters WHERE subject IN (${marks(some)})`;
    return new Set((await this.db.query<{ subject: Subject }>(sql, some)).map(({ subject }) => subject));
  }

  /**
   * Holds an amount for a call, in all counters of its subjects. From here on nobody else changes them until the transaction
   * ends, so it comes last.
   * @returns the counters after it: one that is beyond its limit takes the transaction back
   */
  async reserve(callId: string, spender: Spender, amount: bigint): Promise<Counter[]> {
    // A row that was counted has an amount, if only 0: so its end is counted, too.
    await this.db.execute("UPDATE provider_calls SET reserved_pico = ? WHERE id = ?", [amount, callId]);
    return this.add(spender, 0n, amount);
  }

  /**
   * Counts what a call has cost and lets go of what was held for it. To be called before the row's cost is written, in the
   * same transaction.
   * @param cost 1e-12 USD; null: it will never be known, or the call was never made
   * @returns false when the row has a cost already, or is gone: nothing is counted then
   */
  async settle(callId: string, cost: bigint | null): Promise<boolean> {
    const row = await this.db.one<Spender & { reserved: string | null; cost: string | null }>(
      `SELECT workspace_id AS "workspaceId", user_id AS "userId", api_key_id AS "apiKeyId", created_at AS "createdAt",
         CAST(reserved_pico AS text) AS reserved, CAST(cost_pico AS text) AS cost
       FROM provider_calls WHERE id = ?${this.db.dialect.forUpdate}`,
      [callId],
    );
    if (!row || row.cost !== null) return false;
    if (row.reserved !== null)
      await this.db.execute("UPDATE provider_calls SET reserved_pico = 0 WHERE id = ?", [callId]);
    const [spent, reserved] = [cost ?? 0n, -BigInt(row.reserved ?? 0)];
    if (spent !== 0n || reserved !== 0n) await this.add(row, spent, reserved);
    return true;
  }

  /** Counts a correction, in the transaction that adds it. @param delta 1e-12 USD */
  async correct(spender: Spender, delta: bigint): Promise<void> {
    if (delta !== 0n) await this.add(spender, delta, 0n);
  }

  /**
   * Begins to count a subject, out of the ledger: for a budget that is new. Until the transaction ends nobody else can begin
   * or end a call, so that none is counted twice or not at all.
   */
  async open({ subject, period, workspaceId }: Counted, now: number): Promise<void> {
    await this.db.dialect.lockTable(this.db, "provider_calls");
    await this.db.dialect.lockTable(this.db, "cost_corrections");
    const start = startOf(period, now);
    const { where, params } = callsOf(subject, start);
    await this.db.execute(
      `UPDATE provider_calls SET reserved_pico = 0 WHERE ${where} AND reserved_pico IS NULL AND cost_pico IS NULL`,
      params,
    );
    const sums = await this.db.one<{ spent: string | null; reserved: string | null }>(
      `SELECT CAST(SUM(cost_pico) AS text) AS spent, CAST(SUM(reserved_pico) AS text) AS reserved FROM provider_calls WHERE ${where}`,
      params,
    );
    const corrections = await this.db.one<{ delta: string | null }>(
      `SELECT CAST(SUM(delta_pico) AS text) AS delta FROM cost_corrections k
       WHERE EXISTS (SELECT 1 FROM provider_calls WHERE id = k.call_id AND ${where})`,
      params,
    );
    const spent = BigInt(sums?.spent ?? 0) + BigInt(corrections?.delta ?? 0);
    const row = { subject, period, start, workspace_id: workspaceId, told: 0 };
    await this.db.insert(
      "spending_counters",
      { ...row, spent, reserved: BigInt(sums?.reserved ?? 0) },
      "ON CONFLICT (subject, period, start) DO UPDATE SET spent = excluded.spent, reserved = excluded.reserved, told = 0",
    );
  }

  /** What people were told of a counter is told again: what is told of has changed. */
  async tellAnew(subject: Subject, period: BudgetPeriod): Promise<void> {
    await this.db.execute("UPDATE spending_counters SET told = 0 WHERE subject = ? AND period = ?", [subject, period]);
  }

  /** Stops counting. */
  async close(subject: Subject, period: BudgetPeriod): Promise<void> {
    await this.db.execute("DELETE FROM spending_counters WHERE subject = ? AND period = ?", [subject, period]);
  }

  /** One statement, so that a counter of many calls is held no longer than until the commit that follows. */
  private async add(spender: Spender, spent: bigint, reserved: bigint): Promise<Counter[]> {
    const { where, params } = presentOf(subjectsOf(spender), spender.createdAt);
    const change = "UPDATE spending_counters SET spent = spent + ?, reserved = reserved + ?";
    const sql = this.db.dialect.forUpdate
      ? // In one order by all: two calls that wait for each other's counters would both wait for ever.
        `WITH held AS (SELECT subject AS s, period AS p, start AS b FROM spending_counters WHERE ${where}
           ORDER BY ${TOP_DOWN}, subject, period, start${this.db.dialect.forUpdate})
         ${change} FROM held WHERE subject = s AND period = p AND start = b RETURNING ${COLUMNS}`
      : `${change} WHERE ${where} RETURNING ${COLUMNS}`;
    const amounts = [spent, reserved];
    const values = this.db.dialect.forUpdate ? [...params, ...amounts] : [...amounts, ...params];
    return (await this.db.query<Row>(sql, values)).map(toCounter);
  }
}

/** Picks the counters of subjects in the periods of a moment. */
function presentOf(subjects: readonly Subject[], at: number): { where: string; params: SqlValue[] } {
  const starts = BUDGET_PERIODS.map((period) => startOf(period, at));
  return {
    where: `subject IN (${marks(subjects)}) AND start IN (${marks(starts)})`,
    params: [...subjects, ...starts],
  };
}

/** The ledger's rows that count for a subject since a start. Rows are found by time of creation. */
function callsOf(subject: Subject, start: string): { where: string; params: SqlValue[] } {
  const since = start === "" ? 0 : Date.parse(start.length === 7 ? `${start}-01` : start);
  const [kind, first = "", second = ""] = subject.split(":");
  const [where, params]: [string, SqlValue[]] =
    kind === "w"
      ? ["workspace_id = ? AND ", [first]]
      : kind === "m"
        ? ["workspace_id = ? AND user_id = ? AND ", [first, second]]
        : kind === "k"
          ? ["api_key_id = ? AND ", [first]]
          : ["", []];
  return { where: `${where}created_at >= ?`, params: [...params, since] };
}
