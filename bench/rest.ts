// `npm run bench -- rest`: reading one conversation and a page of 50 messages, beside a bare Nest hello and a bare node:http list.
import { join } from "node:path";
import { Pool } from "undici";
import type { Account } from "../test/app/account.js";
import { App } from "../test/app/app.js";
import { Recorder } from "../test/app/recorder.js";
import { cpuSeconds, figure, median, start, table } from "./measure.js";

const REQUESTS = 4_000;
const AT_ONCE = 50;
const PAIRS = 25;

interface Target {
  name: string;
  origin: string;
  path: string;
  pid: number;
  headers: Record<string, string>;
}

/** CPU ms of the server per request, and requests per second. */
async function load({ origin, path, pid, headers }: Target): Promise<{ cpu: number; rate: number }> {
  const pool = new Pool(origin, { connections: AT_ONCE });
  const get = async (): Promise<void> => {
    const { statusCode, body } = await pool.request({ path, method: "GET", headers });
    await body.dump();
    if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}`);
  };
  const run = async (count: number): Promise<void> => {
    let left = count;
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while (left-- > 0) await get();
      }),
    );
  };
  await run(REQUESTS / 4);
  const [cpu, started] = [cpuSeconds(pid), performance.now()];
  await run(REQUESTS);
  const result = {
    cpu: ((cpuSeconds(pid) - cpu) / REQUESTS) * 1_000,
    rate: REQUESTS / ((performance.now() - started) / 1_000),
  };
  await pool.close();
  return result;
}

/** A conversation of 50 messages. */
async function aLongChat(user: Account): Promise<string> {
  const { id } = await user.aConversation({ model: "sim/tokens:60" });
  const { heard } = (await user.join(id)) as { heard: Recorder };
  for (let n = 0; n < PAIRS; n++) {
    const sent = await user.workspace.messages.send(id, {
      clientMessageId: `bench ${n}`.replace(" ", "-"),
      content: "How do budgets hold?",
    });
    await heard.end(sent.assistantMessage.id);
  }
  return id;
}

/** @param rounds interleaved repetitions */
export async function benchRest(rounds: number): Promise<string> {
  const app = await App.start({ env: { LOG_LEVEL: "warn", REST_LIMIT: "0" } });
  try {
    const user = await app.aUser();
    const id = await aLongChat(user);
    const hello = await start("baseline-rest.js", ["nest"]);
    const list = await start("baseline-rest.js", ["raw", join(app.folder, "data", "parley.db"), id]);
    const at = `/api/v1/workspaces/${user.workspaceId}/conversations/${id}`;
    const headers = { cookie: user.jar.header() ?? "" };
    const parley = { origin: app.baseUrl, pid: app.pids.api, headers };
    const targets: Target[] = [
      { name: "Nest hello", origin: `http://127.0.0.1:${hello.port}`, path: "/hello", pid: hello.pid, headers: {} },
      { name: "Parley: a conversation", path: at, ...parley },
      {
        name: "node:http: 50 messages",
        origin: `http://127.0.0.1:${list.port}`,
        path: "/",
        pid: list.pid,
        headers: {},
      },
      { name: "Parley: 50 messages", path: `${at}/messages?limit=50`, ...parley },
    ];
    // Compiling takes CPU time of its own: what counts is a server that has been up for a while.
    for (const target of targets) await load(target);
    const results = targets.map(() => [] as { cpu: number; rate: number }[]);
    for (let round = 0; round < rounds; round++)
      for (const [n, target] of targets.entries()) results[n]!.push(await load(target));
    const cpu = results.map((runs) => median(runs.map((run) => run.cpu)));
    const rows = targets.map(({ name }, n) => [
      name,
      figure(cpu[n]!, 3),
      figure(median(results[n]!.map((run) => run.rate)), 0),
    ]);
    for (const { child } of [hello, list]) child.disconnect();
    return [
      table([["", "CPU ms a request", "req/s"], ...rows]),
      `a conversation ÷ Nest hello: ${figure(cpu[1]! / cpu[0]!, 2)}   (goal ≤ 2.0, must ≤ 2.5)`,
      `50 messages ÷ node:http list: ${figure(cpu[3]! / cpu[2]!, 2)}   (goal ≤ 1.1, must ≤ 1.3)`,
    ].join("\n");
  } finally {
    await app.stop();
  }
}
