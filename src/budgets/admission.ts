// Lets a call to a provider begin, or not: holds what it may cost at most, before it is made, in every budget that it counts for.
import { setTimeout as sleep } from "node:timers/promises";
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { ModelCatalog } from "#src/catalog/model-catalog";
import { type Counting } from "#src/usage/call-writer";
import { type Counter, type Spender, SpendingCounters } from "#src/usage/spending-counters";
import { BudgetExceededError, PriceUnknownError } from "./budget.errors.js";
import { BudgetsRepository, type Limit } from "./budgets.repository.js";
import { dearest, decide, promptSize, type Room, unitPrices, type Verdict } from "./estimate.js";
import { endOf } from "./periods.js";
import { type Searches } from "./searches.js";
import { TypicalAnswers } from "./typical-answers.js";
import { fixedPrice, UnknownPrices } from "./unknown-prices.js";

/** What is asked of which model. */
export interface AskedCall {
  /** The models that may answer: the asked one, and those to fall back on. */
  models: readonly string[];
  /** Answers to one prompt (`n`). */
  choices?: number;
  /** The parts of the request that become the prompt. */
  prompt: readonly unknown[];
  /** The searches on the web that it may make. */
  searches: Searches;
  /** The request's own limit of the answer, tokens. */
  maxTokens: number | null;
  /** How long to wait for calls that hold what is left, ms. */
  patienceMs: number;
  signal: AbortSignal;
}

/** Opens the ledger row of the call. @returns its id */
export interface OpenRow {
  /** Unless a budget counts the call. @param counting asks which ones are counted @returns null: this one is, nothing was opened */
  alone(counting: Counting): Promise<string | null>;
  /** In the transaction that runs. */
  within(): Promise<string>;
}

/** A call that may begin. */
export interface Admitted {
  callId: string;
  /** What is to be sent as `max_tokens`; null: what the request says. */
  maxTokens: number | null;
}

interface Tried {
  verdict: Verdict;
  /** Set when it was admitted. */
  callId?: string;
  tightest: Limit;
}

/** Others have taken what was to be seen. */
class OvertakenError extends Error {}

/** Between two looks at budgets that are held by others, ms; random, so that those who wait do not look together. */
const LOOK_AGAIN_MS = [40, 160] as const;
const RETRY_AFTER_MS = 2_000;

@Injectable()
export class Admission {
  private readonly counting: Counting = (spenders) => this.budgets.counting(spenders);

  constructor(
    private readonly db: Database,
    private readonly budgets: BudgetsRepository,
    private readonly counters: SpendingCounters,
    private readonly catalog: ModelCatalog,
    private readonly typical: TypicalAnswers,
    private readonly unknown: UnknownPrices,
  ) {}

  /**
   * For what is only accepted now and called later.
   * @throws BudgetExceededError when a hard budget is used up already
   */
  async assertOpen(spender: Spender): Promise<void> {
    const limits = (await this.budgets.of(spender)).filter(({ hard }) => hard !== null);
    if (limits.length === 0) return;
    const counters = await this.counters.read(
      limits.map(({ subject }) => subject),
      spender.createdAt,
    );
    for (const limit of limits) {
      const spent = counterOf(counters, limit)?.spent ?? 0n;
      if (spent >= limit.hard!) throw new BudgetExceededError(limit, endOf(limit.period, spender.createdAt));
    }
  }

  /**
   * Holds what the call may cost. For a call that no budget counts nothing but its row is written.
   * @returns the id, and the `max_tokens` to be sent when it must be lower than asked
   * @throws BudgetExceededError, PriceUnknownError: then no row was opened; whatever aborts `signal`
   */
  async begin(spender: Spender, asked: AskedCall, open: OpenRow): Promise<Admitted> {
    const uncounted = await open.alone(this.counting);
    if (uncounted !== null) return { callId: uncounted, maxTokens: null };
    const decideIn = await this.decider(spender, asked, await this.budgets.of(spender));
    const until = performance.now() + asked.patienceMs;
    for (;;) {
      const result = await this.try(spender, decideIn, open);
      if (result.verdict.kind === "admit") return { callId: result.callId!, maxTokens: result.verdict.maxTokens };
      const { tightest, verdict } = result;
      const resetsAt = endOf(tightest.period, spender.createdAt);
      if (verdict.kind === "refuse") throw new BudgetExceededError(tightest, resetsAt, undefined, false);
      do {
        if (performance.now() > until) throw new BudgetExceededError(tightest, resetsAt, RETRY_AFTER_MS);
        const [least, spread] = LOOK_AGAIN_MS;
        await sleep(least + Math.random() * spread, undefined, { signal: asked.signal });
      } while (await this.isStillHeld(spender, decideIn));
    }
  }

