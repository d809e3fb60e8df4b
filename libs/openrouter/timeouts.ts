// The time limits of a call, and the watchdog that keeps them.

/** All in milliseconds; 0 switches a limit off. Contract §6: connect 10 s, first byte ≥ 60 s, idle 45 to 60 s. */
export interface Timeouts {
  /** Until the request can be written: name lookup, TCP, TLS. */
  readonly connectMs: number;
  /** From writing the request to the first byte of the body. Comments of a stream count. */
  readonly firstByteMs: number;
  /** Between two signs of life: a complete line (comments count) or 1 KiB. So one byte a second is silence. */
  readonly idleMs: number;
  /** After the finish reason, for usage and `[DONE]`; when it passes the answer counts as ended. */
  readonly trailerMs: number;
  /** The whole call. */
  readonly totalMs: number;
  /** First byte of an answer that is not streamed: the provider sends nothing until the model is done. */
  readonly answerMs: number;
}

/** What holds unless the constructor says otherwise. */
export const DEFAULT_TIMEOUTS: Timeouts = {
  connectMs: 10_000,
  firstByteMs: 60_000,
  idleMs: 45_000,
  trailerMs: 10_000,
  totalMs: 30 * 60_000,
  answerMs: 10 * 60_000,
};

/** The time limit that passed. */
export type TimeLimit = "connect" | "first_byte" | "idle" | "trailer" | "total";

/**
 * One timer for all limits of a call. A sign of life only stores the time; the timer looks at it when it fires, so a
 * stream of a thousand chunks a second costs one timer.
 */
export class Watchdog {
  private timer: NodeJS.Timeout | null = null;
  /** When the timer fires, on the clock of performance.now(). */
  private due = Number.POSITIVE_INFINITY;
  private limit: TimeLimit = "connect";
  private limitMs = 0;
  private lastSign: number;
  private readonly started: number;

  constructor(
    private readonly totalMs: number,
    private readonly onExpired: (limit: TimeLimit) => void,
  ) {
    this.started = performance.now();
    this.lastSign = this.started;
  }

  /** From now on this limit holds, counted from now. */
  watch(limit: TimeLimit, limitMs: number): void {
    this.limit = limit;
    this.limitMs = limitMs;
    this.lastSign = performance.now();
    this.arm();
  }

  /** The other side gave a sign of life. */
  sign(): void {
    this.lastSign = performance.now();
  }

  /** The reader of the answer does not keep up: silence is ours. Only the total limit goes on. */
  suspend(): void {
    this.watch(this.limit, 0);
  }

  /** No limit holds any more. */
  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.due = Number.POSITIVE_INFINITY;
  }

  /** A timer that fires too early looks again then: most calls need no second one. */
  private arm(): void {
    const left = this.left();
    const due = performance.now() + left;
    if (left === Number.POSITIVE_INFINITY || this.due <= due) return;
    this.stop();
    this.due = due;
    this.timer = setTimeout(() => this.check(), Math.max(1, Math.ceil(left)));
  }

  private check(): void {
    this.stop();
    if (this.left() > 0) {
      this.arm();
      return;
    }
    this.onExpired(this.totalLeft() <= 0 ? "total" : this.limit);
  }

  private left(): number {
    const limitLeft = this.limitMs === 0 ? Number.POSITIVE_INFINITY : this.lastSign + this.limitMs - performance.now();
    return Math.min(limitLeft, this.totalLeft());
  }

  private totalLeft(): number {
    return this.totalMs === 0 ? Number.POSITIVE_INFINITY : this.started + this.totalMs - performance.now();
  }
}
