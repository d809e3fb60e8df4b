// The launcher's own Redis as other programs find it: its address stands in the configuration file that the launcher writes.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** How to reach a Redis of ours; it listens on loopback alone. */
export interface RedisAddress {
  port: number;
  password: string;
}

/** The configuration file below the launcher's folder of Redis. */
export function redisSettingsFile(folder: string): string {
  return join(folder, "redis.conf");
}

/** The address in the file of the last start. */
export function readRedisSettings(folder: string): RedisAddress | undefined {
  try {
    const text = readFileSync(redisSettingsFile(folder), "utf8");
    const port = Number(/^port (\d+)$/m.exec(text)?.[1]);
    const password = /^requirepass (\S+)$/m.exec(text)?.[1];
    return port > 0 && password ? { port, password } : undefined;
  } catch {
    return undefined;
  }
}

export function redisUrlOf({ port, password }: RedisAddress): string {
  return `redis://:${password}@127.0.0.1:${port}`;
}

/**
 * The environment for a command beside a running launcher: where no `REDIS_URL` is set, the launcher's own Redis, whose port
 * and password are new at each start. Unchanged when no launcher runs on `DATA_DIR`.
 */
export function besideLauncher(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  if (env["REDIS_URL"] || env["REDIS_URL_FILE"]) return env;
  const dataDir = resolve(env["DATA_DIR"] || "./data");
  const address = existsSync(join(dataDir, "running.json")) && readRedisSettings(join(dataDir, "redis"));
  return address ? { ...env, REDIS_URL: redisUrlOf(address) } : env;
}

/** Whether a command uses the launcher's own Redis. */
export function usesOwnRedis(): boolean {
  return besideLauncher() !== process.env;
}
