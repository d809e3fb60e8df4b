// Opened workspace keys in memory: few, for minutes, and overwritten when they go.

/** Opened keys live this long, ms, and this many at most (security document §2). */
const OPEN_MS = 5 * 60_000;
const MOST_OPEN = 256;

interface Entry {
  key: Buffer;
  timer: NodeJS.Timeout;
}

/** The caller must not keep a key beyond the current synchronous step: it may be overwritten after it. */
export class DekCache {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly openMs = OPEN_MS,
    private readonly most = MOST_OPEN,
  ) {}

  get size(): number {
    return this.entries.size;
  }

  get(id: string): Buffer | undefined {
    return this.entries.get(id)?.key;
  }

  /** Takes the key over; the oldest one goes when there are too many. */
  put(id: string, key: Buffer): void {
    this.drop(id);
    const [oldest] = this.entries.size >= this.most ? this.entries.keys() : [];
    if (oldest !== undefined) this.drop(oldest);
    this.entries.set(id, { key, timer: setTimeout(() => this.drop(id), this.openMs).unref() });
  }

  /** Lets every key go whose id begins so. */
  dropAll(prefix: string): void {
    for (const id of [...this.entries.keys()]) if (id.startsWith(prefix)) this.drop(id);
  }

  clear(): void {
    this.dropAll("");
  }

  private drop(id: string): void {
    const entry = this.entries.get(id);
    if (!entry) return;
    clearTimeout(entry.timer);
    entry.key.fill(0);
    this.entries.delete(id);
  }
}
