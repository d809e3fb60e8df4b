// Bull's settings, the same in every process.

import type { QueueOptions } from "bull";
import { Config } from "#libs/config/index";
import { connectRedis, PREFIX } from "#libs/redis/index";

/**
 * A killed worker's job is seen after lockDuration and handed on within another stalledInterval: 5 s measured with
 * these figures, 59 s with Bull's defaults. The database decides whether the second worker may really work on it.
 */
export const STALLED_SETTINGS = {
  lockDuration: 6_000,
  lockRenewTime: 2_000,
  stalledInterval: 2_000,
  maxStalledCount: 5,
};

/** Options of every queue. Blocking and subscribing connections are Bull's own, as it asks for them. */
export function queueOptions(config: Config): QueueOptions {
  return {
    prefix: PREFIX,
    settings: STALLED_SETTINGS,
    createClient: () => connectRedis(config.redisUrl, { maxRetriesPerRequest: null, enableReadyCheck: false }),
  };
}
