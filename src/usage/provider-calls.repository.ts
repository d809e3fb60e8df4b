// The ledger: one row a provider call.

import { Injectable } from "@nestjs/common";
import { Database, newId, type SqlValue } from "#libs/database/index";
import { toPico } from "#libs/money/index";
import { CostCorrections } from "./cost-corrections.js";
import { type HeldCounters } from "./held-counters.js";
import { ListPrices } from "./list-prices.js";
import { type CallKind, type CallState, ProviderCall } from "./provider-call.entity.js";
import { SpendingCounters } from "./spending-counters.js";
import { type Spender } from "./subjects.js";

/** Who calls whom, and for what. */
export interface NewCall {
  workspaceId: string;
  userId: string | null;
  kind: CallKind;
  conversationId: string | null;
  messageId: string | null;
  attempt: number;
  model: string;
  /** The workspace's own name by which it was asked for. */
  alias?: string | null;
  /** The platform key that asks, of a call of the gateway. */
  apiKeyId?: string | null;
  /** The process that runs it, of a call of the gateway. */
  processId?: string;
  /** Epoch ms; default: now. */
  createdAt?: number;
}

/** What is known at the end of a call; absent: not told by the provider. Durations in ms. */
export interface CallOutcome {
  servedModel?: string | null;
  provider?: string | null;
  promptTokens?: number | null;
  completionTokens?: number | null;
  reasoningTokens?: number | null;
  cachedTokens?: number | null;
  cacheWriteTokens?: number | null;
  /** Exact plain decimal; null or absent: the cost is not known. */
  costUsd?: string | null;
  isByok?: boolean | null;
  upstreamCostUsd?: string | null;
  finishReason?: string | null;
  errorCode?: string | null;
  firstTokenMs?: number | null;
  latencyMs?: number | null;
}

/** What a generation record tells of a call; `listPriceUsd`: what the tokens cost by the price list, null: not known. */
export type ReconciledCall = CallOutcome & { costUsd: string; listPriceUsd?: string | null };

/** The provider's id of a call, and the key that was used; null: the instance's own, or not told. */
export interface GenerationOfCall {
  generationId: string | null;
  providerKeyId: string | null;
}

/** The end of a call, and for whom it was made. */
export interface CallEnd {
  id: string;
  outcome: CallOutcome;
  /** Where {@link ProviderCallsRepository.setGeneration} was not called for it. */
  generation: GenerationOfCall;
  spender: Omit<Spender, "createdAt">;
}

/** `errorCode` of a call that nobody charged as far as anybody can tell. */
export const NOT_RECORDED = "not_recorded";

/** When an unsettled call is asked about first, ms: generation records appear 0.5 to 3 s after the end (openrouter-contract §4). */
const FIRST_RECONCILE_MS = 500;

/** A call without a generation id that was not found again within this, ms, never began to be answered. */
const NO_ID_MS = 5 * 60_000;

/** What is told at the end → its column. */
const OUTCOME = Object.entries({
  servedModel: "served_model",
  provider: "provider",
  promptTokens: "prompt_tokens",
  completionTokens: "completion_tokens",
  reasoningTokens: "reasoning_tokens",
  cachedTokens: "cached_tokens",
  cacheWriteTokens: "cache_write_tokens",
  costUsd: "cost_usd",
  isByok: "is_byok",
  upstreamCostUsd: "upstream_cost_usd",
  finishReason: "finish_reason",
  errorCode: "error_code",
  firstTokenMs: "first_token_ms",
  latencyMs: "latency_ms",
} satisfies Record<keyof Required<CallOutcome>, string>) as [keyof CallOutcome, string][];

const END = `UPDATE provider_calls SET ${OUTCOME.map(([, column]) => `${column} = ?`).join(", ")},
  reserved_pico = reserved_pico * ?, cost_pico = ?, list_price_usd = ?, list_price_pico = ?, state = ?, settled_at = ?, reconcile_at = ?, process_id = NULL,
  generation_id = COALESCE(?, generation_id), provider_key_id = COALESCE(?, provider_key_id) WHERE id = ? AND cost_pico IS NULL`;

const BEGIN = `INSERT INTO provider_calls
  (id, workspace_id, user_id, kind, conversation_id, message_id, attempt, model, alias, api_key_id, process_id, created_at, reserved_pico, state, reconcile_tries)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'estimated', 0)`;

const SET_GENERATION = "UPDATE provider_calls SET generation_id = ?, provider_key_id = ? WHERE id = ?";

function asSql(value: CallOutcome[keyof CallOutcome]): SqlValue {
  return typeof value === "boolean" ? Number(value) : value;
}

