// What has been spent and is reserved, by subject and period, for those that have a budget: kept in the transactions that change the ledger.
import { Injectable } from "@nestjs/common";
import { Database, type SqlValue } from "#libs/database/index";
import { BUDGET_PERIODS, type BudgetPeriod } from "#src/auth/actor";
import { HeldCounters } from "./held-counters.js";
import { type Counted, type Counter, type Spender, type Subject, startOf, subjectsOf } from "./subjects.js";

/** At most, ms. */
const PERIOD_MS: Record<BudgetPeriod, number> = { day: 86_400_000, month: 31 * 86_400_000, total: 0 };

/** Instance, workspace, member, key: the order in which all transactions lock counters, so that none waits for one that waits for it. */
const TOP_DOWN = "CASE substr(subject, 1, 1) WHEN 'i' THEN 0 WHEN 'w' THEN 1 WHEN 'm' THEN 2 ELSE 3 END";
const COLUMNS = `subject, period, start, CAST(spent AS text) AS spent, CAST(reserved AS text) AS reserved`;
type Row = Omit<Counter, "spent" | "reserved"> & { spent: string; reserved: string };
const toCounter = (row: Row): Counter => ({ ...row, spent: BigInt(row.spent), reserved: BigInt(row.reserved) });
/** Of a call's row: what its end is counted by. */
type SettledRow = Spender & { reserved: string | null; cost: string | null };
const SETTLED = `workspace_id AS "workspaceId", user_id AS "userId", api_key_id AS "apiKeyId", created_at AS "createdAt",
  CAST(reserved_pico AS text) AS reserved, CAST(cost_pico AS text) AS cost`;
const marks = (values: readonly unknown[]): string => values.map(() => "?").join(", ");

@Injectable()
export class SpendingCounters {
  constructor(private readonly db: Database) {}

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
   * Everything that is counted for these callers. In the transaction that runs no others begin to be counted until its end; what is
   * added is to be written by {@link write}.
   */
  async hold(spenders: readonly Omit<Spender, "createdAt">[]): Promise<HeldCounters> {
    await this.db.dialect.holdTable(this.db, "provider_calls");
    return this.held(spenders, true);
  }

  /** The same to look at, outside of a transaction. */
  async peek(spender: Omit<Spender, "createdAt">): Promise<HeldCounters> {
    return this.held([spender], false);
  }

  private async held(spenders: readonly Omit<Spender, "createdAt">[], isWritten: boolean): Promise<HeldCounters> {
    const subjects = [...new Set(spenders.flatMap(subjectsOf))];
    return new HeldCounters(await this.all(subjects, ""), isWritten);
  }

  /**
   * Makes sure that nobody else changes them until the transaction ends, and makes those that limits need and that are not there
   * yet. Others wait from here on, so what can come before comes before.
   */
  async lock(held: HeldCounters, needed: readonly (Counted & { at: number })[]): Promise<void> {
    const missing = () => needed.filter(({ subject, period, at }) => !held.of(subject, period, at));
    const { forUpdate } = this.db.dialect;
    for (const { at, ...counted } of missing()) await this.beginPeriod(counted, at);
    const isRead = forUpdate === "" && missing().length === 0;
    const subjects = new Set([...held.counted, ...needed.map(({ subject }) => subject)]);
    if (!isRead && subjects.size > 0) held.take(await this.all([...subjects], forUpdate));
  }

  /** Writes what was added, in the order in which all lock: a statement a counter. */
  async write(held: HeldCounters): Promise<void> {
    const changes = held.changes();
    const sql =
      "UPDATE spending_counters SET spent = spent + ?, reserved = reserved + ? WHERE subject = ? AND period = ? AND start = ?";
    await this.db.executeMany(
      sql,
      changes.map(({ subject, period, start, spent, reserved }) => [spent, reserved, subject, period, start]),
    );
  }

  /** Notes in a call's row what is held for it. A row that was counted has an amount, if only 0: so its end is counted, too. */
  async note(callId: string, amount: bigint): Promise<void> {
    await this.db.execute("UPDATE provider_calls SET reserved_pico = ? WHERE id = ?", [amount, callId]);
  }

  /**
   * As {@link settle}, for many calls whose counters are held. What was held for them is to be taken out of their rows together
   * with the write of their cost.
   * @returns the calls that were counted: the others have a cost already, or are gone
   */
  async settleAll(ends: readonly { id: string; cost: bigint }[], held: HeldCounters): Promise<Set<string>> {
    if (ends.length === 0) return new Set();
    const rows = await this.db.query<SettledRow & { id: string }>(
      `SELECT id, ${SETTLED} FROM provider_calls WHERE id IN (${marks(ends)}) ORDER BY id${this.db.dialect.forUpdate}`,
      ends.map(({ id }) => id),
    );
    const open = new Map(rows.filter((row) => row.cost === null).map((row) => [row.id, row]));
    const settled = new Set<string>();
    for (const { id, cost } of ends) {
      const row = open.get(id);
      if (!row || settled.has(id)) continue;
      settled.add(id);
      held.add({ ...row, createdAt: Number(row.createdAt) }, cost, -BigInt(row.reserved ?? 0));
    }
    return settled;
  }

  /**
   * Counts what a call has cost and lets go of what was held for it. To be called before the row's cost is written, in the
   * same transaction.
   * @param cost 1e-12 USD; null: it will never be known, or the call was never made
   * @returns false when the row has a cost already, or is gone: nothing is counted then
   */
  async settle(callId: string, cost: bigint | null): Promise<boolean> {
    const row = await this.db.one<SettledRow>(
      `SELECT ${SETTLED} FROM provider_calls WHERE id = ?${this.db.dialect.forUpdate}`,
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

  /** @param forUpdate of the dialect, or "" */
  private async all(subjects: readonly Subject[], forUpdate: string): Promise<Counter[]> {
    const sql = `SELECT ${COLUMNS} FROM spending_counters WHERE subject IN (${marks(subjects)})
      ORDER BY ${TOP_DOWN}, subject, period, start${forUpdate}`;
    return (await this.db.query<Row>(sql, subjects)).map(toCounter);
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
