// Spending counters of one transaction: read once, changed in memory for all of its calls, written once.
import { BUDGET_PERIODS, type BudgetPeriod } from "#src/auth/actor";
import { type Counter, type Spender, type Subject, startOf, subjectsOf } from "./subjects.js";

/** What a counter is to be changed by, 1e-12 USD. */
export interface CounterChange extends Pick<Counter, "subject" | "period" | "start"> {
  spent: bigint;
  reserved: bigint;
}

interface Held {
  counter: Counter;
  change: CounterChange;
}

/** What is counted for some callers. */
export class HeldCounters {
  private readonly held = new Map<string, Held>();
  private readonly subjects = new Set<Subject>();

  /** @param isWritten false: only looked at, what is added comes to nothing */
  constructor(
    counters: readonly Counter[],
    readonly isWritten: boolean,
  ) {
    this.take(counters);
  }

  /** Counters as they are now, or as there were none before; what was added to them stays added. */
  take(counters: readonly Counter[]): void {
    for (const counter of counters) {
      const { subject, period, start } = counter;
      this.subjects.add(subject);
      const key = keyOf(subject, start);
      const change = this.held.get(key)?.change ?? { subject, period, start, spent: 0n, reserved: 0n };
      const spent = counter.spent + change.spent;
      this.held.set(key, { counter: { ...counter, spent, reserved: counter.reserved + change.reserved }, change });
    }
  }

  /** Whose counters are there. */
  get counted(): ReadonlySet<Subject> {
    return this.subjects;
  }

  /** Whether anything is counted of what this caller spends. */
  counts(spender: Omit<Spender, "createdAt">): boolean {
    return this.subjects.size > 0 && subjectsOf(spender).some((subject) => this.subjects.has(subject));
  }

  /** The counter of the period in which a moment lies, with what was added here. @param at epoch ms */
  of(subject: Subject, period: BudgetPeriod, at: number): Counter | undefined {
    return this.held.get(keyOf(subject, startOf(period, at)))?.counter;
  }

  /** Counts something in all counters of a caller, in the periods in which its call began. Amounts in 1e-12 USD. */
  add(spender: Spender, spent: bigint, reserved: bigint): void {
    const counted = subjectsOf(spender).filter((subject) => this.subjects.has(subject));
    if (counted.length === 0) return;
    const starts = BUDGET_PERIODS.map((period) => startOf(period, spender.createdAt));
    for (const subject of counted)
      for (const start of starts) {
        const held = this.held.get(keyOf(subject, start));
        if (!held) continue;
        for (const one of [held.counter, held.change]) {
          one.spent += spent;
          one.reserved += reserved;
        }
      }
  }

  /** What was added, a line a counter. */
  changes(): CounterChange[] {
    return [...this.held.values()]
      .map(({ change }) => change)
      .filter(({ spent, reserved }) => spent !== 0n || reserved !== 0n);
  }
}

/** A start tells its period, too: see {@link startOf}. */
const keyOf = (subject: Subject, start: string): string => `${subject} ${start}`;
