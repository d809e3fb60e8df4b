// What every process of Parley does around its main(): version guard, configuration faults, ending with its parent.
import { url as inspectorUrl } from "node:inspector";
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
  // The listener alone would keep a command that is done from ending (nodejs.org/api/process.html, process.channel).
  process.channel?.unref();
  // It may have gone while the modules were being loaded.
  if (!process.connected) end();
}

/** Why a process cannot start now, in words for a terminal; another start may work. Exit code 1. */
export class StartFault extends Error {}

/** Options of Node by which what is in memory gets out: an open debugger, snapshots of the heap. */
const OPENS_MEMORY =
  /--(inspect(-brk|-wait)?|heapsnapshot-signal|heapsnapshot-near-heap-limit(?!=0)|heap-prof)(?![\w-])/;

/**
 * In production nobody may look into the memory of a process that opens provider keys: no debugger, neither by an option nor
 * by the signal on which Node opens one, and no environment in diagnostic reports.
 * @throws ConfigError
 */
function closeMemory(): void {
  process.report.excludeEnv = true;
  if (process.env["NODE_ENV"] !== "production") return;
  const [option] = OPENS_MEMORY.exec([process.env["NODE_OPTIONS"] ?? "", ...process.execArgv].join(" ")) ?? [];
  if (option !== undefined || inspectorUrl() !== undefined)
    throw new ConfigError([
      `NODE_OPTIONS has ${option ?? "--inspect"}: refused in production, where memory holds keys`,
    ]);
  // A listener takes the place of Node's own.
  process.on("SIGUSR1", () => undefined);
}

/** Runs a process's main(): configuration faults are plain lines and exit code 78, other faults exit code 1. */
export async function runProcess(main: () => Promise<void>): Promise<void> {
  requireNode24();
  exitWithParent();
  // Databases, keys and logs are nobody else's to read, whatever the folder's mode is.
  process.umask(0o077);
  try {
    closeMemory();
    await main();
  } catch (error) {
    if (error instanceof ConfigError) {
      process.stderr.write(`${error.message}\n`);
      process.exit(EXIT_CONFIG);
    }
    if (error instanceof StartFault) {
      process.stderr.write(`${error.message}\n`);
      process.exit(1);
    }
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  }
}
