// Work that a process does again and again, with a pause after each time.

/** Begin it with {@link start}; it goes on until {@link stop}, whatever fails. */
export class Rounds {
  private timer: NodeJS.Timeout | undefined;
  private ended = false;

  /**
   * @param work one round; the next one begins a pause after its end, so that two never overlap
   * @param pauseMs before the first round, too
   * @param onError gets what a round throws
   */
  constructor(
    private readonly work: () => Promise<unknown>,
    private readonly pauseMs: number,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Whether a round that runs should come to its end. */
  get stopped(): boolean {
    return this.ended;
  }

  start(): void {
    if (this.ended) return;
    // Spread a little, so that many processes do not all look at the same moment.
    const pauseMs = this.pauseMs * (0.75 + Math.random() / 2);
    this.timer = setTimeout(() => {
      this.work()
        .catch(this.onError)
        .finally(() => this.start());
    }, pauseMs);
  }

  /** No round begins any more; one that runs is not waited for. */
  stop(): void {
    this.ended = true;
    clearTimeout(this.timer);
  }
}