  /** Without a write: those who wait must not keep those from ending who hold. */
  private async isStillHeld(spender: Spender, decideIn: (room: Room) => Verdict): Promise<boolean> {
    const limits = await this.budgets.of(spender);
    const counters = await this.counters.read(
      limits.map(({ subject }) => subject),
      spender.createdAt,
    );
    const tightest = roomUnder(limits, counters);
    return tightest !== null && decideIn(tightest.room).kind === "wait";
  }

  /**
   * Decides by what is to be seen, and makes sure of it by what is there once the amount is held: who was overtaken takes it
   * back and looks again. So a counter is locked for a single statement.
   */
  private async try(spender: Spender, decideIn: (room: Room) => Verdict, open: OpenRow): Promise<Tried> {
    const limits = await this.budgets.of(spender);
    const subjects = limits.map(({ subject }) => subject);
    const under = roomUnder(limits, await this.counters.read(subjects, spender.createdAt));
    const verdict = under ? decideIn(under.room) : ({ kind: "admit", amount: 0n, maxTokens: null } as const);
    if (verdict.kind !== "admit") return { verdict, tightest: under!.limit };
    const result = this.db.transaction(async (): Promise<Tried> => {
      await this.counters.ensure(limits, spender.createdAt);
      const callId = await open.within();
      const held = roomUnder(limits, await this.counters.reserve(callId, spender, verdict.amount));
      if (held && held.room.left < 0n) throw new OvertakenError();
      return { verdict, callId, tightest: limits[0]! };
    });
    return result.catch((error: unknown) => {
      if (error instanceof OvertakenError) return { verdict: { kind: "wait" }, tightest: under!.limit };
      throw error;
    });
  }

  private async decider(
    spender: Spender,
    asked: AskedCall,
    limits: readonly Limit[],
  ): Promise<(room: Room) => Verdict> {
    const entries = await Promise.all(asked.models.map((model) => this.catalog.find(model)));
    const size = promptSize(...asked.prompt);
    const listed = entries.map((entry) => unitPrices(entry?.pricing, { ...size, searches: asked.searches }));
    const unknown = listed.indexOf(null);
    const held = unknown < 0 ? 0n : await this.unknown.under(limits);
    if (held === null) {
      return () => {
        throw new PriceUnknownError(asked.models[unknown]!);
      };
    }
    const prices = dearest(
      listed.map((one) => one ?? fixedPrice(held)),
      asked.choices ?? 1,
    );
    const typical = await this.typical.tokens(spender.workspaceId, asked.models[0]!);
    const ceilings = entries.map((entry) => entry?.maxCompletionTokens ?? null);
    const ceiling = ceilings.includes(null) ? null : Math.max(...(ceilings as number[]));
    const demand = { ...size, asked: asked.maxTokens, ceiling, typical };
    return (room) => decide(demand, prices, room);
  }
}

function counterOf(counters: readonly Counter[], limit: Limit): Counter | undefined {
  return counters.find(({ subject, period }) => subject === limit.subject && period === limit.period);
}

/** The tightest of the hard limits; null when none is hard. */
function roomUnder(limits: readonly Limit[], counters: readonly Counter[]): { limit: Limit; room: Room } | null {
  let tightest: { limit: Limit; room: Room } | null = null;
  let unspent: bigint | null = null;
  for (const limit of limits) {
    if (limit.hard === null) continue;
    const { spent = 0n, reserved = 0n } = counterOf(counters, limit) ?? {};
    const [left, rest] = [limit.hard - spent - reserved, limit.hard - spent];
    if (unspent === null || rest < unspent) unspent = rest;
    if (!tightest || left < tightest.room.left) tightest = { limit, room: { left, unspent: rest } };
  }
  return tightest && { limit: tightest.limit, room: { left: tightest.room.left, unspent: unspent! } };
}
