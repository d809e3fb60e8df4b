// `npm run bench -- gateway`: calls through the gateway with key, rights, rate limit and ledger, beside the provider itself, a bare pass-through and Portkey.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "undici";
import { loadConfig } from "#libs/config/index";
import { migrate } from "#libs/database/index";
import { App } from "../test/app/app.js";
import { cpuSeconds, figure, median, percentile, start, table } from "./measure.js";
import { startPortkey } from "./portkey.js";

/** Calls at once, for throughput (performance §7). */
const AT_ONCE = [50, 200] as const;
/** How long each target is warmed up before anything is measured, s: until V8 has compiled what is often used. */
const WARM_UP = 6;
/** Calls a second, for latency (performance §7). */
const OPEN_RATE = 150;
const STREAMS = 50;
const TOKENS = 100;

interface Target {
  name: string;
  origin: string;
  path: string;
  /** Undefined: nothing of it is ours. */
  pid: number | undefined;
  headers: Record<string, string>;
  /** It passes no streams on. */
  wholeOnly?: true;
}

/** With many calls at once. */
interface Busy {
  /** Requests a second. */
  rate: number;
  /** CPU ms of the target a request. */
  cpu: number;
}

/** The figures of one turn. */
interface Turn {
  /** One for each of {@link AT_ONCE}. */
  busy: Busy[];
  /** ms at {@link OPEN_RATE}. */
  latencies: number[];
  /** ms from request to first byte of a stream. */
  firstBytes: number[];
  /** Tokens a second of all streams together. */
  tokens: number;
}

const messages = [{ role: "user", content: "Hi ".repeat(200) }];
const whole = JSON.stringify({ model: "bench/whole", messages });
const streamed = JSON.stringify({ model: `bench/${TOKENS}`, messages, stream: true });

async function call(pool: Pool, { path, headers, name }: Target, body: string): Promise<number> {
  const began = performance.now();
  const answer = await pool.request({ path, method: "POST", headers, body });
  let first = 0;
  for await (const _ of answer.body) first ||= performance.now() - began;
  if (answer.statusCode !== 200) throw new Error(`${name} answered ${answer.statusCode}`);
  return body === whole ? performance.now() - began : first;
}

async function throughput(pool: Pool, target: Target, atOnce: number, seconds: number): Promise<Busy> {
  let count = 0;
  const until = performance.now() + seconds * 1_000;
  const used = () => (target.pid === undefined ? 0 : cpuSeconds(target.pid));
  const before = used();
  const began = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (performance.now() < until) {
        await call(pool, target, whole);
        count += 1;
      }
    }),
  );
  return { rate: count / ((performance.now() - began) / 1_000), cpu: ((used() - before) / count) * 1_000 };
}

/** Calls begin at their time, whether or not earlier ones have ended. */
async function latency(pool: Pool, target: Target, seconds: number): Promise<number[]> {
  const began = performance.now();
  return Promise.all(
    Array.from({ length: seconds * OPEN_RATE }, async (_, n) => {
      await sleep(Math.max(1, began + (n * 1_000) / OPEN_RATE - performance.now()));
      return call(pool, target, whole);
    }),
  );
}

async function streams(pool: Pool, target: Target): Promise<Pick<Turn, "firstBytes" | "tokens">> {
  const began = performance.now();
  const firstBytes = await Promise.all(Array.from({ length: STREAMS }, () => call(pool, target, streamed)));
  return { firstBytes, tokens: (STREAMS * TOKENS) / ((performance.now() - began) / 1_000) };
}

const NO_STREAMS: Pick<Turn, "firstBytes" | "tokens"> = { firstBytes: [], tokens: Number.NaN };

async function withPool<T>(target: Target, use: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = new Pool(target.origin, { connections: Math.max(...AT_ONCE), pipelining: 1 });
  try {
    return await use(pool);
  } finally {
    await pool.close();
  }
}

function turn(target: Target, seconds: number): Promise<Turn> {
  return withPool(target, async (pool) => {
    await throughput(pool, target, AT_ONCE[0], 1);
    const busy: Busy[] = [];
    for (const atOnce of AT_ONCE) busy.push(await throughput(pool, target, atOnce, seconds));
    const latencies = await latency(pool, target, seconds);
    return { busy, latencies, ...(target.wholeOnly ? NO_STREAMS : await streams(pool, target)) };
  });
}

/** A platform key of a workspace of its own. @param budget of the workspace, monthly */
async function aToken(app: App, budget?: { hardUsd: string }): Promise<string> {
  const { workspace } = await app.aUser();
  if (budget) await workspace.budgets.put([{ scope: "workspace", period: "month", ...budget }]);
  const key = { name: "bench", scopes: ["gateway" as const], requestsPerMinute: 100_000 };
  return (await workspace.apiKeys.create(key)).token;
}

/** @returns the file of a database with Parley's schema; it goes with the folder of the instance */
async function anEmptyDatabase(app: App): Promise<string> {
  const config = loadConfig({ NODE_ENV: "test", DATA_DIR: join(app.folder, "baseline"), REDIS_URL: app.redisUrl });
  await migrate(config);
  return config.database.kind === "sqlite" ? config.database.file : "";
}

