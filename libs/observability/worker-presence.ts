// "At least one worker seen lately": workers refresh one expiring key, the API's readiness looks whether it is there.
import type { Redis } from "ioredis";
import { CheckFailed } from "./health.js";

const KEY = "{parley}:worker-seen";
const BEAT_MS = 2_000;
/** Three missed beats: the worker is gone. The key expires by Redis's clock, so clocks of machines need not agree. */
const EXPIRES_MS = 3 * BEAT_MS;

/** Says now and then that this worker lives. @returns a function that ends it */
export function startWorkerBeat(redis: Redis, workerId: string): () => void {
  // A beat that fails needs no handling: that Redis is away is seen by its own check.
  const beat = () => void redis.set(KEY, workerId, "PX", EXPIRES_MS).catch(() => undefined);
  beat();
  const timer = setInterval(beat, BEAT_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** A readiness check. @throws CheckFailed when no worker was seen within the last seconds */
export async function checkWorkerSeen(redis: Redis): Promise<void> {
  if ((await redis.exists(KEY)) === 0) throw new CheckFailed("no worker was seen lately");
}
