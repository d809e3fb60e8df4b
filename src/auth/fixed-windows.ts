// Counts per key in windows of fixed length, in this process: the stand-in of a limit while Redis is away.

/** Bounded: when it is full and nothing has expired, everything new counts as over the limit. */
export class FixedWindows {
  private readonly counts = new Map<string, { count: number; until: number }>();

  /** @param now milliseconds of a clock that never goes back */
  constructor(
    private readonly windowMs: number,
    private readonly mostKeys: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Counts one. @returns 0, or the milliseconds to wait when it was one too many */
  take(key: string, limit: number): number {
    const now = this.now();
    const known = this.counts.get(key);
    if (known && known.until > now) {
      known.count += 1;
      return known.count > limit ? known.until - now : 0;
    }
    if (!known && this.counts.size >= this.mostKeys) this.sweep(now);
    if (!known && this.counts.size >= this.mostKeys) return this.windowMs;
    this.counts.set(key, { count: 1, until: now + this.windowMs });
    return limit < 1 ? this.windowMs : 0;
  }

  /** Takes one back. */
  giveBack(key: string): void {
    const known = this.counts.get(key);
    if (known && known.count > 0) known.count -= 1;
  }

  forget(key: string): void {
    this.counts.delete(key);
  }

  private sweep(now: number): void {
    for (const [key, { until }] of this.counts) if (until <= now) this.counts.delete(key);
  }
}
