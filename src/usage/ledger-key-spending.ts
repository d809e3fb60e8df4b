// What provider keys have spent, summed over the ledger.
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { fromPico } from "#libs/money/index";
import { type KeySpend, KeySpending } from "#src/vault/key-spending";

@Injectable()
export class LedgerKeySpending extends KeySpending {
  constructor(private readonly db: Database) {
    super();
  }

  async of(workspaceId: string, keyIds: readonly string[]): Promise<Map<string, KeySpend>> {
    if (keyIds.length === 0) return new Map();
    const now = new Date();
    const month = Date.UTC(now.getUTCFullYear(), now.getUTCMonth());
    // As text: a sum of 1e-12 USD is beyond what a double holds exactly from 9007 USD on.
    const sumsOf = (pico: string, rest: string) =>
      `SELECT provider_key_id AS "keyId", CAST(SUM(${pico}) AS text) AS total,
         CAST(SUM(CASE WHEN provider_calls.created_at >= ? THEN ${pico} ELSE 0 END) AS text) AS month
       FROM ${rest} AND provider_key_id IN (${keyIds.map(() => "?").join(", ")}) GROUP BY provider_key_id`;
    const params = [month, workspaceId, ...keyIds];
    const rows = await this.db.query<{ keyId: string; total: string; month: string }>(
      `${sumsOf("cost_pico", "provider_calls WHERE workspace_id = ? AND cost_pico IS NOT NULL")}
       UNION ALL
       ${sumsOf("delta_pico", "cost_corrections k JOIN provider_calls ON provider_calls.id = k.call_id WHERE k.workspace_id = ?")}`,
      [...params, ...params],
    );
    const sum = (of: readonly string[]) => fromPico(of.reduce((total, pico) => total + BigInt(pico), 0n));
    return new Map(
      [...Map.groupBy(rows, ({ keyId }) => keyId)].map(([keyId, own]) => [
        keyId,
        { spentThisMonthUsd: sum(own.map((row) => row.month)), spentUsd: sum(own.map((row) => row.total)) },
      ]),
    );
  }
}
