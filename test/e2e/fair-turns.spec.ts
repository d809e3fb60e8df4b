// One workspace floods, others ask a little: they are not kept waiting, and no process's death loses a turn. FAIR_FLOOD=10000 for the nightly run.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ParleyError, type SentMessages } from "#libs/client/index";
import type { Account } from "../app/account.js";
import { App } from "../app/app.js";

const FLOOD = Number(process.env["FAIR_FLOOD"] ?? 40);
const FULL = FLOOD >= 1_000;
const [OTHERS, EACH] = FULL ? [9, 10] : [3, 4];
/** Half a second an answer. */
const MODEL = "sim/tokens:10,rate:20";
const PLACES = 6;
/** Long enough for the whole flood, ms. */
const FLOOD_MS = 60_000 + FLOOD * 1_000;

interface Sender {
  account: Account;
  conversationId: string;
}

async function aSender(app: App, model = MODEL): Promise<Sender> {
  const account = await app.aUser();
  return { account, conversationId: (await account.aConversation({ model })).id };
}

/** Roots of one conversation: none waits for another. */
const send = ({ account, conversationId }: Sender): Promise<SentMessages> =>
  account.workspace.messages.send(conversationId, {
    clientMessageId: crypto.randomUUID(),
    content: "Hi",
    parentId: null,
  });

async function sendMany(sender: Sender, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let left = count; left > 0; left -= 20)
    for (const { assistantMessage } of await Promise.all(
      Array.from({ length: Math.min(20, left) }, () => send(sender)),
    ))
      ids.push(assistantMessage.id);
  return ids;
}

/** ms from acceptance to the end of each answer, as the server has them. An answer whose worker was killed may be interrupted. */
async function answered(
  { account }: Sender,
  ids: readonly string[],
  { patienceMs = 120_000, killed = false } = {},
): Promise<number[]> {
  const until = performance.now() + patienceMs;
  const times: number[] = [];
  for (const id of ids) {
    for (;;) {
      const { status, latencyMs } = await account.workspace.messages.get(id);
      if (status === "completed" || (killed && status === "interrupted")) {
        times.push(latencyMs ?? 0);
        break;
      }
      assert.ok(status === "pending" || status === "streaming", `an answer ${status}`);
      assert.ok(performance.now() < until, "an answer did not come");
      await sleep(100);
    }
  }
  return times;
}

/** How many have no answer yet. */
async function countOpen({ account }: Sender, ids: readonly string[]): Promise<number> {
  let open = 0;
  for (let at = 0; at < ids.length; at += 20) {
    const some = await Promise.all(ids.slice(at, at + 20).map((id) => account.workspace.messages.get(id)));
    open += some.filter(({ status }) => status === "pending" || status === "streaming").length;
  }
  return open;
}

const p95 = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)]!;

for (const database of ["sqlite", "postgres"] as const)
  describe(`turns while one workspace floods (${FLOOD} messages, ${database})`, () => {
    let app: App;
    before(async () => {
      const env = { CHAT_STREAMS: String(PLACES), CHAT_STREAMS_PER_WORKSPACE: "4", CHAT_STREAMS_PER_USER: "4" };
      const queued = { CHAT_QUEUED: String(FLOOD + 200), CHAT_QUEUED_PER_WORKSPACE: String(FLOOD) };
      app = await App.start({ database, env: { ...env, ...queued, REST_LIMIT: "0" } });
    });
    after(() => app?.stop());

    it("answers the others nearly as fast as when nobody floods, and the flood, too, in the end", async (test) => {
      const others = await Promise.all(Array.from({ length: OTHERS }, () => aSender(app)));
      const ask = async () =>
        (await Promise.all(others.map(async (other) => answered(other, await sendMany(other, EACH))))).flat();
      const idle = p95(await ask());
      const flood = await aSender(app);
      const flooded = await sendMany(flood, FLOOD);
      const busy = p95(await ask());
      const open = await countOpen(flood, flooded);
      test.diagnostic(
        `p95 of the others: idle ${idle} ms, during the flood ${busy} ms (${(busy / idle).toFixed(2)} ×); ${open} of the flood left`,
      );
      assert.ok(open > 0, "the flood was over before the others were");
      // A few short answers on a machine that also runs other tests say little by themselves.
      assert.ok(busy <= 2 * idle + (FULL ? 0 : 2_000), `${busy} ms instead of ${idle} ms`);
      await answered(flood, flooded, { patienceMs: FLOOD_MS });
    });

    it("goes on where it was after kill -9 of API and worker and an empty Redis", async () => {
      const [flood, other] = [await aSender(app), await aSender(app)];
      const flooded = await sendMany(flood, 20);
      await Promise.all([app.kill("worker"), app.kill("api"), app.killRedis({ empty: true })]);
      await Promise.all([app.launch("worker"), app.launch("api")]);
      const asked = await sendMany(other, 2);
      await answered(other, asked);
      await answered(flood, flooded, { killed: true });
    });

    it("refuses what would wait behind too many with 429, and takes it again later", async () => {
      await app.restart("api", 0, { CHAT_QUEUED_PER_WORKSPACE: "40" });
      const flood = await aSender(app, "sim/tokens:20,rate:1");
      const results = [];
      for (let round = 0; round < 10; round++)
        results.push(...(await Promise.allSettled(Array.from({ length: 10 }, () => send(flood)))));
      const refused = results.flatMap((one) => (one.status === "rejected" ? [one.reason as ParleyError] : []));
      assert.ok(refused.length > 0, "nothing was refused");
      for (const error of refused) assert.deepEqual([error.status, error.code], [429, "too_many_requests"]);
      const other = await aSender(app);
      await answered(other, await sendMany(other, 1));
    });
  });
