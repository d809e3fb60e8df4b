// One launcher for one data folder: a lock that the kernel gives back whatever way the process ends.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { LaunchFault } from "./fault.js";

const SQLITE_BUSY = 5;

/** What is written down about the running instance, for the next start and for a second one at the same time. */
export interface Running {
  launcher: number;
  url: string;
  /** Process ids of the API and worker processes. */
  children: number[];
}

/** The lock on a data folder. */
export class InstanceLock {
  private constructor(
    private readonly database: DatabaseSync,
    private readonly file: string,
    /** What an earlier instance left behind when it was killed. */
    readonly abandoned: Running | undefined,
  ) {}

  /**
   * Takes the lock. SQLite's file lock is used since Node has none of its own: it vanishes with the process.
   * @throws LaunchFault when another launcher holds it
   */
  static take(dataDir: string): InstanceLock {
    const file = join(dataDir, "running.json");
    const database = new DatabaseSync(join(dataDir, "launcher.lock"));
    try {
      database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    } catch (error) {
      database.close();
      if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error;
      const other = read(file);
      const where = other ? ` at ${other.url} (process ${other.launcher})` : "";
      throw new LaunchFault(
        `Parley runs already on ${dataDir}${where}. End it first, or start with another folder: npm start -- --data-dir <folder> --port <number>`,
      );
    }
    return new InstanceLock(database, file, read(file));
  }

  /** Writes down what runs now. */
  note(running: Running): void {
    writeFileSync(this.file, `${JSON.stringify(running)}\n`, { mode: 0o600 });
  }

  /** Gives the lock back after everything was ended in order. */
  release(): void {
    rmSync(this.file, { force: true });
    this.database.close();
  }
}

function read(file: string): Running | undefined {
  try {
    const { launcher, url, children } = JSON.parse(readFileSync(file, "utf8")) as Partial<Running>;
    return { launcher: launcher ?? 0, url: url ?? "", children: children ?? [] };
  } catch {
    return undefined;
  }
}
