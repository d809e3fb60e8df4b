// Waits until the API says that all parts are well.
import { setTimeout as sleep } from "node:timers/promises";

const FIRST_LOOK_MS = 20;
const LONGEST_LOOK_MS = 250;
const ANSWER_WITHIN_MS = 5_000;
const COMPLAIN_EVERY_MS = 10_000;

async function look(url: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
    const answer = await fetch(url, { signal: within });
    const text = await answer.text();
    return answer.ok ? undefined : text.slice(0, 300);
  } catch (error) {
    signal.throwIfAborted();
    return (error as Error).message;
  }
}

/**
 * Resolves when `GET <origin>/health/ready` answers 200.
 * @param complain called every ten seconds with what is still missing
 * @throws the signal's reason when it is aborted
 */
export async function untilReady(origin: string, signal: AbortSignal, complain: (why: string) => void): Promise<void> {
  let complained = Date.now();
  for (let wait = FIRST_LOOK_MS; ; wait = Math.min(wait * 1.5, LONGEST_LOOK_MS)) {
    const missing = await look(`${origin}/health/ready`, signal);
    if (missing === undefined) return;
    if (Date.now() - complained > COMPLAIN_EVERY_MS) {
      complained = Date.now();
      complain(missing);
    }
    await sleep(wait, undefined, { signal });
  }
}
