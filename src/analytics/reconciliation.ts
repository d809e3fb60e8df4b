// How sure the ledger is: what is settled and by what, what is open, and how far charges are from the price lists.
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { addUsd, fromPico, timesUsd } from "#libs/money/index";
import { listPriceUsd } from "#src/catalog/list-price";
import { ModelCatalog } from "#src/catalog/model-catalog";
import { type CallState } from "#src/usage/provider-call.entity";
import { type Span, type Whose } from "./usage-report.js";

/** Calls in one state. */
export interface StateCount {
  state: CallState;
  calls: number;
  costUsd: string;
}

/** Charges of one model beside the price lists of their time. */
export interface Drift {
  model: string;
  calls: number;
  costUsd: string;
  /** Null: its price varies or is not known. */
  listPriceUsd: string | null;
  /** `costUsd` less `listPriceUsd`. */
  driftUsd: string | null;
}

export interface Reconciliation {
  states: StateCount[];
  /** Whose cost is asked for at the moment. */
  unsettled: { calls: number; oldestAt: number | null; withoutGenerationId: number };
  /** That the provider has no record of: counted as not charged. */
  notRecorded: number;
  /** That turned out to cost otherwise after they were settled. */
  corrected: { calls: number; deltaUsd: string };
  drift: Drift[];
}

interface ModelRow {
  model: string;
  calls: number;
  pico: string;
  /** What the tokens cost by the price list when the calls ended. */
  listed: string | null;
  /** Calls whose list price was not kept, and their tokens. */
  unlisted: number;
  prompt: number | null;
  completion: number | null;
  cached: number | null;
  written: number | null;
}

/** Corrections of calls that have these in common. */
interface CorrectedRow {
  state: CallState;
  model: string;
  /** Of own provider keys. */
  fee: boolean;
  /** Whose tokens are known. */
  counted: boolean;
  calls: number;
  pico: string;
}

const sumOf = (rows: readonly Pick<CorrectedRow, "pico">[]): bigint =>
  rows.reduce((sum, { pico }) => sum + BigInt(pico), 0n);

const UNLISTED = (column: string): string => `SUM(CASE WHEN list_price_pico IS NULL THEN ${column} ELSE 0 END)`;
/** No member's id. */
const EVERYBODY = "";
const OWN = "(? = '' OR provider_calls.user_id = ?)";
const CORRECTED = `FROM cost_corrections k JOIN provider_calls ON provider_calls.id = k.call_id
  WHERE k.workspace_id = ? AND k.call_at >= ? AND k.call_at < ? AND ${OWN}`;
const IN_SPAN = `FROM provider_calls WHERE workspace_id = ? AND created_at >= ? AND created_at < ? AND ${OWN}`;

@Injectable()
export class ReconciliationReport {
  constructor(
    private readonly db: Database,
    private readonly catalog: ModelCatalog,
  ) {}

  async of({ workspaceId, userId = EVERYBODY }: Whose, { from, to }: Span): Promise<Reconciliation> {
    const params = [workspaceId, from, to, userId, userId];
    const states = await this.db.query<{ state: CallState; calls: number; pico: string | null }>(
      `SELECT state, COUNT(*) AS calls, CAST(SUM(cost_pico) AS text) AS pico ${IN_SPAN} GROUP BY state ORDER BY state`,
      params,
    );
    const open = await this.db.one<{ calls: number; oldest: number | null; blind: number | null }>(
      `SELECT COUNT(*) AS calls, MIN(created_at) AS oldest, SUM(CASE WHEN generation_id IS NULL THEN 1 ELSE 0 END) AS blind
       ${IN_SPAN} AND state = 'unsettled'`,
      params,
    );
    const lost = await this.db.one<{ calls: number }>(
      `SELECT COUNT(*) AS calls ${IN_SPAN} AND error_code = 'not_recorded'
       AND NOT EXISTS (SELECT 1 FROM cost_corrections k WHERE k.call_id = provider_calls.id)`,
      params,
    );
    const corrections = await this.corrections(params);
    return {
      states: states.map(({ state, calls, pico }) => ({
        state,
        calls,
        costUsd: fromPico(BigInt(pico ?? 0) + sumOf(corrections.filter((one) => one.state === state))),
      })),
      unsettled: {
        calls: open?.calls ?? 0,
        oldestAt: open?.oldest ?? null,
        withoutGenerationId: Number(open?.blind ?? 0),
      },
      notRecorded: lost?.calls ?? 0,
      corrected: {
        calls: corrections.reduce((count, { calls }) => count + calls, 0),
        deltaUsd: fromPico(sumOf(corrections)),
      },
      drift: await this.drift(
        params,
        corrections.filter(({ fee, counted }) => !fee && counted),
      ),
    };
  }

