// A private Redis of a test: own port, own folder, may be killed and come back empty.
import { mkdir, rm } from "node:fs/promises";
import { findRedis } from "../../apps/launcher/redis/find-redis.js";
import { Child } from "./child.js";
import { freePort } from "./ports.js";

/** One Redis server, durable like production's (AOF, one fsync a second). */
export class PrivateRedis {
  private constructor(
    readonly port: number,
    private readonly folder: string,
    public child: Child,
  ) {}

  /** Starts one and waits until it accepts connections. */
  static async start(folder: string): Promise<PrivateRedis> {
    const port = await freePort();
    return new PrivateRedis(port, folder, await launch(port, folder));
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Kills it without warning. */
  async kill(): Promise<void> {
    await this.child.kill("SIGKILL");
  }

  /** Starts it again on the same port. `empty`: without the data it had. */
  async launch({ empty = false } = {}): Promise<void> {
    if (empty) await rm(this.folder, { recursive: true, force: true });
    this.child = await launch(this.port, this.folder);
  }

  /** Kills it and starts it again on the same port. `empty`: without the data it had. */
  async replace(how: { empty: boolean }): Promise<void> {
    await this.kill();
    await this.launch(how);
  }

  async stop(): Promise<void> {
    await this.child.kill("SIGKILL");
  }
}

async function launch(port: number, folder: string): Promise<Child> {
  await mkdir(folder, { recursive: true });
  const command = await findRedis(process.env);
  const args = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--daemonize", "no"];
  const durable = ["--appendonly", "yes", "--appendfsync", "everysec", "--maxmemory-policy", "noeviction"];
  const child = new Child({ name: "redis", command, args: [...args, ...durable] });
  await child.line(/Ready to accept connections/);
  return child;
}
