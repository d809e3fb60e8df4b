// Work that is done once the answer is out, so that the time of the answer tells nothing of it.
import { AsyncLocalStorage } from "node:async_hooks";
import { randomInt } from "node:crypto";
import { Injectable, type OnModuleDestroy } from "@nestjs/common";
import { Logger } from "./logger.js";

/** Longer than an answer takes on its way out, and not the same each time: a next request must not meet it, ms. */
const LATER_MS = { from: 50, to: 200 };

@Injectable()
export class AfterAnswer implements OnModuleDestroy {
  private readonly waiting = new Map<NodeJS.Timeout, () => void>();
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly logger: Logger) {}

  /** Does it a moment later, in the context of this request. @param name for the log, when it fails */
  run(name: string, work: () => Promise<void>): void {
    const start = AsyncLocalStorage.bind(() => {
      const run = work()
        .catch((error: unknown) => this.logger.error(name, { error }))
        .finally(() => this.running.delete(run));
      this.running.add(run);
    });
    const timer = setTimeout(
      () => {
        this.waiting.delete(timer);
        start();
      },
      randomInt(LATER_MS.from, LATER_MS.to),
    );
    this.waiting.set(timer, start);
  }

  /** A process that ends in order does all of it first. */
  async onModuleDestroy(): Promise<void> {
    for (const [timer, start] of this.waiting) {
      clearTimeout(timer);
      start();
    }
    this.waiting.clear();
    await Promise.all(this.running);
  }
}
