// `npm run bench -- stream`: the token path from worker to client, beside reading the upstream directly and a raw `ws` relay.

import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { request } from "undici";
import { WebSocket } from "ws";
import type { Account } from "../test/app/account.js";
import { App } from "../test/app/app.js";
import { Arrivals } from "./arrivals.js";
import { cpuSeconds, figure, median, percentile, residentMb, start, table } from "./measure.js";
import { RawSocket } from "./parley-sockets.js";

const RATE = 50;
/** Time to send everything and reach a steady state, and to end, ms. */
const WARM_UP_MS = 3_000;
/** Streams begin one after the other within this, ms: people do not press Enter in the same millisecond. */
const SPREAD_MS = 1_000;

/** The figures of one run. Latencies in ms, CPU in seconds per million tokens, memory in MB per stream. */
interface Run {
  first: number[];
  latencies: number[];
  inTime: number;
  cpu: Record<string, number>;
  memory: number;
}

interface Contest {
  streams: number;
  seconds: number;
  upstream: string;
}

/** Runs what `begin` starts until all tokens should be there, with CPU measured in the steady part. */
async function measure(
  contest: Contest,
  pids: Record<string, number>,
  arrivals: Arrivals,
  begin: () => Promise<void>,
): Promise<Run> {
  const memoryBefore = Object.values(pids).reduce((sum, pid) => sum + residentMb(pid), 0);
  await begin();
  await sleep(WARM_UP_MS);
  const counted = arrivals.count;
  const before = Object.entries(pids).map(([name, pid]) => [name, cpuSeconds(pid)] as const);
  await sleep(contest.seconds * 1_000 - WARM_UP_MS - 1_000);
  const tokens = arrivals.count - counted;
  const cpu = before.map(([name, used]) => [name, ((cpuSeconds(pids[name]!) - used) / tokens) * 1e6] as const);
  const memory = (Object.values(pids).reduce((sum, pid) => sum + residentMb(pid), 0) - memoryBefore) / contest.streams;
  await sleep(4_000);
  const { latencies, inTime } = arrivals.report(contest.streams * contest.seconds * RATE);
  return { first: arrivals.firstAfterSend, latencies, inTime, cpu: Object.fromEntries(cpu), memory };
}

async function direct(contest: Contest): Promise<Run> {
  const arrivals = new Arrivals();
  const read = async (id: number): Promise<void> => {
    arrivals.sent(id);
    const body = `{"model":"bench/${contest.seconds * RATE}"}`;
    const answer = await request(`${contest.upstream}/chat/completions`, { method: "POST", body });
    for await (const part of answer.body) {
      for (const [, text] of (part as Buffer).toString("latin1").matchAll(/"content":"(\d+ )"/g))
        arrivals.token(id, text!);
    }
  };
  return measure(contest, {}, arrivals, async () => {
    await spread(contest.streams, async (id) => void read(id));
  });
}

/** Begins every stream at its moment; waits until all have begun. */
async function spread(streams: number, begin: (id: number) => Promise<unknown>): Promise<void> {
  await Promise.all(
    Array.from({ length: streams }, async (_, id) => {
      await sleep((id * SPREAD_MS) / streams);
      await begin(id);
    }),
  );
}

async function rawRelay(contest: Contest, redisUrl: string, redisPid: number): Promise<Run> {
  const server = await start("baseline-server.js", [redisUrl]);
  const tokens = String(contest.seconds * RATE);
  const worker = await start("baseline-worker.js", [contest.upstream, redisUrl, tokens]);
  const arrivals = new Arrivals();
  const sockets = await Promise.all(
    Array.from({ length: contest.streams }, async (_, id) => {
      const socket = new WebSocket(`ws://127.0.0.1:${server.port}/?id=${id}`, { perMessageDeflate: false });
      socket.on("message", (data: Buffer) => arrivals.token(id, data.toString("latin1")));
      await once(socket, "open");
      return socket;
    }),
  );
  const run = await measure(contest, { worker: worker.pid, redis: redisPid, api: server.pid }, arrivals, async () => {
    await spread(contest.streams, async (id) => {
      arrivals.sent(id);
      worker.child.send(id);
    });
  });
  for (const socket of sockets) socket.terminate();
  for (const { child } of [server, worker]) child.disconnect();
  return run;
}

