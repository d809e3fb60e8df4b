// An instance whose provider is the simulator behind a wire-tap, somebody with a platform key, and the ledger.
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { allOf, type ProviderCall } from "#libs/client/index";
import type { Account } from "../../app/account.js";
import { App, type AppOptions } from "../../app/app.js";

/** GATEWAY_DATABASE=postgres for the nightly run. */
const DATABASE = process.env["GATEWAY_DATABASE"] === "postgres" ? "postgres" : "sqlite";
/** As long as anything of a test may take, ms. */
const PATIENCE_MS = 30_000;

/** Passes HTTP on to the simulator and keeps the bytes of each answer under its generation id. */
export class WireTap {
  readonly answers = new Map<string, Buffer[]>();

  private constructor(
    private readonly server: Server,
    readonly origin: string,
  ) {}

  /** @param target known once the instance has started: processes ask for the catalog before that, and wait for it */
  static async before(target: Promise<string>): Promise<WireTap> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const tap = new WireTap(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on(
      "request",
      (incoming: IncomingMessage, outgoing: ServerResponse) =>
        void target.then((origin) => tap.pass(origin, incoming, outgoing)),
    );
    return tap;
  }

  /** What the provider sent for a generation, byte for byte. */
  bytes(generationId: string): Buffer {
    return Buffer.concat(this.answers.get(generationId) ?? []);
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private pass(target: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method, url, headers } = incoming;
    const onward = request(`${target}${url}`, { method, headers, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      outgoing.flushHeaders();
      const kept: Buffer[] = [];
      const id = answer.headers["x-generation-id"];
      if (typeof id === "string") this.answers.set(id, kept);
      answer.on("data", (chunk: Buffer) => {
        kept.push(chunk);
        if (!outgoing.write(chunk)) answer.pause();
      });
      outgoing.on("drain", () => answer.resume());
      answer.on("end", () => outgoing.end());
      answer.on("error", () => outgoing.destroy());
    });
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    incoming.pipe(onward);
  }
}

/** An instance for stories about the gateway. */
export class Stage {
  private constructor(
    readonly app: App,
    readonly wire: WireTap,
    readonly user: Account,
    readonly key: { id: string; token: string },
  ) {}

  static async open(options: AppOptions = {}): Promise<Stage> {
    const simulator = Promise.withResolvers<string>();
    const wire = await WireTap.before(simulator.promise);
    try {
      const app = await App.start({
        database: DATABASE,
        ...options,
        env: { OPENROUTER_BASE_URL: `${wire.origin}/api/v1`, ...options.env },
      });
      simulator.resolve(app.simulator.origin);
      const user = await app.aUser();
      return new Stage(app, wire, user, await aKey(user));
    } catch (error) {
      wire.stop();
      throw error;
    }
  }

  /** Base URL for a client library. */
  get baseURL(): string {
    return `${this.app.baseUrl}/v1`;
  }

  async close(): Promise<void> {
    await this.app.stop();
    this.wire.stop();
  }

  /** POSTs JSON with the key. */
  post(path: string, body: unknown, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> {
    return fetch(`${this.baseURL}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${this.key.token}`, ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
      ...(signal && { signal }),
    });
  }

  /** Asks a model one thing. */
  chat(
    model: string,
    more: object = {},
    headers: Record<string, string> = {},
    signal?: AbortSignal,
  ): Promise<Response> {
    return this.post(
      "/chat/completions",
      { model, messages: [{ role: "user", content: "Hi" }], ...more },
      headers,
      signal,
    );
  }

  /** The ledger, newest first. */
  async ledger(): Promise<ProviderCall[]> {
    const rows: ProviderCall[] = [];
    for await (const row of allOf((query) => this.user.workspace.calls(query))) rows.push(row);
    return rows;
  }

  /** Waits for the row of a generation to be as wanted. */
  async row(generationId: string, wanted: (row: ProviderCall) => boolean = isSettled): Promise<ProviderCall> {
    return this.until(async () =>
      (await this.ledger()).find((row) => row.generationId === generationId && wanted(row)),
    );
  }

  /** Asks until there is an answer. */
  async until<T>(look: () => Promise<T | undefined>): Promise<T> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      if (performance.now() > deadline) throw new Error(`What was waited for did not come.\n${this.app.logs()}`);
      await sleep(25);
    }
  }
}

const isSettled = ({ costState }: ProviderCall): boolean => costState === "final" || costState === "reconciled";

/** A platform key for the gateway. */
export async function aKey(user: Account, input: object = {}): Promise<{ id: string; token: string }> {
  const made = await user.workspace.apiKeys.create({ name: "gateway", scopes: ["gateway"], ...input });
  return { id: made.id, token: made.token };
}
