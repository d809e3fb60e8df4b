// A first-in-first-out lock between asynchronous flows of one process.

/** Serialises flows; `run` gives the lock to one at a time, in order of calls. */
export class FifoLock {
  private tail: Promise<void> = Promise.resolve();

  /** Waits for the turn, runs `fn`, and hands the lock on whatever its outcome. */
  async run<T>(fn: () => Promise<T>): Promise<T> {
    const before = this.tail;
    let release!: () => void;
    this.tail = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    try {
      return await fn();
    } finally {
      release();
    }
  }
}
