// Why and how urgently the launcher is asked to end.

/**
 * npm hands a Ctrl-C on to us that the terminal has sent to us already: what comes within this time after the first
 * request is the same request, ms.
 */
const SAME_REQUEST_MS = 1_000;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Listens for requests to end this process. */
export class StopSignal {
  private readonly controller = new AbortController();
  private firstAt = 0;

  /** @param onForce called when somebody asks again and does not want to wait */
  constructor(onForce: () => void) {
    const ask = () => this.ask(onForce);
    for (const signal of SIGNALS) process.on(signal, ask);
    // The script that started us under another Node is gone.
    if (process.send) process.on("disconnect", ask);
    if (process.send && !process.connected) ask();
  }

  /** Aborted at the first request. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Resolves at the first request. */
  get asked(): Promise<void> {
    return new Promise((resolve) => {
      if (this.signal.aborted) resolve();
      else this.signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }

  private ask(onForce: () => void): void {
    const now = Date.now();
    if (this.firstAt === 0) {
      this.firstAt = now;
      this.controller.abort(new Stopped());
    } else if (now - this.firstAt > SAME_REQUEST_MS) onForce();
  }
}

/** Thrown by what was under way when the launcher was asked to end. */
export class Stopped extends Error {
  constructor() {
    super("Stopped.");
  }
}
