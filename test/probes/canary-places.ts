// Where a secret might have got to: each place as text, to be searched for canaries in every usual spelling.
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join, relative } from "node:path";
import { Redis } from "ioredis";
import { DataSource } from "typeorm";
import { loadConfig } from "#libs/config/index";
import { dataSourceOptions } from "#libs/database/index";

/** Name of a place → what is in it, one byte a character. */
export type Places = Map<string, string>;

/** A secret as it might be written: plain, in base64 at each of the three offsets, hex, and as a part of an address. */
export function spellingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  // Cut to whole groups, so that what stands before and behind changes nothing.
  const base64 = [0, 1, 2].map((skip) => {
    const whole = bytes.subarray((3 - skip) % 3);
    return whole.subarray(0, whole.length - (whole.length % 3)).toString("base64");
  });
  const url = base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"));
  return [...new Set([secret, ...base64, ...url, bytes.toString("hex"), encodeURIComponent(secret)])];
}

/** Each place that holds the secret in one of its spellings. */
export function placesOf(secret: string, places: Places): string[] {
  const spellings = spellingsOf(secret);
  return [...places].filter(([, text]) => spellings.some((one) => text.includes(one))).map(([name]) => name);
}

/** Every file below a folder, byte for byte but for long runs of zeros: the database and its log among them. */
export function filesBelow(folder: string): Places {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [`file ${relative(folder, path)}`, readFileSync(path, "latin1").replaceAll("\0".repeat(64), "")];
    }),
  );
}

const TABLES = {
  sqlite: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
  postgres: "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
};

/** Every table of an instance's database, opened with its key; PostgreSQL's files hold all of it afterwards. */
export async function tablesOf(env: Record<string, string>): Promise<Places> {
  const config = loadConfig(env);
  const source = await new DataSource(dataSourceOptions(config, "reader")).initialize();
  try {
    const { kind } = config.database;
    if (kind === "postgres") await source.query("CHECKPOINT");
    const tables = (await source.query(TABLES[kind])) as { name: string }[];
    const places: Places = new Map();
    for (const { name } of tables)
      places.set(`table ${name}`, JSON.stringify(await source.query(`SELECT * FROM "${name}"`)));
    return places;
  } finally {
    await source.destroy();
  }
}

/**
 * Every command that anybody sends to a Redis, from now on: what is kept in it, and what only passes. By a plain socket:
 * ioredis breaks when a command of somebody else's comes in one packet with the answer to MONITOR.
 */
export async function listenToRedis(url: string): Promise<{ text: () => string; stop: () => void }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).setEncoding("latin1");
  let text = "";
  socket.on("data", (chunk) => (text += String(chunk)));
  socket.write("MONITOR\r\n");
  const [answer] = (await once(socket, "data")) as [string];
  if (!answer.startsWith("+OK")) throw new Error(`Redis does not let us listen: ${answer}`);
  return { text: () => text, stop: () => socket.destroy() };
}

/** Every key of a Redis with its value. */
export async function valuesOf(url: string): Promise<string> {
  const redis = new Redis(url);
  try {
    const read: Record<string, (key: string) => Promise<unknown>> = {
      string: (key) => redis.get(key),
      hash: (key) => redis.hgetall(key),
      list: (key) => redis.lrange(key, 0, -1),
      set: (key) => redis.smembers(key),
      zset: (key) => redis.zrange(key, 0, -1),
      stream: (key) => redis.xrange(key, "-", "+"),
    };
    const values = (await redis.keys("*")).map(async (key) => {
      const type = await redis.type(key);
      if (type === "none") return key;
      if (!read[type]) throw new Error(`Redis holds a ${type}, which nobody searches: ${key}`);
      return `${key} ${JSON.stringify(await read[type](key))}`;
    });
    return (await Promise.all(values)).join("\n");
  } finally {
    await redis.quit();
  }
}
