// A whole Parley for a test: Redis, simulator, database, API and worker processes, as an operator would run them.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type ConnectionOptions, CookieJar, createClient, type Exchange } from "#libs/client/index";
import { loadConfig } from "#libs/config/index";
import { migrate } from "#libs/database/index";
import { NODE_FLAGS } from "../../apps/launcher/node-flags.js";
import { Account } from "./account.js";
import { aFolder, Child } from "./child.js";
import { aDatabase, type DatabaseKind, type TestDatabase } from "./database.js";
import { DocumentCheck } from "./document-check.js";
import { freePort } from "./ports.js";
import { PrivateRedis } from "./redis.js";
import { Simulator } from "./simulator.js";

export interface AppOptions {
  database?: DatabaseKind;
  /** Processes of each kind. Default 1. */
  apis?: number;
  workers?: number;
  /** Added to the environment of every process. */
  env?: Record<string, string>;
}

export type ProcessKind = "api" | "worker";

interface Slot {
  child: Child | undefined;
  port: number;
  env: Record<string, string>;
}

const ROOT = join(import.meta.dirname, "..", "..", "..");
/** How long an instance may take to be ready, ms: these machines also run the other tests. */
const READY_MS = 60_000;
const LOOK_EVERY_MS = 50;
const PASSWORD = "a long enough password 42";

/** One running instance. */
export class App {
  readonly simulator: Simulator;
  private readonly slots: Record<ProcessKind, Slot[]> = { api: [], worker: [] };
  private readonly accounts: Account[] = [];
  private document: DocumentCheck | undefined;
  private people = 0;

  private constructor(
    readonly folder: string,
    readonly database: DatabaseKind,
    private readonly env: Record<string, string>,
    private readonly parts: { redis: PrivateRedis; simulator: Simulator; database: TestDatabase },
  ) {
    this.simulator = parts.simulator;
  }

  /** Starts everything and waits until it is ready. What was started is stopped again when something fails. */
  static async start({ database: kind = "sqlite", apis = 1, workers = 1, env = {} }: AppOptions = {}): Promise<App> {
    const folder = aFolder("parley-test-");
    const started: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
    try {
      const redis = await PrivateRedis.start(join(folder, "redis"));
      started.push(() => redis.stop());
      const simulator = await Simulator.start(ROOT);
      started.push(() => simulator.child.stop());
      const database = await aDatabase(kind);
      started.push(() => database.stop());
      const common = environment(folder, redis, simulator, { ...database.env, ...env });
      await migrate(loadConfig(common));
      const app = new App(folder, kind, common, { redis, simulator, database });
      started.push(() => app.stop());
      await app.launchAll(apis, workers);
      return app;
    } catch (error) {
      for (const stop of started.reverse()) await stop().catch(() => undefined);
      throw error;
    }
  }

  /** Origin of the first API process. */
  get baseUrl(): string {
    return this.baseUrls[0] ?? "";
  }

  /** Origins of all API processes. */
  get baseUrls(): string[] {
    return this.slots.api.map(({ port }) => `http://127.0.0.1:${port}`);
  }

  /** Where each worker tells its health and metrics. */
  get workerUrls(): string[] {
    return this.slots.worker.map(({ port }) => `http://127.0.0.1:${port}`);
  }

  /** What opens its database: {@link loadConfig} reads it. */
  get databaseEnv(): Record<string, string> {
    return this.env;
  }

  /** Every folder in which the instance or its database keeps files. */
  get folders(): string[] {
    return [join(this.folder, "data"), ...(this.parts.database.folder ? [this.parts.database.folder] : [])];
  }

  /** Process ids of what runs, for measuring. */
  get pids(): { api: number; worker: number; redis: number } {
    const of = (kind: ProcessKind) => this.slots[kind][0]?.child?.pid ?? 0;
    return { api: of("api"), worker: of("worker"), redis: this.parts.redis.child.pid };
  }

  get redisUrl(): string {
    return this.parts.redis.url;
  }

  /** A client with its own cookies, or with a platform key; its answers are checked against the API's document. */
  client(options: Partial<ConnectionOptions> = {}) {
    const onResponse = (exchange: Exchange) => this.document?.verify(exchange);
    return createClient({ baseUrl: this.baseUrl, onResponse, ...options });
  }

  /** A new account, signed in. */
  async aUser(name = "Test Person"): Promise<Account> {
    const cookies = new CookieJar();
    const client = this.client({ cookies });
    this.people += 1;
    const email = `person-${this.people}-${Math.random().toString(36).slice(2, 10)}@example.test`;
    const me = await client.auth.register({ email, password: PASSWORD, name });
    const account = new Account(() => this.baseUrls, client, cookies, me, PASSWORD);
    this.accounts.push(account);
    return account;
  }

  /** Ends a process without warning (or by another signal), and waits until it is gone. */
  async kill(kind: ProcessKind, signal: NodeJS.Signals = "SIGKILL", index = 0): Promise<void> {
    await this.slot(kind, index).child?.kill(signal);
  }

  /** Sends a signal and goes on, e.g. SIGSTOP and SIGCONT. */
  signal(kind: ProcessKind, signal: NodeJS.Signals, index = 0): void {
    this.slot(kind, index).child?.signal(signal);
  }

  /** Starts a process that is not running, on its old port, and waits until it serves. */
  async launch(kind: ProcessKind, index = 0, env: Record<string, string> = {}): Promise<void> {
    const slot = this.slot(kind, index);
    if (slot.child?.alive) throw new Error(`${kind} ${index} is running.`);
    slot.env = { ...slot.env, ...env };
    slot.child = this.spawn(kind, index, slot);
    await this.ready(slot, "/health/live");
  }

