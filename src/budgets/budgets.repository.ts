// Budgets in the database; a platform key's own limit is kept with the key.
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { toPico } from "#libs/money/index";
import { type BudgetPeriod } from "#src/auth/actor";
import { type Counted, INSTANCE, keySubject, type Spender, type Subject, subjectsOf } from "#src/usage/subjects";

export const BUDGET_SCOPES = ["instance", "workspace", "member", "key"] as const;
export type BudgetScope = (typeof BUDGET_SCOPES)[number];

/** One budget. Amounts in 1e-12 USD; null: no such limit. */
export interface Limit extends Counted {
  scope: BudgetScope;
  /** From here on its people are told. */
  soft: bigint | null;
  /** No call begins that could go beyond. */
  hard: bigint | null;
  /** The limit that a platform key was made with. */
  ofKey: boolean;
}

interface Row {
  subject: Subject;
  period: BudgetPeriod;
  workspaceId: string | null;
  soft: string | null;
  hard: string | null;
}

const COLUMNS = `subject, period, workspace_id AS "workspaceId", CAST(soft_pico AS text) AS soft, CAST(hard_pico AS text) AS hard`;
const SCOPES: Record<string, BudgetScope> = { i: "instance", w: "workspace", m: "member", k: "key" };

const marks = (values: readonly unknown[]): string => values.map(() => "?").join(", ");

export const scopeOf = (subject: Subject): BudgetScope => SCOPES[subject[0]!]!;

function toLimit({ soft, hard, ...row }: Row): Limit {
  const pico = (text: string | null) => (text === null ? null : BigInt(text));
  return { ...row, scope: scopeOf(row.subject), soft: pico(soft), hard: pico(hard), ofKey: false };
}

@Injectable()
export class BudgetsRepository {
  constructor(private readonly db: Database) {}

  /** Everything that limits a call. */
  async of(spender: Omit<Spender, "createdAt">): Promise<Limit[]> {
    return (await this.ofAll([spender]))[0]!;
  }

  /** Everything that limits each of these callers: two reads for all of them. */
  async ofAll(spenders: readonly Omit<Spender, "createdAt">[]): Promise<Limit[][]> {
    const subjects = [...new Set(spenders.flatMap(subjectsOf))];
    const keyIds = [...new Set(spenders.flatMap(({ apiKeyId }) => (apiKeyId === null ? [] : [apiKeyId])))];
    const rows = await this.db.query<Row>(
      `SELECT ${COLUMNS} FROM budgets WHERE subject IN (${marks(subjects)})`,
      subjects,
    );
    const ofKeys = keyIds.length === 0 ? [] : await this.ofKeys(`id IN (${marks(keyIds)})`, keyIds);
    const limits = [...rows.map(toLimit), ...ofKeys];
    if (limits.length === 0) return spenders.map(() => []);
    return spenders.map((spender) => {
      const own = new Set(subjectsOf(spender));
      return limits.filter(({ subject }) => own.has(subject));
    });
  }

  /** All budgets in a workspace, its members' and keys' too. */
  async in(workspaceId: string): Promise<Limit[]> {
    const rows = await this.db.query<Row>(
      `SELECT ${COLUMNS} FROM budgets WHERE workspace_id = ? ORDER BY subject, period`,
      [workspaceId],
    );
    return [...rows.map(toLimit), ...(await this.ofKeys("workspace_id = ? AND revoked_at IS NULL", [workspaceId]))];
  }

  async ofInstance(): Promise<Limit[]> {
    const rows = await this.db.query<Row>(`SELECT ${COLUMNS} FROM budgets WHERE subject = ? ORDER BY period`, [
      INSTANCE,
    ]);
    return rows.map(toLimit);
  }

  async put({ subject, period, workspaceId, soft, hard }: Omit<Limit, "scope" | "ofKey">): Promise<void> {
    const row = {
      subject,
      period,
      workspace_id: workspaceId,
      soft_pico: soft,
      hard_pico: hard,
      updated_at: Date.now(),
    };
    const change = "soft_pico = excluded.soft_pico, hard_pico = excluded.hard_pico, updated_at = excluded.updated_at";
    await this.db.insert("budgets", row, `ON CONFLICT (subject, period) DO UPDATE SET ${change}`);
  }

  async delete({ subject, period }: Pick<Limit, "subject" | "period">): Promise<void> {
    await this.db.execute("DELETE FROM budgets WHERE subject = ? AND period = ?", [subject, period]);
  }

  private async ofKeys(where: string, params: readonly string[]): Promise<Limit[]> {
    const keys = await this.db.query<{ id: string; workspaceId: string; usd: string; period: BudgetPeriod }>(
      `SELECT id, workspace_id AS "workspaceId", budget_usd AS usd, budget_period AS period FROM api_keys
       WHERE ${where} AND budget_usd IS NOT NULL ORDER BY id`,
      params,
    );
    return keys.map(({ id, workspaceId, usd, period }) => ({
      ...{ subject: keySubject(id), period, workspaceId, scope: "key" as const },
      ...{ soft: null, hard: toPico(usd), ofKey: true },
    }));
  }
}
