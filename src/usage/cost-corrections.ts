// A cost that turns out otherwise after it was settled: a row of its own beside the call's, which stays as it is.
import { Injectable } from "@nestjs/common";
import { Database, newId } from "#libs/database/index";
import { addUsd, timesUsd, toPico } from "#libs/money/index";
import { CallSettlement } from "./call-settlement.js";
import { type CorrectionSource, CostCorrection } from "./cost-correction.entity.js";
import { type CallState, ProviderCall } from "./provider-call.entity.js";
import { SpendingCounters } from "./spending-counters.js";

/** What a call costs by now. */
export interface PresentCost {
  conversationId: string | null;
  state: CallState;
  /** With its corrections; null: not known. */
  costUsd: string | null;
}

const LAST =
  "SELECT k.cost_after_usd FROM cost_corrections k WHERE k.call_id = provider_calls.id ORDER BY k.seq DESC LIMIT 1";

@Injectable()
export class CostCorrections {
  constructor(
    private readonly db: Database,
    private readonly counters: SpendingCounters,
    private readonly settlement: CallSettlement,
  ) {}

  /**
   * Adds a correction where a settled call costs otherwise, if only in its last digit; budgets and whoever shows the cost follow.
   * @param costUsd exact decimal
   * @returns null when it is what is known already, or the call is not settled
   */
  async add(callId: string, costUsd: string, source: CorrectionSource): Promise<CostCorrection | null> {
    return this.db.transaction(async () => {
      const lock = `WHERE id = ?${this.db.dialect.forUpdate}`;
      const [call] = await this.db.select(ProviderCall, lock, [callId]);
      if (!call || call.costUsd === null) return null;
      const [last] = await this.db.select(CostCorrection, "WHERE call_id = ? ORDER BY seq DESC LIMIT 1", [callId]);
      const before = last?.costAfterUsd ?? call.costUsd;
      if (addUsd(costUsd, timesUsd(before, "-1")) === "0") return null;
      const correction = {
        ...{ id: newId(), callId, seq: (last?.seq ?? 0) + 1, workspaceId: call.workspaceId, callAt: call.createdAt },
        ...{ costBeforeUsd: before, costAfterUsd: costUsd, source, createdAt: Date.now() },
      };
      const delta = toPico(costUsd) - toPico(before);
      await this.insert(correction, delta);
      await this.counters.correct(call, delta);
      await this.settlement.tellCorrected(call, delta);
      return { ...correction, deltaPico: Number(delta) };
    });
  }

  /** Those of some calls, oldest first. */
  async of(callIds: readonly string[]): Promise<Map<string, CostCorrection[]>> {
    if (callIds.length === 0) return new Map();
    const places = callIds.map(() => "?").join(", ");
    const rows = await this.db.select(CostCorrection, `WHERE call_id IN (${places}) ORDER BY call_id, seq`, callIds);
    return Map.groupBy(rows, ({ callId }) => callId);
  }

  /** What the calls of a message cost by now. */
  async ofMessage(messageId: string): Promise<PresentCost[]> {
    return this.db.query<PresentCost>(
      `SELECT conversation_id AS "conversationId", state, COALESCE((${LAST}), cost_usd) AS "costUsd"
       FROM provider_calls WHERE message_id = ? ORDER BY id`,
      [messageId],
    );
  }

  private async insert(row: Omit<CostCorrection, "deltaPico">, delta: bigint): Promise<void> {
    await this.db.insert("cost_corrections", {
      id: row.id,
      call_id: row.callId,
      seq: row.seq,
      workspace_id: row.workspaceId,
      call_at: row.callAt,
      cost_before_usd: row.costBeforeUsd,
      cost_after_usd: row.costAfterUsd,
      delta_pico: delta,
      source: row.source,
      created_at: row.createdAt,
    });
  }
}