/** An integer that may be beyond 2^53, for a column that is read as a number. */
const asColumn = (pico: bigint): number => pico.toString() as unknown as number;

@Injectable()
export class ProviderCallsRepository {
  constructor(
    private readonly db: Database,
    private readonly counters: SpendingCounters,
    private readonly prices: ListPrices,
    private readonly corrections: CostCorrections,
  ) {}

  /** Opens a row before the call. @returns its id */
  async begin(call: NewCall, id = newId()): Promise<string> {
    await this.beginAll([{ id, call }]);
    return id;
  }

  /** As {@link begin}, for many calls. `held`: what is held for a call, 1e-12 USD; null or absent: it is not counted. */
  async beginAll(opening: readonly { id: string; call: NewCall; held?: bigint | null }[]): Promise<void> {
    const rows = opening.map(({ id, call, held }) => [
      ...[id, call.workspaceId, call.userId, call.kind, call.conversationId, call.messageId, call.attempt],
      ...[call.model, call.alias, call.apiKeyId, call.processId, call.createdAt ?? Date.now(), held],
    ]);
    await this.db.executeMany(BEGIN, rows);
  }

  /** Writes the row of a call that a kept answer has answered: over, at cost 0. No budget counts it. @returns its id */
  async fromCache(call: NewCall, id = newId()): Promise<string> {
    await this.begin(call, id);
    const sql =
      "UPDATE provider_calls SET from_cache = 1, cost_usd = '0', cost_pico = 0, state = 'final', settled_at = ? WHERE id = ?";
    await this.db.execute(sql, [Date.now(), id]);
    return id;
  }

  /** Notes the provider's id of the generation, and the key that is used, as soon as the headers are there. */
  async setGeneration(id: string, generation: GenerationOfCall): Promise<void> {
    await this.setGenerations([{ id, generation }]);
  }

  /** As {@link setGeneration}, for many calls. */
  async setGenerations(notes: readonly { id: string; generation: GenerationOfCall }[]): Promise<void> {
    const rows = notes.map(({ id, generation }) => [generation.generationId, generation.providerKeyId, id]);
    await this.db.executeMany(SET_GENERATION, rows);
  }

  /**
   * Ends a row: `final` when the cost is known, else `unsettled` until the generation record is read. A row that has a cost stays
   * as it is.
   * @param generation where {@link setGeneration} was not called for it
   */
  async end(id: string, outcome: CallOutcome, generation?: GenerationOfCall): Promise<void> {
    const { costUsd } = outcome;
    await this.db.transaction(async () => {
      const isFirst = costUsd == null || (await this.counters.settle(id, toPico(costUsd)));
      if (isFirst) await this.db.execute(END, this.ending(id, outcome, generation));
      else await this.endedLate(id, costUsd, generation);
    });
  }

  /**
   * As {@link end}, for many calls whose counters are held: a statement each.
   * @returns those whose rows have a cost already, or are gone: for {@link endLate}, once the counters are written
   */
  async endAll(ends: readonly CallEnd[], held: HeldCounters): Promise<CallEnd[]> {
    const counted = ends.filter(({ outcome, spender }) => outcome.costUsd != null && held.counts(spender));
    const settled = await this.counters.settleAll(
      counted.map(({ id, outcome }) => ({ id, cost: toPico(outcome.costUsd!) })),
      held,
    );
    const lost = new Set(counted.filter(({ id }) => !settled.has(id)));
    const first = ends.filter((end) => !lost.has(end));
    const changed = await this.db.executeMany(
      END,
      first.map(({ id, outcome, generation }) => this.ending(id, outcome, generation)),
    );
    return [...lost, ...first.filter((_, n) => changed[n] === 0)];
  }

  /** See {@link endAll}. */
  async endLate(ends: readonly CallEnd[]): Promise<void> {
    for (const { id, outcome, generation } of ends) await this.end(id, outcome, generation);
  }

  /** A call that was given up as not recorded has ended after all: what it cost is a correction. */
  private async endedLate(id: string, costUsd: string, generation?: GenerationOfCall): Promise<void> {
    const sql = `UPDATE provider_calls SET generation_id = COALESCE(generation_id, ?), provider_key_id = COALESCE(provider_key_id, ?)
      WHERE id = ? AND error_code = ?`;
    const lost = await this.db.execute(sql, [generation?.generationId, generation?.providerKeyId, id, NOT_RECORDED]);
    if (lost > 0) await this.corrections.add(id, costUsd, "answer");
  }

