// The one typed, validated configuration object; the only place (with launch scripts) that reads the environment.
import { mkdirSync, readFileSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { z } from "zod";
import { type ChatLimits, chatLimits, chatVariables } from "./chat.js";
import { flag } from "./flag.js";
import { type GatewayLimits, gatewayLimits, gatewayVariables } from "./gateway.js";
import { type MailSettings, mailSettings, mailVariables } from "./mail.js";
import { type OidcSettings, oidcSettings, oidcVariables } from "./oidc.js";
import { sampleFaults, twinFaults } from "./own-secrets.js";
import { providerVariables } from "./providers.js";
import { ensureVaultKeys, parseVaultKeys, type VaultKey } from "./vault-keys.js";

/** A configuration fault: one line a variable, fit for a terminal. Processes exit with code 78 (sysexits EX_CONFIG). */
export class ConfigError extends Error {
  constructor(readonly faults: string[]) {
    super(`Configuration is not valid:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
  }
}

/** Where the data lives: a SQLite file (encrypted when `key` is set) or a PostgreSQL server. */
export type DatabaseTarget = { kind: "sqlite"; file: string; key?: string } | { kind: "postgres"; url: string };

const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback);
const httpUrl = z.url({ protocol: /^https?$/, error: "must be an http(s) URL" });

const environment = z.object({
  NODE_ENV: z.enum(["production", "development", "test"]).default("development"),
  HOST: z.string().min(1).default("127.0.0.1"),
  PORT: port(3000),
  WORKER_PORT: port(3001),
  PUBLIC_URL: httpUrl.optional(),
  TRUST_PROXY_HOPS: z.coerce.number().int().min(0).max(10).default(0),
  DATA_DIR: z.string().min(1).default("./data"),
  DATABASE_URL: z
    .string()
    .regex(/^(sqlite:.+|postgres(ql)?:\/\/.+)$/, "must be sqlite:<path> or postgres://…")
    .default("sqlite:parley.db"),
  DATABASE_KEY: z.string().min(16, "must have at least 16 characters").optional(),
  DATABASE_POOL: z.coerce.number().int().min(1).max(200).default(10),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\/.+|^unix:.+/, "must be redis://… or rediss://…")
    .default("redis://127.0.0.1:6379"),
  VAULT_KEYS: z.string().optional(),
  OPENROUTER_BASE_URL: httpUrl.default("https://openrouter.ai/api/v1"),
  OPENROUTER_API_KEY: z.string().min(8, "must have at least 8 characters").optional(),
  DEFAULT_MODEL: z.string().min(1).max(200).default("anthropic/claude-haiku-4.5"),
  ALLOW_PRIVATE_PROVIDERS: flag,
  ...providerVariables,
  REGISTRATION: z.enum(["open", "invite", "closed"]).default("invite"),
  LOGIN_LIMIT: z.coerce.number().int().min(1).max(100_000).default(5),
  KEY_LIMIT: z.coerce.number().int().min(0).max(10_000_000).default(0),
  REST_LIMIT: z.coerce.number().int().min(0).max(10_000_000).default(12_000),
  REST_IP_LIMIT: z.coerce.number().int().min(0).max(10_000_000).default(6_000),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  ...chatVariables,
  ...gatewayVariables,
  WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(10_000).default(1_000),
  COST_RECHECK_HOURS: z.coerce.number().min(0).max(720).default(48),
  DRAIN_SECONDS: z.coerce.number().min(0).max(600).default(25),
  ...mailVariables,
  ...oidcVariables,
  METRICS_TOKEN: z.string().min(16, "must have at least 16 characters").optional(),
  PARLEY_SIMULATOR: flag,
});

const SECRETS = [
  "VAULT_KEYS",
  "DATABASE_KEY",
  "OPENROUTER_API_KEY",
  "METRICS_TOKEN",
  "DATABASE_URL",
  "REDIS_URL",
  "SMTP_URL",
  "OIDC_ISSUER",
  "OIDC_CLIENT_ID",
  "OIDC_CLIENT_SECRET",
];

/** The validated configuration; injectable. All durations in milliseconds, sizes in bytes. */
export class Config {
  readonly production!: boolean;
  readonly host!: string;
  readonly port!: number;
  readonly workerPort!: number;
  /** The origin people use, without a trailing slash; undefined: derived from each request's Host. */
  readonly publicUrl?: string;
  readonly trustProxyHops!: number;
  readonly dataDir!: string;
  readonly database!: DatabaseTarget;
  readonly databasePool!: number;
  readonly redisUrl!: string;
  /** Key-encryption keys; the first wraps, all unwrap. */
  readonly vaultKeys!: VaultKey[];
  readonly openrouterBaseUrl!: string;
  readonly openrouterApiKey?: string;
  /** The model of a conversation for which nobody chose one. */
  readonly defaultModel!: string;
  /** Whether workspace keys may point at private or loopback addresses. */
  readonly allowPrivateProviders!: boolean;
  /** Origins (RFC 6454) at which workspace keys may point; undefined: any. The instance's own provider is always allowed. */
  readonly providerOrigins?: string[];
  readonly registration!: "open" | "invite" | "closed";
  /** Undefined: this instance sends no mail, and people are shown links instead. */
  readonly mail?: MailSettings;
  /** Undefined: people sign in with passwords alone. */
  readonly oidc?: OidcSettings;
  /** Failed sign-ins allowed per account in 15 minutes. */
  readonly loginLimit!: number;
  /** Requests in a minute of a platform key that has no rate of its own; 0: no limit. */
  readonly keyLimit!: number;
  /** Requests and socket events of an account in a minute; 0: no limit. */
  readonly restLimit!: number;
  /** Requests of an address without an account in a minute; 0: no limit. */
  readonly restAddressLimit!: number;
  readonly logLevel!: string;
  readonly chat!: ChatLimits;
  readonly gateway!: GatewayLimits;
  /** Generations that one worker runs at once. */
  readonly workerConcurrency!: number;
  /** How long a stopping worker lets its streams finish. */
  readonly drainMs!: number;
  /** How long after its beginning a settled call is asked about once more; 0: never. */
  readonly recheckMs!: number;
  readonly metricsToken?: string;
  /** True when the upstream is the bundled simulator. */
  readonly demo!: boolean;
}

/** Reads secrets given as files: `NAME_FILE` names a file whose trimmed content is the value of `NAME`. */
function withSecretFiles(env: NodeJS.ProcessEnv, faults: string[]): NodeJS.ProcessEnv {
  const merged = { ...env };
  for (const name of SECRETS) {
    const file = env[`${name}_FILE`];
    if (!file) continue;
    if (env[name]) faults.push(`${name} and ${name}_FILE are both set; set one`);
    try {
      merged[name] = readFileSync(file, "utf8").trim();
    } catch {
      faults.push(`${name}_FILE names a file that cannot be read`);
    }
  }
  for (const [name, value] of Object.entries(merged)) if (value === "") delete merged[name];
  return merged;
}

function databaseTarget(url: string, dataDir: string, key: string | undefined): DatabaseTarget {
  if (!url.startsWith("sqlite:")) return { kind: "postgres", url };
  const path = url.slice("sqlite:".length);
  return { kind: "sqlite", file: isAbsolute(path) ? path : resolve(dataDir, path), ...(key ? { key } : {}) };
}

/** What is kept secret, by variable; the vault's keys are apart. */
function secretsOf(env: z.infer<typeof environment>): Record<string, string | undefined> {
  const { DATABASE_KEY, METRICS_TOKEN, OIDC_CLIENT_SECRET, OPENROUTER_API_KEY } = env;
  return { DATABASE_KEY, METRICS_TOKEN, OIDC_CLIENT_SECRET, OPENROUTER_API_KEY };
}

function productionFaults(env: z.infer<typeof environment>): string[] {
  const { DATABASE_KEY, METRICS_TOKEN, VAULT_KEYS } = env;
  const missing = VAULT_KEYS ? [] : ["VAULT_KEYS is required in production (id:base64 of 32 random bytes)"];
  return [...missing, ...sampleFaults({ DATABASE_KEY, METRICS_TOKEN, VAULT_KEYS })];
}

function vaultKeysOf(given: string | undefined, dataDir: string): VaultKey[] {
  try {
    return parseVaultKeys(given ?? ensureVaultKeys(dataDir));
  } catch (error) {
    throw new ConfigError([`VAULT_KEYS ${(error as Error).message}`]);
  }
}

/**
 * Validates the environment and returns the configuration.
 * @throws ConfigError naming every wrong variable at once.
 */
export function loadConfig(source: NodeJS.ProcessEnv = process.env): Config {
  const faults: string[] = [];
  const parsed = environment.safeParse(withSecretFiles(source, faults));
  if (!parsed.success) {
    for (const issue of parsed.error.issues) faults.push(`${issue.path.join(".")}: ${issue.message}`);
    throw new ConfigError(faults);
  }
  const env = parsed.data;
  const production = env.NODE_ENV === "production";
  const mail = mailSettings(env, faults);
  const oidc = oidcSettings(env, faults);
  if (production) faults.push(...productionFaults(env));
  if (faults.length > 0) throw new ConfigError(faults);
  const dataDir = resolve(env.DATA_DIR);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const vaultKeys = vaultKeysOf(env.VAULT_KEYS, dataDir);
  const twins = twinFaults(secretsOf(env), vaultKeys);
  if (twins.length > 0) throw new ConfigError(twins);
  return Object.assign(new Config(), {
    production,
    host: env.HOST,
    port: env.PORT,
    workerPort: env.WORKER_PORT,
    publicUrl: env.PUBLIC_URL ? new URL(env.PUBLIC_URL).origin : undefined,
    trustProxyHops: env.TRUST_PROXY_HOPS,
    dataDir,
    database: databaseTarget(env.DATABASE_URL, dataDir, env.DATABASE_KEY),
    databasePool: env.DATABASE_POOL,
    redisUrl: env.REDIS_URL,
    vaultKeys,
    openrouterBaseUrl: env.OPENROUTER_BASE_URL.replace(/\/+$/, ""),
    openrouterApiKey: env.OPENROUTER_API_KEY,
    defaultModel: env.DEFAULT_MODEL,
    ...{ allowPrivateProviders: env.ALLOW_PRIVATE_PROVIDERS, providerOrigins: env.PROVIDER_ORIGINS },
    registration: env.REGISTRATION,
    ...{ mail, oidc },
    loginLimit: env.LOGIN_LIMIT,
    keyLimit: env.KEY_LIMIT,
    restLimit: env.REST_LIMIT,
    restAddressLimit: env.REST_IP_LIMIT,
    logLevel: env.LOG_LEVEL,
    chat: chatLimits(env),
    gateway: gatewayLimits(env),
    workerConcurrency: env.WORKER_CONCURRENCY,
    recheckMs: env.COST_RECHECK_HOURS * 3_600_000,
    drainMs: env.DRAIN_SECONDS * 1000,
    metricsToken: env.METRICS_TOKEN,
    demo: env.PARLEY_SIMULATOR,
  });
}
