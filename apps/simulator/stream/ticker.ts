// One clock for all streams: a single timer drives every waiting task, whatever their number.

/** Something that wants to run at `dueAt` (ms of performance.now()). */
export type Task = { dueAt: number; run(now: number): void };

/** Shortest time between two rounds, in ms: with it 1,000 streams of 50 tokens/s cost one round per 5 ms, not 50,000 timers. */
const QUANTUM = 5;

/** Runs tasks when they are due. The timer stands still while there is no task. */
export class Ticker {
  private readonly tasks = new Set<Task>();
  private timer: NodeJS.Timeout | undefined;
  private wakeAt = 0;

  add(task: Task): void {
    this.tasks.add(task);
    this.arm(task.dueAt);
  }

  remove(task: Task): void {
    this.tasks.delete(task);
  }

  private arm(dueAt: number): void {
    if (dueAt === Number.POSITIVE_INFINITY) return;
    const now = performance.now();
    const wait = Math.max(1, dueAt - now);
    if (this.timer && this.wakeAt <= now + wait) return;
    clearTimeout(this.timer);
    this.wakeAt = now + wait;
    this.timer = setTimeout(() => this.round(), wait);
  }

  private round(): void {
    this.timer = undefined;
    const now = performance.now();
    let next = Number.POSITIVE_INFINITY;
    for (const task of this.tasks) {
      if (task.dueAt <= now) task.run(now);
      if (this.tasks.has(task) && task.dueAt < next) next = task.dueAt;
    }
    if (next < Number.POSITIVE_INFINITY) this.arm(Math.max(next, now + QUANTUM));
  }

  /** Forgets all tasks. */
  stop(): void {
    this.tasks.clear();
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
