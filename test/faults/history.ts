// What a fault test writes down: what was promised, what every client saw, what the books say.

/** An acked send. */
export interface Acked {
  userMessageId: string;
  assistantMessageId: string;
}

/** One event of one message as it reached one client, in the order of arrival. */
export type Seen =
  | { kind: "delta"; messageId: string; attempt: number; seq: number; text: string }
  | { kind: "restarted"; messageId: string; attempt: number }
  | { kind: "end"; messageId: string; status: string; content: string };

/** A message as it was read over REST after the fault. */
export interface Row {
  id: string;
  status: string;
  attempt: number;
  content: string;
}

/** A row of `analytics/calls`. */
export interface LedgerRow {
  generationId: string | null;
  costUsd: string | null;
  costState: string;
}

/** What the provider billed for one generation, plain decimal in USD. */
export interface Billed {
  generationId: string;
  costUsd: string;
}

export interface History {
  acked: Acked[];
  /** Client → what it saw. */
  clients: Record<string, Seen[]>;
  /** Every message, read twice with time in between. */
  reads: [Row[], Row[]];
  ledger: LedgerRow[];
  billed: Billed[];
  /** From the fault to the end of the last message that it broke, ms; null when it broke none. */
  takeoverMs: number | null;
}