async function parley(contest: Contest, app: App, user: Account): Promise<Run> {
  const arrivals = new Arrivals();
  const { workspaceId } = user;
  const model = `bench/${contest.seconds * RATE}`;
  const clients: { socket: RawSocket; conversationId: string }[] = [];
  for (let id = 0; id < contest.streams; id++) {
    const { id: conversationId } = await user.aConversation({ model, title: "bench" });
    const socket = await RawSocket.connect(app.baseUrl, user.jar.header() ?? "", (text) => arrivals.token(id, text));
    await socket.emit("conversation:join", { workspaceId, conversationId });
    clients.push({ socket, conversationId });
  }
  const run = await measure(contest, app.pids, arrivals, async () => {
    await spread(contest.streams, async (id) => {
      const { socket, conversationId } = clients[id]!;
      arrivals.sent(id);
      const body = { clientMessageId: crypto.randomUUID(), content: "go" };
      await socket.emit("message:send", { workspaceId, conversationId, ...body });
    });
  });
  for (const { socket } of clients) socket.close();
  return run;
}

function row(name: string, runs: readonly Run[], reference: Run): string[] {
  const middle = (of: (run: Run) => number) => median(runs.map(of));
  const at = (share: number) =>
    figure(
      middle((run) => percentile(run.latencies, share)),
      0,
    );
  const added = (share: number) => middle((run) => percentile(run.first, share)) - percentile(reference.first, share);
  const cpu = (part: string) => middle((run) => run.cpu[part] ?? Number.NaN);
  const sum = cpu("worker") + cpu("redis") + cpu("api");
  return [
    name,
    `${figure(added(0.5), 0)} / ${figure(added(0.95), 0)} / ${figure(added(0.99), 0)}`,
    `${at(0.5)} / ${at(0.95)} / ${at(0.99)}`,
    `${figure(cpu("worker"))} + ${figure(cpu("redis"))} + ${figure(cpu("api"))} = ${figure(sum)}`,
    `${figure(middle((run) => run.inTime) * 100)} %`,
    figure(
      middle((run) => run.memory),
      2,
    ),
  ];
}

/** @param counts streams at once @param seconds length of each stream @param rounds interleaved repetitions */
export async function benchStream(counts: number[], seconds: number, rounds: number): Promise<string> {
  const upstream = await start("upstream.js");
  const reports: string[] = [];
  for (const streams of counts) {
    const contest = { streams, seconds, upstream: `http://127.0.0.1:${upstream.port}/api/v1` };
    const env = { OPENROUTER_BASE_URL: contest.upstream, WORKER_CONCURRENCY: String(streams * 2), LOG_LEVEL: "warn" };
    const app = await App.start({ env });
    try {
      const user = await app.aUser();
      const reference = await direct(contest);
      const runs = { raw: [] as Run[], parley: [] as Run[] };
      for (let round = 0; round < rounds; round++) {
        runs.raw.push(await rawRelay(contest, app.redisUrl, app.pids.redis));
        runs.parley.push(await parley(contest, app, user));
      }
      const cost = (list: Run[]) =>
        median(list.map((run) => Object.values(run.cpu).reduce((sum, value) => sum + value, 0)));
      const heads = [
        "",
        "first token, added ms p50/p95/p99",
        "token ms p50/p95/p99",
        "CPU s per 1M tokens worker+redis+api",
        "in time",
        "MB a stream",
      ];
      reports.push(
        `${streams} streams of ${RATE} tokens/s, ${seconds} s, ${rounds} rounds`,
        table([
          heads,
          row("direct", [reference], reference),
          row("raw ws", runs.raw, reference),
          row("Parley", runs.parley, reference),
        ]),
        `CPU ÷ raw ws: ${figure(cost(runs.parley) / cost(runs.raw), 2)}   (goal ≤ 1.7, must ≤ 2.2 at 300 streams)`,
        "",
      );
    } finally {
      await app.stop();
    }
  }
  upstream.child.disconnect();
  return reports.join("\n");
}