  /** Calls of a message whose worker is gone become `unsettled`. @returns how many */
  async abandonOpen(messageId: string): Promise<number> {
    const sql =
      "UPDATE provider_calls SET state = 'unsettled', reconcile_at = ? WHERE message_id = ? AND state = 'estimated'";
    return this.db.execute(sql, [Date.now() + FIRST_RECONCILE_MS, messageId]);
  }

  /** Running calls of processes that have not been seen since `seenAfter`, epoch ms. */
  async orphans(seenAfter: number, limit: number): Promise<ProviderCall[]> {
    const dead = "process_id NOT IN (SELECT id FROM gateway_processes WHERE seen_at > ?)";
    return this.db.select(ProviderCall, `WHERE process_id IS NOT NULL AND ${dead} ORDER BY id LIMIT ?`, [
      seenAfter,
      limit,
    ]);
  }

  /** Running calls whose process is gone become `unsettled`. */
  async abandon(ids: readonly string[]): Promise<void> {
    const places = ids.map(() => "?").join(", ");
    const sql = `UPDATE provider_calls SET state = 'unsettled', process_id = NULL, reconcile_at = ? WHERE id IN (${places}) AND state = 'estimated'`;
    await this.db.execute(sql, [Date.now() + FIRST_RECONCILE_MS, ...ids]);
  }

  /** Takes back the open row of a call that was never sent. */
  async discardOpen(messageId: string): Promise<void> {
    await this.db.transaction(async () => {
      const open = "FROM provider_calls WHERE message_id = ? AND state = 'estimated'";
      for (const { id } of await this.db.query<{ id: string }>(`SELECT id ${open}`, [messageId]))
        await this.counters.settle(id, null);
      await this.db.execute(`DELETE ${open}`, [messageId]);
    });
  }

  async find(id: string): Promise<ProviderCall | null> {
    return (await this.db.select(ProviderCall, "WHERE id = ?", [id]))[0] ?? null;
  }

  async ofMessage(messageId: string): Promise<ProviderCall[]> {
    return this.db.select(ProviderCall, "WHERE message_id = ? ORDER BY id", [messageId]);
  }

  /** Unsettled calls whose generation record should be asked for now. */
  async due(now: number, limit: number): Promise<{ id: string; tries: number }[]> {
    return this.db.query(
      `SELECT id, reconcile_tries AS tries FROM provider_calls
       WHERE reconcile_at <= ? AND state = 'unsettled' AND (generation_id IS NOT NULL OR created_at < ?)
       ORDER BY reconcile_at LIMIT ?`,
      [now, now - NO_ID_MS, limit],
    );
  }

  /** Plans the next question about an unsettled call. */
  async postpone(id: string, at: number): Promise<void> {
    const sql =
      "UPDATE provider_calls SET reconcile_at = ?, reconcile_tries = reconcile_tries + 1 WHERE id = ? AND state = 'unsettled'";
    await this.db.execute(sql, [at, id]);
  }

  /** Writes the cost of the generation record. @returns false when another worker was first */
  async reconcile(id: string, { listPriceUsd, ...outcome }: ReconciledCall): Promise<boolean> {
    const known = Object.fromEntries(
      Object.entries(outcome).filter(([, value]) => value !== null && value !== undefined),
    );
    return this.db.transaction(async () => {
      const row = await this.db.one<{ state: CallState }>(
        `SELECT state FROM provider_calls WHERE id = ?${this.db.dialect.forUpdate}`,
        [id],
      );
      if (row?.state !== "unsettled") return false;
      const pico = toPico(outcome.costUsd);
      await this.counters.settle(id, pico);
      const now = Date.now();
      const settled = {
        costPico: asColumn(pico),
        ...(listPriceUsd && { listPriceUsd, listPricePico: asColumn(toPico(listPriceUsd)) }),
        state: "reconciled",
        settledAt: now,
      } as const;
      await this.db.repository(ProviderCall).update(id, { ...known, ...settled, reconcileAt: null });
      return true;
    });
  }

  /** The values of {@link END}. */
  private ending(id: string, outcome: CallOutcome, generation?: GenerationOfCall): SqlValue[] {
    const { costUsd } = outcome;
    const known = costUsd !== null && costUsd !== undefined;
    const now = Date.now();
    const listed = this.prices.atHand(outcome.servedModel, outcome, now);
    return [
      ...OUTCOME.map(([key]) => asSql(outcome[key])),
      // What is held for it is let go of with its cost.
      ...[known ? 0 : 1, known ? toPico(costUsd) : null, listed, listed === null ? null : toPico(listed)],
      ...[known ? "final" : "unsettled", known ? now : null, known ? null : now + FIRST_RECONCILE_MS],
      ...[generation?.generationId, generation?.providerKeyId, id],
    ];
  }
}
