// The configuration file of the launcher's own Redis. It holds the password, so it is the owner's alone.
import { writeFileSync } from "node:fs";
import { type RedisAddress, redisSettingsFile } from "#libs/config/own-redis";

function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/**
 * Writes the configuration: loopback only, append-only file with one fsync a second, and no eviction, as Bull asks for
 * ("Redis must be configured with maxmemory-policy noeviction").
 */
export function writeSettings(folder: string, { port, password }: RedisAddress): string {
  const file = redisSettingsFile(folder);
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
