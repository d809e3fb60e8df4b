// `parley doctor`: looks at everything that an instance needs, and says what is wrong with it in one line each.
import { statfs } from "node:fs/promises";
import { Config, usesOwnRedis } from "#libs/config/index";
import { Database } from "#libs/database/index";
import { checkWorkerSeen, Logger } from "#libs/observability/index";
import { RedisClients } from "#libs/redis/index";
import { OidcProvider } from "#src/oidc/oidc-provider";
import { withApplication } from "./application.js";

/** Below this a write may soon fail, bytes. */
const LEAST_FREE = 512 * 1024 * 1024;
/** How long a part may take to answer, ms. */
const PATIENCE_MS = 3_000;

/** @returns the report, and whether all is well. Configuration, vault keys and schema are checked by starting at all. */
export async function doctor(): Promise<{ text: string; ok: boolean }> {
  return withApplication(async (app) => {
    const config = app.get(Config);
    const redis = app.get(RedisClients).main;
    const checks: [name: string, check: () => Promise<string>][] = [
      ["configuration", async () => "valid"],
      ["vault keys", async () => `open what the database holds (${config.vaultKeys.map(({ id }) => id).join(", ")})`],
      ["database", async () => `${config.database.kind}, answers ${await answerOf(app.get(Database))}`],
      ["redis", async () => `answers ${await redis.ping().catch(() => Promise.reject(unreachable()))} ${whose()}`],
      ["worker", () => workerSeen(redis)],
      ["disk", () => freeSpace(config.dataDir)],
      ["mail", async () => (config.mail ? `sent as ${config.mail.from}` : "not configured: links are shown instead")],
      ["sign-in provider", () => providerReached(config, app.get(Logger, { strict: false }))],
    ];
    const lines: string[] = [];
    let ok = true;
    for (const [name, check] of checks) {
      const found = await within(check()).then(
        (text) => `ok    ${name}: ${text}`,
        (error: unknown) => {
          ok = false;
          return `FAULT ${name}: ${error instanceof Error ? error.message : String(error)}`;
        },
      );
      lines.push(found);
    }
    return { text: `${lines.join("\n")}\n`, ok };
  });
}

const whose = (): string => (usesOwnRedis() ? "(the launcher's own)" : "(REDIS_URL)");
const unreachable = (): Error =>
  new Error(
    usesOwnRedis()
      ? "the launcher's own does not answer; set REDIS_URL for another one"
      : "cannot be reached at REDIS_URL",
  );

async function workerSeen(redis: RedisClients["main"]): Promise<string> {
  if (redis.status !== "ready") throw unreachable();
  await checkWorkerSeen(redis);
  return "seen within the last seconds";
}

async function providerReached(config: Config, logger: Logger): Promise<string> {
  if (!config.oidc) return "not configured: people sign in with passwords";
  await new OidcProvider(config, logger).reach();
  return `${config.oidc.issuer} answers`;
}

async function answerOf(database: Database): Promise<string> {
  const accounts = await database.one<{ n: number | string }>("SELECT count(*) AS n FROM users");
  return `(${accounts?.n ?? 0} accounts)`;
}

async function freeSpace(folder: string): Promise<string> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const text = `${(free / 1024 ** 3).toFixed(1)} GiB free in ${folder}`;
  if (free < LEAST_FREE) throw new Error(text);
  return text;
}

function within<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS / 1_000} s`)), PATIENCE_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