  /** Ends a process in order and starts it again. `env` is kept for later restarts. */
  async restart(kind: ProcessKind, index = 0, env: Record<string, string> = {}): Promise<void> {
    await this.replace(kind, index, env);
    await this.allReady();
  }

  /** The same for all processes of a kind at once. None is asked whether it is ready before every one has been replaced. */
  async restartAll(kind: ProcessKind, env: Record<string, string> = {}): Promise<void> {
    await Promise.all(this.slots[kind].map((_slot, index) => this.replace(kind, index, env)));
    await this.allReady();
  }

  /** Kills Redis and starts it again. `empty`: without its data. */
  async killRedis({ empty = false } = {}): Promise<void> {
    await this.parts.redis.replace({ empty });
  }

  /** The private Redis, to be killed and launched apart. */
  get redis(): PrivateRedis {
    return this.parts.redis;
  }

  /** The first account, which owns the instance. */
  get operator(): Account {
    const first = this.accounts[0];
    if (!first) throw new Error("Nobody has signed up yet.");
    return first;
  }

  /** Waits until every running API says that all its parts are well. */
  async allReady(): Promise<void> {
    for (const slot of this.slots.api) if (slot.child?.alive) await this.ready(slot, "/health/ready");
  }

  /** Runs `npx parley …` on this instance's data. @param env changes its configuration */
  command(args: readonly string[], env: Record<string, string> = {}): Child {
    const command = [join(ROOT, "dist", "apps", "cli", "main.js"), ...args];
    const name = `parley ${args.join(" ")}`;
    return new Child({ name, command: process.execPath, args: command, env: { ...this.env, ...env }, cwd: ROOT });
  }

  /** The latest output of every process. */
  logs(): string {
    const children = [...this.slots.api, ...this.slots.worker].flatMap(({ child }) => child ?? []);
    const outputs = [...children, this.parts.redis.child, this.simulator.child].map((child) => child.output());
    return [...outputs, this.parts.database.output?.() ?? ""].join("\n");
  }

  /** Ends everything, in the order of a shutdown; no process and no file stays. */
  async stop(): Promise<void> {
    for (const account of this.accounts) account.close();
    await Promise.all(this.slots.worker.map(({ child }) => child?.stop()));
    await Promise.all(this.slots.api.map(({ child }) => child?.stop()));
    await this.simulator.child.stop();
    await this.parts.redis.stop();
    await this.parts.database.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async launchAll(apis: number, workers: number): Promise<void> {
    for (let index = 0; index < apis; index += 1)
      this.slots.api.push({ child: undefined, port: await freePort(), env: {} });
    for (let index = 0; index < workers; index += 1)
      this.slots.worker.push({ child: undefined, port: await freePort(), env: {} });
    const starting = (["api", "worker"] as const).flatMap((kind) =>
      this.slots[kind].map((_slot, index) => this.launch(kind, index)),
    );
    await Promise.all(starting);
    await this.allReady();
    this.document = await DocumentCheck.of(this.baseUrl);
  }

  private async replace(kind: ProcessKind, index: number, env: Record<string, string>): Promise<void> {
    await this.slot(kind, index).child?.stop();
    await this.launch(kind, index, env);
  }

  private slot(kind: ProcessKind, index: number): Slot {
    const slot = this.slots[kind][index];
    if (!slot) throw new Error(`There is no ${kind} ${index}.`);
    return slot;
  }

  private spawn(kind: ProcessKind, index: number, slot: Slot): Child {
    const portName = kind === "api" ? "PORT" : "WORKER_PORT";
    const args = [...NODE_FLAGS, join(ROOT, "dist", "apps", kind, "main.js")];
    const env = { ...this.env, [portName]: `${slot.port}`, ...slot.env };
    return new Child({ name: `${kind} ${index}`, command: process.execPath, args, env, cwd: ROOT, ipc: true });
  }

  private async ready({ child, port }: Slot, path: string): Promise<void> {
    if (!child) return;
    const deadline = Date.now() + READY_MS;
    let last = "no answer";
    const look = async (): Promise<void> => {
      while (Date.now() < deadline) {
        const response = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
        if (response?.ok) return;
        if (response) last = `${response.status} ${await response.text()}`;
        if (!child.alive) return;
        await sleep(LOOK_EVERY_MS);
      }
      throw new Error(`${child.name} was not ready in ${READY_MS} ms: ${last}\n${this.logs()}`);
    };
    await child.unlessEnded(look(), "before it was ready");
  }
}

function environment(
  folder: string,
  redis: PrivateRedis,
  simulator: Simulator,
  env: Record<string, string>,
): Record<string, string> {
  return {
    NODE_ENV: "test",
    HOST: "127.0.0.1",
    DATA_DIR: join(folder, "data"),
    REDIS_URL: redis.url,
    OPENROUTER_BASE_URL: simulator.apiUrl,
    OPENROUTER_API_KEY: "sk-or-v1-tests-of-parley",
    ALLOW_PRIVATE_PROVIDERS: "true",
    REGISTRATION: "open",
    LOGIN_LIMIT: "1000",
    LOG_LEVEL: "info",
    DRAIN_SECONDS: "5",
    // What is not about taking turns may have many answers at once.
    CHAT_STREAMS_PER_WORKSPACE: "2000",
    CHAT_STREAMS_PER_USER: "2000",
    CHAT_STREAMS: "2000",
    ...env,
  };
}
