// Waits until the API says that all parts are well.
import { setTimeout as sleep } from "node:timers/promises";

const FIRST_LOOK_MS = 20;
const LONGEST_LOOK_MS = 250;
const ANSWER_WITHIN_MS = 5_000;
const COMPLAIN_EVERY_MS = 10_000;

/** What the caller of {@link untilReady} gives. */
export interface Waiting {
  signal: AbortSignal;
  /** Called every ten seconds with what is still missing. */
  complain: (why: string) => void;
  /** Called once when the API finds that migrations are missing. */
  onOldSchema: () => Promise<void>;
}

/** @returns what is missing: the names and reasons of the checks that failed, or why there was no answer */
async function look(url: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
    const answer = await fetch(url, { signal: within });
    const text = await answer.text();
    return answer.ok ? undefined : failedChecks(text);
  } catch (error) {
    signal.throwIfAborted();
    return (error as Error).message;
  }
}

function failedChecks(text: string): string {
  try {
    const { checks = {} } = JSON.parse(text) as { checks?: Record<string, { ok: boolean; reason?: string }> };
    const failed = Object.entries(checks).filter(([, { ok }]) => !ok);
    return failed.map(([name, { reason = "down" }]) => `${name} (${reason})`).join(", ") || text;
  } catch {
    return text.slice(0, 300);
  }
}

/**
 * Resolves when `GET <origin>/health/ready` answers 200.
 * @throws the signal's reason when it is aborted
 */
export async function untilReady(origin: string, { signal, complain, onOldSchema }: Waiting): Promise<void> {
  let complained = Date.now();
  let asked = false;
  for (let wait = FIRST_LOOK_MS; ; wait = Math.min(wait * 1.5, LONGEST_LOOK_MS)) {
    const missing = await look(`${origin}/health/ready`, signal);
    if (missing === undefined) return;
    if (!asked && missing.includes("migrations")) {
      asked = true;
      await onOldSchema();
    }
    if (Date.now() - complained > COMPLAIN_EVERY_MS) {
      complained = Date.now();
      complain(missing);
    }
    await sleep(wait, undefined, { signal });
  }
}