/** Warms all of them up, and measures one after the other, again and again. @returns the turns of each */
async function inTurns(targets: readonly Target[], seconds: number, rounds: number): Promise<Turn[][]> {
  for (const target of targets) await withPool(target, (pool) => throughput(pool, target, AT_ONCE[0], WARM_UP));
  const turns = targets.map((): Turn[] => []);
  for (let round = 0; round < rounds; round++)
    for (const [n, target] of targets.entries()) turns[n]!.push(await turn(target, seconds));
  return turns;
}

/** @param seconds of each measurement @param rounds interleaved repetitions */
export async function benchGateway(seconds: number, rounds: number): Promise<string> {
  const upstream = await start("upstream.js");
  const origin = `http://127.0.0.1:${upstream.port}`;
  const bare = await start("baseline-gateway.js", [origin]);
  const portkey = await startPortkey(`${origin}/api/v1`);
  const app = await App.start({ env: { LOG_LEVEL: "warn", OPENROUTER_BASE_URL: `${origin}/api/v1` } });
  const ledger = await start("baseline-ledger.js", [origin, await anEmptyDatabase(app)]);
  try {
    const [token, budgeted] = [await aToken(app), await aToken(app, { hardUsd: "1000000" })];
    const [json, path] = [{ "content-type": "application/json" }, "/api/v1/chat/completions"];
    const targets: Target[] = [
      { name: "direct", origin, path, pid: undefined, headers: json },
      { name: "bare node:http + undici", origin: `http://127.0.0.1:${bare.port}`, path, pid: bare.pid, headers: json },
      {
        name: "Parley",
        origin: app.baseUrl,
        path: "/v1/chat/completions",
        pid: app.pids.api,
        headers: { ...json, authorization: `Bearer ${token}` },
      },
      {
        name: "Parley, budget",
        origin: app.baseUrl,
        path: "/v1/chat/completions",
        pid: app.pids.api,
        headers: { ...json, authorization: `Bearer ${budgeted}` },
      },
      {
        name: "Portkey",
        origin: `http://127.0.0.1:${portkey.port}`,
        path: "/v1/chat/completions",
        pid: portkey.pid,
        headers: { ...json, ...portkey.headers },
      },
      {
        name: "bare, with the ledger",
        origin: `http://127.0.0.1:${ledger.port}`,
        path,
        pid: ledger.pid,
        headers: json,
        wholeOnly: true,
      },
    ];
    return report(targets, await inTurns(targets, seconds, rounds));
  } finally {
    await app.stop();
    await portkey.stop();
    for (const { child } of [bare, ledger, upstream]) child.disconnect();
  }
}

/** Percentiles of the latency that are shown. */
const SHARES = [0.5, 0.95, 0.99];
const HEAD = [
  "",
  ...AT_ONCE.flatMap((atOnce) => [`req/s, ${atOnce} at once`, "CPU s a 1,000"]),
  ...[`p50 ms at ${OPEN_RATE}/s`, "p95", "p99", "first byte ms", "tokens/s"],
];

function report(targets: readonly Target[], turns: readonly Turn[][]): string {
  const of = (n: number, pick: (turn: Turn) => number) => median(turns[n]!.map(pick));
  const p = (n: number, share: number) =>
    percentile(
      turns[n]!.flatMap(({ latencies }) => latencies),
      share,
    );
  const first = (n: number) => median(turns[n]!.flatMap(({ firstBytes }) => firstBytes));
  const rate = (n: number, at = 0) => of(n, ({ busy }) => busy[at]!.rate);
  const cpu = (n: number, at = 0) => of(n, ({ busy }) => busy[at]!.cpu);
  const tokens = (n: number) => of(n, (one) => one.tokens);
  const rows = targets.map(({ name, pid }, n) => [
    name,
    ...AT_ONCE.flatMap((_, at) => [figure(rate(n, at), 0), pid === undefined ? "-" : figure(cpu(n, at), 3)]),
    ...SHARES.map((share) => figure(p(n, share), 2)),
    figure(first(n), 1),
    figure(tokens(n), 0),
  ]);
  const toBare = (value: (n: number, at: number) => number, n: number) =>
    AT_ONCE.map((_, at) => figure(value(n, at) / value(1, at), 2)).join(" and ");
  const added = (value: (n: number) => number, digits: number) =>
    [1, 5, 2, 3, 4].map((n) => `${targets[n]!.name} ${figure(value(n) - value(0), digits)} ms`).join(", ");
  return [
    table([HEAD, ...rows]),
    `with ${AT_ONCE.join(" and ")} at once:`,
    `Parley ÷ bare, req/s: ${toBare(rate, 2)}   (goal ≥ 0.75, must ≥ 0.60)`,
    `Parley ÷ bare, CPU a request: ${toBare(cpu, 2)}   (goal ≤ 1.4, must ≤ 1.8)`,
    `Parley with a budget ÷ bare: req/s ${toBare(rate, 3)}, CPU a request ${toBare(cpu, 3)}`,
    `bare with the ledger ÷ bare: req/s ${toBare(rate, 5)}, CPU a request ${toBare(cpu, 5)}`,
    `Portkey ÷ bare: req/s ${toBare(rate, 4)}, CPU a request ${toBare(cpu, 4)}`,
    ...SHARES.map((share) => `added p${share * 100}: ${added((n) => p(n, share), 2)}`),
    `added time to the first byte of ${STREAMS} streams: ${added(first, 1)}`,
  ].join("\n");
}
