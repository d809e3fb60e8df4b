// Finds a Redis server program on this machine, or fetches one.
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { LaunchFault } from "../fault.js";
import { cachedServer, fetchRedisFromDebian, hasDebianTools } from "./debian-packages.js";

const NAMES = ["redis-server", "valkey-server"];

function onPath(path: string): string | undefined {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    for (const name of NAMES) {
      const file = join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // Not here: the next folder.
      }
    }
  }
  return undefined;
}

/**
 * The program to start: on the PATH, in our cache, or fetched into it from Debian's packages.
 * @param onFetch called when something is about to be downloaded
 * @throws LaunchFault that says how to get one on this platform
 */
export async function findRedis(env: NodeJS.ProcessEnv, onFetch: () => void = () => undefined): Promise<string> {
  // Debian puts servers into folders that an ordinary user's PATH may lack.
  const found = onPath([env["PATH"] ?? "", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"].join(delimiter));
  if (found) return found;
  const cached = cachedServer(env);
  if (existsSync(cached)) return cached;
  if (!hasDebianTools()) throw new LaunchFault(howToGetRedis());
  onFetch();
  try {
    return await fetchRedisFromDebian(env);
  } catch (error) {
    throw new LaunchFault(`${(error as Error).message}\n${howToGetRedis()}`);
  }
}

function linuxFamily(): string {
  try {
    const text = readFileSync("/etc/os-release", "utf8");
    return [/^ID=(.*)$/m, /^ID_LIKE=(.*)$/m].map((pattern) => pattern.exec(text)?.[1] ?? "").join(" ");
  } catch {
    return "";
  }
}

/** One sentence: how to get Redis on this platform. */
export function howToGetRedis(platform: NodeJS.Platform = process.platform, family = linuxFamily()): string {
  const own = "or set REDIS_URL to a Redis of your own";
  if (platform === "darwin") return `Parley needs Redis: run "brew install redis", ${own}.`;
  if (platform === "win32") {
    return `Parley needs Redis, which does not run on Windows itself: start Parley in WSL, ${own}.`;
  }
  if (/debian|ubuntu/.test(family)) return `Parley needs Redis: run "apt-get install redis-server" as root, ${own}.`;
  if (/fedora|rhel|centos/.test(family)) return `Parley needs Redis: run "dnf install valkey" as root, ${own}.`;
  if (/alpine/.test(family)) return `Parley needs Redis: run "apk add redis" as root, ${own}.`;
  if (/arch/.test(family)) return `Parley needs Redis: run "pacman -S valkey" as root, ${own}.`;
  return `Parley needs Redis: install redis-server or valkey-server with your system's packages, ${own}.`;
}
