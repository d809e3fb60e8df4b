// The launcher's own Redis: private to this machine and user, durable, restarted when it dies, never an orphan.
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { type RedisAddress, redisUrlOf } from "#libs/config/own-redis";
import { LaunchFault } from "../fault.js";
import { freePort } from "../ports.js";
import { endLeftoverRedis } from "./leftover-redis.js";
import { writeSettings } from "./redis-settings.js";

const STARTED_WITHIN_MS = 30_000;
const ENDED_WITHIN_MS = 10_000;
const RESTART_AFTER_MS = 200;
const MAX_TRIES = 3;
const KEPT_LINES = 20;
const PORT_TAKEN = /Address already in use|Could not create server TCP/i;
/** What Redis says when it cannot read its own files, e.g. after a power cut or a change to an older version. */
const DAMAGED = /Bad file format|Unexpected end of file|Fatal error loading|Can't handle RDB|Unrecoverable error/i;

/** Reads until every writer of its input is gone, then ends the process with the given id. */
const WATCHER = 'read -r _; kill -TERM "$1" 2>/dev/null';

/** What the launcher does with lines that concern a person. */
export type Report = (line: string) => void;

/** A running Redis server. */
export class OwnRedis {
  private server: ChildProcess | undefined;
  private watcher: ChildProcess | undefined;
  private stopping = false;
  private lines: string[] = [];

  private constructor(
    private readonly program: string,
    private readonly folder: string,
    private readonly address: RedisAddress,
    private readonly report: Report,
  ) {}

  /**
   * Starts the server on `<dataDir>/redis` and waits until it answers.
   * @throws LaunchFault with its last lines when it does not start
   */
  static async start(program: string, dataDir: string, report: Report): Promise<OwnRedis> {
    const folder = join(dataDir, "redis");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    await endLeftoverRedis(folder);
    let lines: string[] = [];
    for (let attempt = 1; attempt <= MAX_TRIES; attempt += 1) {
      const address = { port: await freePort(), password: randomBytes(24).toString("hex") };
      const redis = new OwnRedis(program, folder, address, report);
      if (await redis.launch()) return redis;
      lines = redis.lines;
      const text = lines.join("\n");
      if (DAMAGED.test(text)) setAside(folder, report);
      else if (!PORT_TAKEN.test(text)) break;
    }
    throw new LaunchFault(`Redis (${program}) did not start:\n${lines.map((line) => `  ${line}`).join("\n")}`);
  }

  /** The address for the other processes; it does not change when the server is restarted. */
  get url(): string {
    return redisUrlOf(this.address);
  }

  /** Kept open by every process that uses this Redis: it ends when the last of them is gone. */
  get lifeline(): Writable | undefined {
    return this.watcher?.stdin ?? undefined;
  }

  /** Ends it; everything acknowledged is on disk afterwards. */
  async stop(): Promise<void> {
    this.stopping = true;
    const { server } = this;
    if (server && server.exitCode === null && server.signalCode === null) {
      const ended = once(server, "exit");
      // SIGTERM is SHUTDOWN: Redis writes and syncs the append-only file first.
      server.kill("SIGTERM");
      const kill = setTimeout(() => server.kill("SIGKILL"), ENDED_WITHIN_MS);
      await ended;
      clearTimeout(kill);
    }
    this.watcher?.stdin?.destroy();
  }

  /** Ends it at once. */
  kill(): void {
    this.stopping = true;
    this.server?.kill("SIGKILL");
  }

  /** @returns whether it came up */
  private async launch(): Promise<boolean> {
    const file = writeSettings(this.folder, this.address);
    // A session of its own: Ctrl-C in the terminal must not end it before the processes that need it.
    const server = spawn(this.program, [file], { stdio: ["ignore", "pipe", "pipe"], detached: true });
    this.server = server;
    this.watch(server);
    const ready = await this.untilReady(server);
    if (ready) server.once("exit", (code, signal) => void this.restart(signal ?? `exit code ${code}`));
    return ready;
  }

  private watch(server: ChildProcess): void {
    if (process.platform === "win32" || server.pid === undefined) return;
    const args = ["-c", WATCHER, "parley-redis-watcher", `${server.pid}`];
    const watcher = spawn("/bin/sh", args, { stdio: ["pipe", "ignore", "ignore"], detached: true });
    watcher.unref();
    watcher.stdin.on("error", () => undefined);
    this.watcher = watcher;
    server.once("exit", () => watcher.kill("SIGKILL"));
  }

  private untilReady(server: ChildProcess): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => server.kill("SIGKILL"), STARTED_WITHIN_MS);
      const done = (ready: boolean) => {
        clearTimeout(timer);
        resolve(ready);
      };
      const hear = (line: string) => {
        this.lines = [...this.lines, line].slice(-KEPT_LINES);
        if (line.includes("Ready to accept connections")) done(true);
      };
      for (const stream of [server.stdout, server.stderr]) if (stream) createInterface(stream).on("line", hear);
      server.once("error", (error) => {
        hear(error.message);
        done(false);
      });
      server.once("close", () => done(false));
    });
  }

  private async restart(how: string): Promise<void> {
    for (let wait = RESTART_AFTER_MS; !this.stopping; wait = Math.min(wait * 2, 5_000)) {
      this.report(`Redis ended (${how}); starting it again.`);
      await sleep(wait);
      if (this.stopping || (await this.launch())) return;
      if (DAMAGED.test(this.lines.join("\n"))) setAside(this.folder, this.report);
    }
  }
}

/** Redis holds nothing that the database does not have, but for sign-ins: an empty one is better than none. */
function setAside(folder: string, report: Report): void {
  const kept = join(folder, `damaged-${Date.now()}`);
  mkdirSync(kept, { mode: 0o700 });
  for (const name of readdirSync(folder)) {
    if (/^(appendonly|dump|temp-)/.test(name)) renameSync(join(folder, name), join(kept, name));
  }
  report(`Redis could not read its files. They are kept in ${kept}; it starts empty, so people have to sign in again.`);
}
