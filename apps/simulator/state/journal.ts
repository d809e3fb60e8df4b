// The journal: what was asked, what was sent, when it stopped, and exactly what was billed.
import { Decimal } from "../money/decimal.js";

/** How a call ended. `rejected`: an error before any token; `broken`: the simulator cut it; `aborted`: the client left. */
export type Outcome = "running" | "finished" | "aborted" | "broken" | "rejected";

/** One request. Times are ISO 8601, money is a plain decimal in USD. */
export type JournalEntry = {
  readonly seq: number;
  readonly id: string;
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** First 12 hex digits of the key's SHA-256; the key itself is never kept. */
  key: string | null;
  bodySha256: string | null;
  body?: string;
  generationId: string | null;
  model: string | null;
  servedModel: string | null;
  provider: string | null;
  stream: boolean;
  status: number | null;
  outcome: Outcome;
  /** When the status line and headers were written. */
  headersAt: string | null;
  firstTokenAt: string | null;
  promptTokens: number;
  /** Tokens of the whole answer, had nobody interrupted it. */
  answerTokens: number;
  /** Completion tokens written to the socket. */
  tokensSent: number;
  /** SSE events written, comments left out. */
  eventsSent: number;
  abortedAt: string | null;
  finishedAt: string | null;
  /** Null while the call runs. */
  billed: string | null;
};

/** Totals since the last reset; not limited by the size of the ring. */
export type JournalSummary = {
  readonly requests: number;
  readonly running: number;
  readonly finished: number;
  readonly aborted: number;
  readonly broken: number;
  readonly rejected: number;
  readonly tokensSent: number;
  readonly billed: string;
};

const ENTRIES_KEPT = 20_000;
const BODIES_KEPT = 2_000;

/** A ring of the last 20,000 entries, and totals over all. */
export class Journal {
  private entries: JournalEntry[] = [];
  private seq = 0;
  private totals = { requests: 0, finished: 0, aborted: 0, broken: 0, rejected: 0, tokensSent: 0 };
  private billed = Decimal.zero;

  /** Opens an entry for a request that has just arrived. */
  open(start: Pick<JournalEntry, "id" | "at" | "method" | "path" | "headers" | "key">): JournalEntry {
    this.seq += 1;
    const entry: JournalEntry = {
      seq: this.seq,
      ...start,
      bodySha256: null,
      generationId: null,
      model: null,
      servedModel: null,
      provider: null,
      stream: false,
      status: null,
      outcome: "running",
      headersAt: null,
      firstTokenAt: null,
      promptTokens: 0,
      answerTokens: 0,
      tokensSent: 0,
      eventsSent: 0,
      abortedAt: null,
      finishedAt: null,
      billed: null,
    };
    this.totals.requests += 1;
    this.keep(entry);
    return entry;
  }

  private keep(entry: JournalEntry): void {
    this.entries.push(entry);
    if (this.entries.length > BODIES_KEPT) delete this.entries[this.entries.length - 1 - BODIES_KEPT]?.body;
    // Dropped in blocks: moving the whole array for each request would cost more than the slack.
    if (this.entries.length > ENTRIES_KEPT * 1.25) this.entries = this.entries.slice(-ENTRIES_KEPT);
  }

  /** Closes an entry with its final outcome and cost. A second call changes nothing. */
  close(entry: JournalEntry, outcome: Exclude<Outcome, "running">, billed: Decimal, at: string): void {
    if (entry.outcome !== "running") return;
    entry.outcome = outcome;
    entry.billed = billed.toString();
    entry.finishedAt = at;
    this.count(entry);
  }

  /** The entry of a generation whose call has ended. */
  closedOf(generationId: string): JournalEntry | undefined {
    return this.entries.findLast((entry) => entry.generationId === generationId && entry.outcome !== "running");
  }

  /** A closed call was billed otherwise after all. @returns by how much more */
  amend(entry: JournalEntry, billed: Decimal): Decimal {
    const more = billed.minus(Decimal.parse(entry.billed ?? "0"));
    entry.billed = billed.toString();
    this.billed = this.billed.plus(more);
    return more;
  }

  private count(entry: JournalEntry): void {
    if (entry.outcome !== "running") this.totals[entry.outcome] += 1;
    this.totals.tokensSent += entry.tokensSent;
    this.billed = this.billed.plus(Decimal.parse(entry.billed ?? "0"));
  }

  /** Takes back a closed entry from the state file. */
  restore(entry: JournalEntry): void {
    this.seq = Math.max(this.seq, entry.seq);
    this.totals.requests += 1;
    this.count(entry);
    this.keep(entry);
  }

  /** Entries after a sequence number, oldest first. */
  since(seq: number, limit = ENTRIES_KEPT): JournalEntry[] {
    return this.entries.filter((entry) => entry.seq > seq).slice(0, limit);
  }

  summary(): JournalSummary {
    const { requests, ...rest } = this.totals;
    const closed = rest.finished + rest.aborted + rest.broken + rest.rejected;
    return { requests, running: requests - closed, ...rest, billed: this.billed.toString() };
  }

  /** Forgets all; sequence numbers go on, so that a reader never sees one twice. */
  reset(): void {
    this.entries = [];
    this.totals = { requests: 0, finished: 0, aborted: 0, broken: 0, rejected: 0, tokensSent: 0 };
    this.billed = Decimal.zero;
  }
}
