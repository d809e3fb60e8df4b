// Writes to the ledger, many in one transaction: whoever waits, waits for one commit together with all others.
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";

/** Most writes of one transaction: while it runs, other processes wait for the write lock. */
const AT_ONCE = 200;
/** What nobody waits for goes with the next commit, or by itself after this, ms: half of all commits is saved. */
const LATER_MS = 20;

interface Write {
  work: () => Promise<void>;
  order: string;
  resolve: () => void;
  reject: (error: unknown) => void;
}

@Injectable()
export class CallWriter {
  private queue: Write[] = [];
  private patient: Write[] = [];
  private running = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly db: Database) {}

  /**
   * Runs `work` in a transaction with what others want to write, in order of calls; never in the caller's own.
   * @param order what it locks beside its own row ({@link lockOrder}): all processes lock in this order, so that none waits for one that waits for it
   * @returns when it is committed. @throws what `work` throws; the others are written all the same, so `work` may run twice
   */
  write(work: () => Promise<void>, order = ""): Promise<void> {
    return new Promise((resolve, reject) => {
      this.queue.push({ work, order, resolve, reject });
      this.begin();
    });
  }

  /** As {@link write}, for what no answer waits for: it goes along with the next of those. */
  writeLater(work: () => Promise<void>, order = ""): Promise<void> {
    return new Promise((resolve, reject) => {
      this.patient.push({ work, order, resolve, reject });
      this.timer ??= setTimeout(() => {
        this.timer = undefined;
        if (this.patient.length > 0) this.begin();
      }, LATER_MS);
    });
  }

  private begin(): void {
    if (this.running) return;
    this.running = true;
    // What is wanted in the same turn of the event loop goes together.
    setImmediate(() => void this.drain());
  }

  private async drain(): Promise<void> {
    do {
      const urgent = this.queue.splice(0, AT_ONCE);
      const batch = [...urgent, ...this.patient.splice(0, AT_ONCE - urgent.length)].sort((a, b) =>
        a.order < b.order ? -1 : a.order > b.order ? 1 : 0,
      );
      try {
        await this.db.transaction(async () => {
          for (const { work } of batch) await work();
        });
        for (const { resolve } of batch) resolve();
      } catch {
        await this.oneByOne(batch);
      }
    } while (this.queue.length > 0 || (this.patient.length > 0 && this.timer === undefined));
    this.running = false;
  }

  /** One of them failed and took the others along. */
  private async oneByOne(batch: readonly Write[]): Promise<void> {
    for (const { work, resolve, reject } of batch) await this.db.transaction(work).then(resolve, reject);
  }
}
