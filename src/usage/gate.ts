// The gate through which calls of the gateway and of chat begin: who keeps budgets decides here, for all calls of one transaction together.
import { type HeldCounters } from "./held-counters.js";
import { type Spender } from "./subjects.js";

/** A call that wants to begin. */
export interface Asking<Ask> {
  spender: Spender;
  /** What only the keeper of the gate reads. */
  ask: Ask;
}

/** Whether a call may begin. */
export interface Passage {
  admitted: boolean;
  /** What is held for it, 1e-12 USD; null: nothing is counted of it. */
  held: bigint | null;
}

/**
 * Decides in the transaction that opens the rows, in the order in which the calls came; what is held for a call is added to the
 * counters then.
 */
export type Gate<Ask, P extends Passage> = (
  asking: readonly Asking<Ask>[],
  counters: HeldCounters,
) => Promise<readonly P[]>;

/** What came of it; the id of the row that was opened, or null. */
export interface Opened<P extends Passage> {
  callId: string | null;
  passage: P;
}
