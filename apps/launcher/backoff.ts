// How long to wait before a process that ended is started again.

const FIRST_MS = 250;
const LONGEST_MS = 15_000;
/** A process that ran this long was well: its next end counts as the first one. */
const STABLE_MS = 30_000;

/** Doubling waits; a stable run starts them afresh. */
export class Backoff {
  private ends = 0;

  /** @param ranMs how long the process ran. @returns how long to wait, ms */
  next(ranMs: number): number {
    if (ranMs >= STABLE_MS) this.ends = 0;
    const wait = Math.min(FIRST_MS * 2 ** this.ends, LONGEST_MS);
    this.ends += 1;
    return wait;
  }
}
