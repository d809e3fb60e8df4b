// One process of Parley: started, watched, started again when it crashes, ended in order.
import { type ChildProcess, spawn } from "node:child_process";
import type { Writable } from "node:stream";
import { EXIT_CONFIG } from "#libs/config/process";
import { Backoff } from "./backoff.js";
import { NODE_FLAGS } from "./node-flags.js";
import type { Output } from "./output.js";

/** What a process is and how it is run. */
export interface ProcessPlan {
  name: string;
  /** Its entry file. */
  entry: string;
  env: NodeJS.ProcessEnv;
  /** How long it may take to end by SIGTERM before it is killed, ms. */
  endsWithinMs: number;
  /** An open end that the process keeps while it lives, see OwnRedis. */
  lifeline?: () => Writable | undefined;
  /** Lines of its output that are not shown. */
  hidden?: RegExp;
  /** Called after each start and end. */
  onChange?: () => void;
}

/** What a process says over its IPC channel once it serves. */
export interface ReadyMessage {
  ready: true;
  port?: number;
  url?: string;
}

function isReady(message: unknown): message is ReadyMessage {
  return typeof message === "object" && message !== null && (message as { ready?: unknown }).ready === true;
}

/** A process that is kept running until it is stopped. */
export class SupervisedProcess {
  /** Resolves when it has said for the first time that it serves; rejects when its configuration is wrong. */
  readonly ready: Promise<ReadyMessage>;
  private settle!: { resolve: (message: ReadyMessage) => void; reject: (fault: ConfigurationRefused) => void };
  private child: ChildProcess | undefined;
  private ended: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private stopping = false;
  /** It has said that it serves. */
  private served = false;
  private readonly backoff = new Backoff();

  constructor(
    private readonly plan: ProcessPlan,
    private readonly output: Output,
  ) {
    this.ready = new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
    });
    // Whoever waits for it sees the rejection; nobody has to.
    this.ready.catch(() => undefined);
    this.start();
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Asks it to end, and kills it when it takes too long. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    this.child?.kill("SIGTERM");
    const late = setTimeout(() => {
      this.output.say(`${this.plan.name} did not end in ${this.plan.endsWithinMs / 1000} s and is killed.`);
      this.child?.kill("SIGKILL");
    }, this.plan.endsWithinMs);
    await this.ended;
    clearTimeout(late);
  }

  /** Ends it at once. */
  kill(): void {
    this.stopping = true;
    clearTimeout(this.timer);
    this.child?.kill("SIGKILL");
  }

  private start(): void {
    const { name, entry, env, lifeline } = this.plan;
    const began = Date.now();
    // A session of its own: Ctrl-C reaches the launcher alone, which ends everything in order. When the launcher is
    // killed, the process sees its IPC channel close and ends itself.
    const child = spawn(process.execPath, [...NODE_FLAGS, entry], {
      stdio: ["ignore", "pipe", "pipe", "ipc", lifeline?.() ?? "ignore"],
      env,
      detached: true,
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) this.output.follow(name, stream, this.plan.hidden);
    child.on("message", (message) => {
      if (!isReady(message)) return;
      this.served = true;
      this.settle.resolve(message);
    });
    this.ended = new Promise((resolve) => {
      const done = (how: string, code: number | null) => {
        this.child = undefined;
        resolve();
        this.plan.onChange?.();
        if (!this.stopping) this.again(how, code, Date.now() - began);
      };
      child.once("error", (error) => done(error.message, null));
      child.once("close", (code, signal) => done(signal ?? `exit code ${code}`, code));
    });
    this.plan.onChange?.();
  }

  private again(how: string, code: number | null, ranMs: number): void {
    // The process has named the wrong variable; starting it again would only repeat that. One that has served is tried again.
    if (code === EXIT_CONFIG && !this.served) {
      this.settle.reject(new ConfigurationRefused(this.plan.name));
      return;
    }
    const wait = this.backoff.next(ranMs);
    this.output.say(`${this.plan.name} ended (${how}); starting it again in ${(wait / 1000).toFixed(2)} s.`);
    this.timer = setTimeout(() => {
      if (!this.stopping) this.start();
    }, wait);
  }
}

/** A process ended because of its configuration, which it has explained itself. */
export class ConfigurationRefused extends Error {
  constructor(name: string) {
    super(`${name} refused its configuration.`);
  }
}