  private async corrections(params: readonly (string | number)[]): Promise<CorrectedRow[]> {
    const rows = await this.db.query<Omit<CorrectedRow, "fee" | "counted"> & { fee: number; counted: number }>(
      `SELECT state, COALESCE(served_model, model) AS model, CASE WHEN is_byok = 1 THEN 1 ELSE 0 END AS fee,
         CASE WHEN prompt_tokens IS NULL THEN 0 ELSE 1 END AS counted,
         COUNT(DISTINCT k.call_id) AS calls, CAST(SUM(delta_pico) AS text) AS pico
       ${CORRECTED} GROUP BY 1, 2, 3, 4`,
      params,
    );
    return rows.map((row) => ({ ...row, fee: Number(row.fee) === 1, counted: Number(row.counted) === 1 }));
  }

  /** Dearest first. Calls of own provider keys are left out: their charge is a fee. */
  private async drift(params: readonly (string | number)[], corrections: readonly CorrectedRow[]): Promise<Drift[]> {
    const rows = await this.db.query<ModelRow>(
      `SELECT COALESCE(served_model, model) AS model, COUNT(*) AS calls, CAST(SUM(cost_pico) AS text) AS pico,
         CAST(SUM(list_price_pico) AS text) AS listed, ${UNLISTED("1")} AS unlisted,
         ${UNLISTED("prompt_tokens")} AS prompt, ${UNLISTED("completion_tokens")} AS completion,
         ${UNLISTED("cached_tokens")} AS cached, ${UNLISTED("cache_write_tokens")} AS written
       ${IN_SPAN} AND cost_pico IS NOT NULL AND (is_byok IS NULL OR is_byok = 0) AND prompt_tokens IS NOT NULL
       GROUP BY 1 ORDER BY SUM(cost_pico) DESC LIMIT 100`,
      params,
    );
    const deltaOf = (model: string) => sumOf(corrections.filter((one) => one.model === model));
    return Promise.all(rows.map((row) => this.driftOf(row, deltaOf(row.model))));
  }

  private async driftOf(row: ModelRow, delta: bigint): Promise<Drift> {
    const { model, calls } = row;
    const costUsd = fromPico(BigInt(row.pico) + delta);
    const today = Number(row.unlisted) === 0 ? "0" : await this.byTodaysPrices(row);
    const listed = today === null ? null : addUsd(fromPico(row.listed ?? 0), today);
    return {
      model,
      calls,
      costUsd,
      listPriceUsd: listed,
      driftUsd: listed === null ? null : addUsd(costUsd, timesUsd(listed, "-1")),
    };
  }

  /** Of calls whose list price was not kept. */
  private async byTodaysPrices({ model, unlisted, ...tokens }: ModelRow): Promise<string | null> {
    const entry = await this.catalog.find(model);
    const use = {
      promptTokens: Number(tokens.prompt ?? 0),
      completionTokens: Number(tokens.completion ?? 0),
      cachedTokens: Number(tokens.cached ?? 0),
      cacheWriteTokens: Number(tokens.written ?? 0),
      requests: Number(unlisted),
    };
    // Overrides for long prompts do not hold for a sum of prompts.
    const prices = entry && { ...entry.pricing, overrides: [] };
    return prices ? listPriceUsd(prices, use, new Date()) : null;
  }
}
