// One running Parley: Redis, simulator, API and worker, brought up together and ended in order.
import { join } from "node:path";
import type { Config } from "#libs/config/config";
import type { InstanceLock } from "./instance-lock.js";
import type { LaunchOptions } from "./launch-options.js";
import type { Output } from "./output.js";
import { freePort, isFree } from "./ports.js";
import { untilReady } from "./readiness.js";
import { findRedis } from "./redis/find-redis.js";
import { OwnRedis } from "./redis/own-redis.js";
import type { Schema } from "./schema.js";
import { SupervisedProcess } from "./supervised-process.js";

/** dist/apps: where the entry files of all processes lie. */
export const APPS = join(import.meta.dirname, "..");
/** V8's compiled code is kept here, so that the next start need not compile it again. */
const COMPILE_CACHE = join(APPS, "..", ".compile-cache");
/** The API gives up by itself after ten seconds. */
const API_ENDS_WITHIN_MS = 15_000;
const SIMULATOR_ENDS_WITHIN_MS = 3_000;
/** What the worker may take beyond its drain time. */
const AFTER_DRAIN_MS = 10_000;
/** The simulator takes any key; this one says in logs and journals whose it is. */
const SIMULATOR_KEY = "sk-or-simulator";

/** What an instance is made of. */
export interface InstanceParts {
  config: Config;
  options: LaunchOptions;
  output: Output;
  lock: InstanceLock;
  schema: Schema;
  signal: AbortSignal;
}

/** The processes of one instance. */
export class Instance {
  private redis: OwnRedis | undefined;
  private simulator: SupervisedProcess | undefined;
  private api: SupervisedProcess | undefined;
  private worker: SupervisedProcess | undefined;
  private url = "";

  constructor(private readonly parts: InstanceParts) {}

  /**
   * Brings everything up and waits until it is ready.
   * @returns the address to open
   */
  async start(): Promise<string> {
    const { config, options, schema, signal } = this.parts;
    const env = await this.environment();
    const migrated = schema.isCurrent() ? undefined : this.migrate();
    const [redisUrl] = await Promise.all([options.redisUrl ? undefined : this.startRedis(), migrated]);
    signal.throwIfAborted();
    if (redisUrl) env["REDIS_URL"] = redisUrl;
    const api = this.process("api", env, API_ENDS_WITHIN_MS);
    const worker = this.process("worker", env, config.drainMs + AFTER_DRAIN_MS);
    Object.assign(this, { api, worker });
    const refused = new Promise<never>((_resolve, reject) => {
      for (const { ready } of [api, worker]) ready.catch(reject);
    });
    refused.catch(() => undefined);
    const { port = config.port } = await Promise.race([api.ready, refused, aborted(signal)]);
    this.url = `http://${hostForUrl(config.host)}:${port}`;
    this.note();
    await Promise.race([this.untilReady(), refused]);
    return config.publicUrl ?? this.url;
  }

  /** Ends everything: first what serves, then what it was served by. */
  async stop(): Promise<void> {
    await Promise.all([this.worker?.stop(), this.api?.stop()]);
    await this.simulator?.stop();
    await this.redis?.stop();
  }

  /** Ends everything at once. */
  kill(): void {
    for (const part of [this.worker, this.api, this.simulator, this.redis]) part?.kill();
  }

  private async migrate(): Promise<void> {
    const ran = await this.parts.schema.migrate();
    if (ran > 0) this.parts.output.say(`The database is set up (${ran} migrations).`);
  }

  private async untilReady(): Promise<void> {
    const { output, signal } = this.parts;
    await untilReady(this.url, {
      signal,
      complain: (why) => output.say(`Still waiting for: ${why}`),
      // The database was replaced by an older copy since this build last looked.
      onOldSchema: () => this.migrate(),
    });
  }

  private async environment(): Promise<NodeJS.ProcessEnv> {
    const { config, options } = this.parts;
    const env: NodeJS.ProcessEnv = { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE, DATA_DIR: config.dataDir };
    // Only its metrics are there, so any port does, and two instances on one machine must not need a setting.
    if (!options.workerPortIsChosen && !(await isFree(config.workerPort, config.host))) {
      env["WORKER_PORT"] = `${await freePort()}`;
    }
    delete env["PARLEY_SIMULATOR"];
    if (!options.simulator) return env;
    const port = await freePort();
    const own = { ...env, HOST: "127.0.0.1", SIMULATOR_PORT: `${port}` };
    this.simulator = this.process("simulator", own, SIMULATOR_ENDS_WITHIN_MS);
    env["OPENROUTER_BASE_URL"] = `http://127.0.0.1:${port}/api/v1`;
    env["OPENROUTER_API_KEY"] = SIMULATOR_KEY;
    env["PARLEY_SIMULATOR"] = "1";
    return env;
  }

  private async startRedis(): Promise<string> {
    const { config, output, signal } = this.parts;
    const program = await findRedis(process.env, () => output.say("Fetching Redis from Debian's packages …"));
    signal.throwIfAborted();
    this.redis = await OwnRedis.start(program, config.dataDir, (line) => output.say(line));
    return this.redis.url;
  }

  private process(name: string, env: NodeJS.ProcessEnv, endsWithinMs: number): SupervisedProcess {
    const plan = {
      name,
      entry: join(APPS, name, "main.js"),
      env,
      endsWithinMs,
      // The simulator keeps nothing in Redis, and must not keep it alive.
      lifeline: () => (name === "simulator" ? undefined : this.redis?.lifeline),
      // Programs that wait for the launcher's own line must not take this one for it.
      hidden: /^simulator ready /,
      onChange: () => this.note(),
    };
    return new SupervisedProcess(plan, this.parts.output);
  }

  private note(): void {
    const children = [this.api?.pid, this.worker?.pid].filter((pid) => pid !== undefined);
    this.parts.lock.note({ launcher: process.pid, url: this.url, children });
  }
}

/** An address as a browser on this machine can open it. */
function hostForUrl(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
