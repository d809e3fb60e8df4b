// The one limit of every wait in a test: what does not happen by then, does not happen.
import { setTimeout as sleep } from "node:timers/promises";

/** Far above what anything in the product needs, even on a machine that runs other tests as well, ms. */
export const PATIENCE_MS = 20_000;

/** Waits for a promise, but not for ever. @param what for the message */
export async function within<T>(waiting: Promise<T>, what: string, ms = PATIENCE_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${ms} ms in vain for ${what}`)), ms);
  });
  try {
    return await Promise.race([waiting, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until something holds, looking at each change of what is watched. */
export function until(
  watched: { subscribe(listener: () => void): () => void },
  holds: () => boolean,
  what: string,
): Promise<void> {
  const waiting = new Promise<void>((resolve) => {
    const look = (): void => {
      if (!holds()) return;
      stop();
      resolve();
    };
    const stop = watched.subscribe(look);
    look();
  });
  return within(waiting, what);
}

/** Asks again and again until something that tells of no changes holds, e.g. a row of the database. */
export async function eventually(holds: () => Promise<boolean>, what = "it to hold"): Promise<void> {
  const late = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > late) throw new Error(`waited ${PATIENCE_MS} ms in vain for ${what}`);
    await sleep(20);
  }
}
