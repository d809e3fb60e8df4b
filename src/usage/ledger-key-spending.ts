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
    const sums = await this.db.query<{ keyId: string; total: string; month: string }>(
      `SELECT provider_key_id AS "keyId", CAST(SUM(cost_pico) AS text) AS total,
         CAST(SUM(CASE WHEN created_at >= ? THEN cost_pico ELSE 0 END) AS text) AS month
       FROM provider_calls
       WHERE workspace_id = ? AND provider_key_id IN (${keyIds.map(() => "?").join(", ")}) AND cost_pico IS NOT NULL
       GROUP BY provider_key_id`,
      [month, workspaceId, ...keyIds],
    );
    return new Map(
      sums.map(({ keyId, total, month: inMonth }) => [
        keyId,
        { spentThisMonthUsd: fromPico(inMonth), spentUsd: fromPico(total) },
      ]),
    );
  }
}
