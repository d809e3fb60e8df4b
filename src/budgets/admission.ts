// Lets a call to a provider begin, or not: holds what it may cost at most, before it is made, in every budget that it counts for.
import { setTimeout as sleep } from "node:timers/promises";
import { Injectable } from "@nestjs/common";
import { LRUCache } from "lru-cache";
import { ModelCatalog } from "#src/catalog/model-catalog";
import { type Asking, type Gate, type Opened, type Passage } from "#src/usage/gate";
import { type HeldCounters } from "#src/usage/held-counters";
import { SpendingCounters } from "#src/usage/spending-counters";
import { type Counter, type Spender } from "#src/usage/subjects";
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

/** What decides on a call by the room that is left for it. @throws PriceUnknownError */
type Decide = (room: Room) => Verdict;

/** What came of a call that asked to begin; without a verdict: it is counted, so it has to say what it costs. */
interface Decided extends Passage {
  verdict?: Verdict;
  failure?: unknown;
  tightest?: Limit;
  /** Of the tightest: nothing is left, for no call. */
  isUsedUp?: boolean;
}

/** Null: not known yet, for most calls are under no budget. */
type Ask = Decide | null;

/** Asks the gate, and opens the ledger row of the call if it may begin. */
export type OpenRow = (ask: Ask, gate: Gate<Ask, Decided>) => Promise<Opened<Decided>>;

/** A call that may begin. */
export interface Admitted {
  callId: string;
  /** What is to be sent as `max_tokens`; null: what the request says. */
  maxTokens: number | null;
}

/** Between two looks at budgets that are held by others, ms; random, so that those who wait do not look together. */
const LOOK_AGAIN_MS = [40, 160] as const;
const RETRY_AFTER_MS = 2_000;
/** So many callers are remembered to be counted: their next call says at once what it costs. */
const CALLERS = 10_000;
/** For so long, ms: budgets end, too. */
const REMEMBERED_MS = 60_000;

@Injectable()
export class Admission {
  private readonly counted = new LRUCache<string, true>({ max: CALLERS, ttl: REMEMBERED_MS });
  private readonly gate: Gate<Ask, Decided> = (asking, held) => this.decideAll(asking, held);

  constructor(
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
      if (spent >= limit.hard!) throw new BudgetExceededError(limit, endOf(limit.period, spender.createdAt), "used_up");
    }
  }

  /**
   * Holds what the call may cost. For a call that no budget counts nothing but its row is written.
   * @returns the id, and the `max_tokens` to be sent when it must be lower than asked
   * @throws BudgetExceededError, PriceUnknownError: then no row was opened; whatever aborts `signal`
   */
  async begin(spender: Spender, asked: AskedCall, open: OpenRow): Promise<Admitted> {
    const caller = `${spender.workspaceId} ${spender.userId} ${spender.apiKeyId}`;
    let ask: Ask = this.counted.has(caller) ? await this.decider(spender, asked) : null;
    const until = performance.now() + asked.patienceMs;
    for (;;) {
      const { callId, passage } = await open(ask, this.gate);
      const { verdict, failure, tightest } = passage;
      if (callId !== null) return { callId, maxTokens: verdict?.kind === "admit" ? verdict.maxTokens : null };
      if (failure) throw failure;
      if (!ask || !verdict || !tightest) {
        this.counted.set(caller, true);
        ask = await this.decider(spender, asked);
        continue;
      }
      const resetsAt = endOf(tightest.period, spender.createdAt);
      if (verdict.kind === "refuse")
        throw new BudgetExceededError(tightest, resetsAt, passage.isUsedUp ? "used_up" : "no_room");
      do {
        if (performance.now() > until) throw new BudgetExceededError(tightest, resetsAt, "held", RETRY_AFTER_MS);
        const [least, spread] = LOOK_AGAIN_MS;
        await sleep(least + Math.random() * spread, undefined, { signal: asked.signal });
      } while (await this.isStillHeld(spender, ask));
    }
  }

  /** Without a write: those who wait must not keep those from ending who hold. */
  private async isStillHeld(spender: Spender, decideIn: Decide): Promise<boolean> {
    const limits = await this.budgets.of(spender);
    const counters = await this.counters.read(
      limits.map(({ subject }) => subject),
      spender.createdAt,
    );
    const tightest = roomUnder(limits, (limit) => counterOf(counters, limit));
    return tightest !== null && decideIn(tightest.room).kind === "wait";
  }

  /** The {@link Gate}: each call has the room that those before it have left. */
  private async decideAll(asking: readonly Asking<Ask>[], held: HeldCounters): Promise<Decided[]> {
    const limitsOf = await this.budgets.ofAll(asking.map(({ spender }) => spender));
    const needed = limitsOf.flatMap((limits, n) =>
      limits.map((limit) => ({ ...limit, at: asking[n]!.spender.createdAt })),
    );
    if (needed.length > 0 && held.isWritten) await this.counters.lock(held, needed);
    return asking.map(({ spender, ask }, n) => {
      const limits = limitsOf[n]!;
      if (limits.length === 0) return { admitted: true, held: null };
      const decided = decideOne(limits, held, spender, ask);
      if (decided.held !== null) held.add(spender, 0n, decided.held);
      return decided;
    });
  }

  private async decider(spender: Spender, asked: AskedCall): Promise<Decide> {
    const entries = await Promise.all(asked.models.map((model) => this.catalog.find(model)));
    const size = promptSize(...asked.prompt);
    const listed = entries.map((entry) => unitPrices(entry?.pricing, { ...size, searches: asked.searches }));
    const unknown = listed.indexOf(null);
    const held = unknown < 0 ? 0n : await this.unknown.under(await this.budgets.of(spender));
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

/** Whether a call may begin under its limits, at least one. */
function decideOne(limits: readonly Limit[], held: HeldCounters, { createdAt }: Spender, ask: Ask): Decided {
  const under = roomUnder(limits, ({ subject, period }) => held.of(subject, period, createdAt));
  // Only soft limits: nothing to wait for.
  if (!under) return { admitted: true, held: 0n };
  const refused = { admitted: false, held: null, tightest: under.limit, isUsedUp: under.isUsedUp };
  if (!ask) return refused;
  try {
    const verdict = ask(under.room);
    return verdict.kind === "admit" ? { admitted: true, held: verdict.amount, verdict } : { ...refused, verdict };
  } catch (failure) {
    return { ...refused, failure };
  }
}

/** The tightest of the hard limits; null when none is hard. */
function roomUnder(
  limits: readonly Limit[],
  counterOf: (limit: Limit) => Counter | undefined,
): { limit: Limit; room: Room; isUsedUp: boolean } | null {
  let tightest: { limit: Limit; left: bigint; rest: bigint } | null = null;
  let unspent: bigint | null = null;
  for (const limit of limits) {
    if (limit.hard === null) continue;
    const { spent = 0n, reserved = 0n } = counterOf(limit) ?? {};
    const [left, rest] = [limit.hard - spent - reserved, limit.hard - spent];
    if (unspent === null || rest < unspent) unspent = rest;
    if (!tightest || left < tightest.left) tightest = { limit, left, rest };
  }
  if (!tightest) return null;
  const { limit, left, rest } = tightest;
  return { limit, room: { left, unspent: unspent! }, isUsedUp: rest <= 0n };
}
