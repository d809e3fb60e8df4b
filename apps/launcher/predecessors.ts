// Processes of an earlier launcher that was killed: they end themselves; this waits for it.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const LOOK_EVERY_MS = 50;

/** The command line of a process. @throws when there is no such process, or no way to tell */
function commandLine(pid: number): string {
  // A small Debian has no ps.
  if (process.platform === "linux") return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  return execFileSync("ps", ["-o", "args=", "-p", `${pid}`], { encoding: "utf8" });
}

/** Whether a process id still belongs to a process of Parley, and not to some other program by now. */
function isOurs(pid: number, entryFolder: string): boolean {
  try {
    return commandLine(pid).includes(entryFolder);
  } catch {
    return false;
  }
}

/**
 * Waits until the processes have ended; kills what is left after `patienceMs`.
 * @param entryFolder what their command line holds
 * @param onWait called once when there is something to wait for
 */
export async function waitForPredecessors(
  pids: number[],
  entryFolder: string,
  patienceMs: number,
  onWait: () => void,
): Promise<void> {
  let left = pids.filter((pid) => isOurs(pid, entryFolder));
  if (left.length === 0) return;
  onWait();
  const deadline = Date.now() + patienceMs;
  while (left.length > 0 && Date.now() < deadline) {
    await sleep(LOOK_EVERY_MS);
    left = left.filter((pid) => isOurs(pid, entryFolder));
  }
  for (const pid of left) process.kill(pid, "SIGKILL");
}
