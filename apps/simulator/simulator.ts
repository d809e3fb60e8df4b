// A faithful local OpenRouter, started inside a process: by `main.ts`, or by a test that wants its own.
import type { AddressInfo } from "node:net";
import { Demo } from "./answer/demo.js";
import { Catalog } from "./catalog/catalog.js";
import { DEFAULT_DATA_DIR } from "./data-files.js";
import { Recordings } from "./replay/recordings.js";
import { BASE, httpServer } from "./server.js";
import { Accounts } from "./state/accounts.js";
import { AnswerCache } from "./state/answer-cache.js";
import { Generations } from "./state/generations.js";
import { Journal } from "./state/journal.js";
import { DEFAULT_SETTINGS, type Settings } from "./state/settings.js";
import { StateFile } from "./state/state-file.js";
import { Ticker } from "./stream/ticker.js";
import type { World } from "./world.js";

/** How to start. All optional. */
export type SimulatorOptions = {
  /** 0 = any free port (default). */
  readonly port?: number;
  /** Address to listen on; loopback by default. */
  readonly host?: string;
  readonly dataDir?: string;
  /** File of JSON lines in which records and journal survive a restart; memory only without it. */
  readonly stateFile?: string;
  readonly settings?: Partial<Settings>;
};

/** A running simulator. */
export type Simulator = {
  /** Base URL of the OpenRouter API, ending in `/api/v1`. */
  readonly url: string;
  /** Origin without path, for `/__journal` and the other control paths. */
  readonly origin: string;
  readonly port: number;
  readonly world: World;
  /** Cuts all connections and frees the port. */
  close(): Promise<void>;
};

function newWorld(options: SimulatorOptions): World {
  const dataDir = options.dataDir ?? DEFAULT_DATA_DIR;
  const settings: Settings = { ...DEFAULT_SETTINGS, ...options.settings };
  const catalog = new Catalog(dataDir);
  const recordings = new Recordings(dataDir);
  catalog.addExtra("sim/tokens:100,rate:50", "openai/gpt-4o-mini", "Numbered tokens at 50 a second");
  for (const name of recordings.names)
    catalog.addExtra(`replay/${name}`, "openai/gpt-4o-mini", `The recording ${name}`);
  const world: World = {
    settings,
    catalog,
    journal: new Journal(),
    generations: new Generations(),
    accounts: new Accounts(),
    demo: new Demo(dataDir),
    recordings,
    ticker: new Ticker(),
    flaky: new Map(),
    store: options.stateFile === undefined ? undefined : new StateFile(options.stateFile),
    answerCache: new AnswerCache(),
    now: () => Date.now() + settings.clockOffsetMs,
  };
  world.store?.restore(world);
  return world;
}

/** Rounds of the event loop that closing sockets may need to be noticed. */
const PATIENCE = 100;

/** Calls that were cut are settled when their sockets close; only then is the state file complete. */
async function allSettled(world: World): Promise<void> {
  for (let round = 0; round < PATIENCE && world.journal.summary().running > 0; round += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Starts a simulator and resolves when it listens. Rejects when the port is taken or the data is missing. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const world = newWorld(options);
  const server = httpServer(world, options.settings ?? {});
  const host = options.host ?? "127.0.0.1";
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, host, 4096, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const origin = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  return {
    url: `${origin}${BASE}`,
    origin,
    port,
    world,
    close: async () => {
      world.ticker.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await allSettled(world);
      world.store?.close();
    },
  };
}
