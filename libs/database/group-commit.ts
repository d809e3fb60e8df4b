// SQLite's one writer: transactions of this process that wait for each other share one BEGIN and one COMMIT.
import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { isBusy } from "./dialect.js";
import { type SqliteStatements } from "./sqlite-statements.js";

/** How long a transaction waits for another process's write lock before it gives up, ms (fault F15). */
const LOCK_WAIT_MS = 5_000;
/** A group takes no more members after this, ms: other processes want to write, too. */
const GROUP_MS = 10;
/**
 * Between two groups the lock is free for this long, ms, when more are waiting: SQLite's lock knows no order, and a process that
 * takes it again at once would keep all others out. What waits here meanwhile makes the next group larger.
 */
const PAUSE_MS = 3;
/** Between two tries to get the lock, ms: short against the pauses of the others. */
const RETRY_MS = 1;
/** Most members of a group: what a failing COMMIT takes back. */
const GROUP_SIZE = 64;

/** Another process held the write lock for longer than {@link LOCK_WAIT_MS}: nothing was written, try again. */
export class DatabaseBusyError extends Error {
  readonly code = "DATABASE_BUSY";
  constructor() {
    super("The database is locked by another writer");
  }
}

/** When a transaction counts as done: on the disk, or as soon as it is committed, so that no kill of a process can undo it. */
export type DoneWhen = "on disk" | "committed";

interface Job {
  doneWhen: DoneWhen;
  /** Runs the work in the context of its caller. */
  work: () => Promise<void>;
  resolve: () => void;
  reject: (error: unknown) => void;
  /** On the clock of performance.now(). */
  deadline: number;
}

/**
 * Runs transactions one after the other, in order of calls. Under load several are members of one SQLite transaction, each in a
 * savepoint of its own: a member that throws is taken back alone, and no caller hears of success before it is on the disk. So
 * the price of the write lock and of the fsync is shared by all who wait for it.
 */
export class GroupCommit {
  private queue: Job[] = [];
  private between: (() => void)[] = [];
  private draining = false;

  /**
   * @param statements of the connection that alone writes in this process
   * @param toDisk makes what was committed outlast a power cut
   */
  constructor(
    private readonly statements: Pick<SqliteStatements, "run">,
    private readonly toDisk: () => Promise<void>,
  ) {}

  /**
   * @returns when it is done
   * @throws what `work` throws, or DatabaseBusyError when the write lock was not to be had: then nothing was written; the file
   * system's error when the disk fails: then nobody can say
   */
  run(work: () => Promise<void>, doneWhen: DoneWhen = "on disk"): Promise<void> {
    const inContext = AsyncLocalStorage.snapshot();
    return new Promise((resolve, reject) => {
      const deadline = performance.now() + LOCK_WAIT_MS;
      this.queue.push({ work: () => inContext(work), doneWhen, resolve, reject, deadline });
      if (!this.draining) void this.drain();
    });
  }

  /** Runs what no transaction may be open for, such as a checkpoint, between two groups. */
  outside(sql: string): Promise<unknown[]> {
    return new Promise((resolve, reject) => {
      this.between.push(() => {
        try {
          resolve(this.statements.run(sql).rows);
        } catch (error) {
          reject(error);
        }
      });
      if (!this.draining) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.draining = true;
    while (this.queue.length > 0 || this.between.length > 0) {
      for (const work of this.between.splice(0)) work();
      if (await this.begin()) await this.group();
      if (this.queue.length > 0) await sleep(PAUSE_MS);
    }
    this.draining = false;
  }

  /** A lock never holds the event loop: the driver's own busy timeout is short, the wait between tries is asynchronous. */
  private async begin(): Promise<boolean> {
    while (this.queue.length > 0) {
      try {
        this.statements.run("BEGIN IMMEDIATE");
        return true;
      } catch (error) {
        if (!isBusy(error)) {
          this.queue.shift()?.reject(error);
          continue;
        }
        const now = performance.now();
        for (const late of this.queue.filter(({ deadline }) => deadline <= now)) late.reject(new DatabaseBusyError());
        this.queue = this.queue.filter(({ deadline }) => deadline > now);
        await sleep(RETRY_MS);
      }
    }
    return false;
  }

  private async group(): Promise<void> {
    const started = performance.now();
    const members: Job[] = [];
    while (members.length < GROUP_SIZE && performance.now() - started < GROUP_MS) {
      const job = this.queue.shift();
      if (!job) break;
      const failure = await this.member(job, members.length === 0);
      if (failure === "none") members.push(job);
      else if (failure === "all") {
        for (const member of members) member.reject(new DatabaseBusyError());
        return;
      }
    }
    this.commit(members);
  }

  /** @returns whether nothing was taken back, the member alone, or the whole transaction */
  private async member(job: Job, isFirst: boolean): Promise<"none" | "member" | "all"> {
    try {
      // The first one needs no savepoint: it can take back the transaction.
      if (!isFirst) this.statements.run("SAVEPOINT member");
      await job.work();
      if (!isFirst) this.statements.run("RELEASE member");
      return "none";
    } catch (error) {
      job.reject(error);
      if (isFirst) {
        // SQLite may have rolled back by itself (disk full).
        this.rollback();
        return "all";
      }
      try {
        this.statements.run("ROLLBACK TO member");
        this.statements.run("RELEASE member");
        return "member";
      } catch {
        this.rollback();
        return "all";
      }
    }
  }

  private rollback(): void {
    try {
      this.statements.run("ROLLBACK");
    } catch {
      // It was rolled back already.
    }
  }

  private commit(members: readonly Job[]): void {
    try {
      this.statements.run("COMMIT");
    } catch (error) {
      this.rollback();
      for (const member of members) member.reject(error);
      return;
    }
    for (const { doneWhen, resolve } of members) if (doneWhen === "committed") resolve();
    const waiting = members.filter(({ doneWhen }) => doneWhen === "on disk");
    if (waiting.length === 0) return;
    // The lock is free meanwhile, and the next group may begin: a later sync holds for what an earlier one was to bring.
    this.toDisk().then(
      () => {
        for (const member of waiting) member.resolve();
      },
      (error: unknown) => {
        for (const member of waiting) member.reject(error);
      },
    );
  }
}
