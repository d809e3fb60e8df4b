// The configuration file of the launcher's own Redis. It holds the password, so it is the owner's alone.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** How to reach a Redis of ours. */
export interface RedisAddress {
  port: number;
  password: string;
}

function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** The file for a data folder of Redis. */
export function settingsFile(folder: string): string {
  return join(folder, "redis.conf");
}

/**
 * Writes the configuration: loopback only, append-only file with one fsync a second, and no eviction, as Bull asks for
 * ("Redis must be configured with maxmemory-policy noeviction").
 */
export function writeSettings(folder: string, { port, password }: RedisAddress): string {
  const file = settingsFile(folder);
  const lines = [
    "bind 127.0.0.1",
    `port ${port}`,
    `requirepass ${password}`,
    `dir ${quoted(folder)}`,
    "daemonize no",
    'logfile ""',
    'save ""',
    "appendonly yes",
    "appendfsync everysec",
    "maxmemory-policy noeviction",
    "tcp-keepalive 60",
  ];
  writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o600 });
  return file;
}

/** The address in the file of an earlier start. */
export function readSettings(folder: string): RedisAddress | undefined {
  try {
    const text = readFileSync(settingsFile(folder), "utf8");
    const port = Number(/^port (\d+)$/m.exec(text)?.[1]);
    const password = /^requirepass (\S+)$/m.exec(text)?.[1];
    return port > 0 && password ? { port, password } : undefined;
  } catch {
    return undefined;
  }
}
