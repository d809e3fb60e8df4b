// A child process of a test: its output is kept for the report of a failure, and nothing of it outlives the test.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What to run. */
export interface ChildOptions {
  /** For logs: "api", "worker 2", "redis". */
  name: string;
  command: string;
  args: string[];
  env?: Record<string, string>;
  cwd?: string;
  /** Opens a channel to the child; Parley's processes end themselves when it closes. */
  ipc?: boolean;
  uid?: number;
  gid?: number;
}

/** Lines of output kept for each child. */
const KEPT_LINES = 400;
/** How long a child may take to end by SIGTERM before it is killed, ms. Above Parley's drain time in tests. */
const STOP_MS = 20_000;

const running = new Set<Child>();
const folders = new Set<string>();
for (const [signal, number] of Object.entries({ SIGHUP: 1, SIGINT: 2, SIGTERM: 15 })) {
  process.once(signal, () => process.exit(128 + number));
}
// Also when a test is broken off, no process and no file of it stays.
process.on("exit", () => {
  for (const child of running) child.signal("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** A new folder for files of this process's tests; removed at the latest when the process ends. */
export function aFolder(prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  folders.add(folder);
  return folder;
}

/** What a process has of our environment: what it takes to start, and to start fast; no setting of Parley's. */
export function childEnv(): Record<string, string> {
  const names = ["PATH", "HOME", "NODE_COMPILE_CACHE"];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

/** One running process. */
export class Child {
  readonly name: string;
  /** Resolves with how it ended. */
  readonly ended: Promise<string>;
  private readonly process: ChildProcess;
  private readonly lines: string[] = [];
  private readonly watchers = new Set<(line: string) => void>();
  private end: string | undefined;

  constructor(private readonly options: ChildOptions) {
    const { command, args, env, cwd, uid, gid } = options;
    this.name = options.name;
    this.process = spawn(command, args, {
      stdio: options.ipc ? ["ignore", "pipe", "pipe", "ipc"] : ["ignore", "pipe", "pipe"],
      env: { ...childEnv(), ...env },
      ...(cwd !== undefined && { cwd }),
      ...(uid !== undefined && { uid }),
      ...(gid !== undefined && { gid }),
    });
    running.add(this);
    this.ended = new Promise((resolve) => {
      const done = (how: string): void => {
        running.delete(this);
        this.end = how;
        resolve(how);
      };
      this.process.once("error", (error) => done(`could not start: ${error.message}`));
      this.process.once("close", (code, signal) => done(signal ?? `exit code ${code}`));
    });
    this.capture(this.process.stdout);
    this.capture(this.process.stderr);
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  get alive(): boolean {
    return this.end === undefined;
  }

  /** Everything it wrote lately, for a report. */
  output(): string {
    const state = this.end === undefined ? "running" : this.end;
    return [`--- ${this.name} (pid ${this.pid}, ${state})`, ...this.lines].join("\n");
  }

  /** Waits for a line of output. @throws when the child ends before */
  async line(pattern: RegExp): Promise<RegExpMatchArray> {
    for (const line of this.lines) {
      const found = line.match(pattern);
      if (found) return found;
    }
    const waiting = new Promise<RegExpMatchArray>((resolve) => {
      const watch = (line: string): void => {
        const found = line.match(pattern);
        if (!found) return;
        this.watchers.delete(watch);
        resolve(found);
      };
      this.watchers.add(watch);
    });
    return this.unlessEnded(waiting, `before it wrote ${pattern}`);
  }

  /** Waits for a promise. @throws when the child ends before it is kept */
  async unlessEnded<T>(waiting: Promise<T>, when: string): Promise<T> {
    const ended = this.ended.then((how) => {
      throw new Error(`${this.name} ended (${how}) ${when}\n${this.output()}`);
    });
    return Promise.race([waiting, ended]);
  }

  signal(signal: NodeJS.Signals): void {
    if (this.alive) this.process.kill(signal);
  }

  /** Kills it without warning, and waits until it is gone. */
  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    this.signal(signal);
    await this.ended;
  }

  /** Asks it to end; kills it when it does not. @returns how it ended */
  async stop(): Promise<string> {
    this.signal("SIGTERM");
    const late = setTimeout(() => this.signal("SIGKILL"), STOP_MS);
    const how = await this.ended;
    clearTimeout(late);
    return how;
  }

  private capture(stream: NodeJS.ReadableStream | null): void {
    let rest = "";
    stream?.setEncoding("utf8");
    stream?.on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.note(line);
    });
    if (stream)
      once(stream, "end").then(
        () => rest && this.note(rest),
        () => undefined,
      );
  }

  private note(line: string): void {
    this.lines.push(line);
    if (this.lines.length > KEPT_LINES) this.lines.shift();
    for (const watch of [...this.watchers]) watch(line);
  }
}
