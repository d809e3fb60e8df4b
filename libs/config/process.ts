// What every process of Parley does around its main(): version guard, configuration faults, ending with its parent.
import { ConfigError } from "./config.js";

/** sysexits.h EX_CONFIG: a supervisor must not restart a process that ended with it. */
export const EXIT_CONFIG = 78;

/** Ends the process with one line when it runs on an older Node: better-sqlite3 13 would crash the process there. */
export function requireNode24(): void {
  if (Number(process.versions.node.split(".")[0]) >= 24) return;
  process.stderr.write(`Parley needs Node 24 or later, this is ${process.versions.node}. Start it with "npm start".\n`);
  process.exit(1);
}

/** Ends this process by SIGTERM's way when the launcher that started it over IPC is gone, so that no orphan stays. */
export function exitWithParent(): void {
  if (!process.send) return;
  const end = () => process.kill(process.pid, "SIGTERM");
  process.on("disconnect", end);
  // It may have gone while the modules were being loaded.
  if (!process.connected) end();
}

/** Runs a process's main(): configuration faults are plain lines and exit code 78, other faults exit code 1. */
export async function runProcess(main: () => Promise<void>): Promise<void> {
  requireNode24();
  exitWithParent();
  // Databases, keys and logs are nobody else's to read, whatever the folder's mode is.
  process.umask(0o077);
  try {
    await main();
  } catch (error) {
    if (error instanceof ConfigError) {
      process.stderr.write(`${error.message}\n`);
      process.exit(EXIT_CONFIG);
    }
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  }
}
