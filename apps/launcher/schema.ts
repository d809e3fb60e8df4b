// Knows whether this build has already brought this database's schema up to date, so that a start need not ask it.
import { createHash } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Config, ConfigError } from "#libs/config/config";
import { LaunchFault } from "./fault.js";

/** The stamp of `npm run build`: sizes and times in the first line, a digest of all sources in the second. */
const BUILD_STAMP = join(import.meta.dirname, "..", "..", ".server-stamp");

function reason(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return message || code || String(error);
}

/** The schema of the configured database. */
export class Schema {
  private readonly note: string;

  /** @param buildStamp file that changes with every build from other sources */
  constructor(
    private readonly config: Config,
    private readonly buildStamp = BUILD_STAMP,
  ) {
    this.note = join(config.dataDir, "schema.stamp");
  }

  /** Whether it was up to date when this build last looked. An API that finds otherwise says so in its readiness. */
  isCurrent(): boolean {
    const stamp = this.stamp();
    try {
      return stamp !== undefined && readFileSync(this.note, "utf8") === stamp;
    } catch {
      return false;
    }
  }

  /** Runs the migrations that are missing. @returns how many ran */
  async migrate(): Promise<number> {
    // Loaded only when needed: the database's libraries are the largest part of the launcher.
    const { migrate } = await import("#libs/database/index");
    const ran = await migrate(this.config).catch((error: unknown) => {
      if (error instanceof ConfigError) throw error;
      throw new LaunchFault(`The database cannot be opened: ${reason(error)}`);
    });
    const stamp = this.stamp();
    if (stamp) writeFileSync(this.note, stamp, { mode: 0o600 });
    return ran.length;
  }

  /**
   * One build and one database; undefined when either has no identity that can be told. No password goes into it, since
   * a digest can be tried out. So it cannot tell whether a key is right, and an encrypted file is opened at each start.
   */
  private stamp(): string | undefined {
    if (this.config.database.kind === "sqlite" && this.config.database.key !== undefined) return undefined;
    try {
      const build = readFileSync(this.buildStamp, "utf8").split("\n")[1];
      if (!build) return undefined;
      return createHash("sha256").update(`${build}\0${this.identity()}`).digest("hex");
    } catch {
      return undefined;
    }
  }

  private identity(): string {
    const { database } = this.config;
    if (database.kind === "postgres") {
      const { host, pathname, username } = new URL(database.url);
      return `${username}@${host}${pathname}`;
    }
    const { ino, birthtimeMs } = statSync(database.file);
    return `${database.file} ${ino} ${birthtimeMs}`;
  }
}
