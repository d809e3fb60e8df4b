// 500 requests at once against a budget for 100 of them, chat and gateway mixed, over three API processes: never overspent, hardly one refused in vain. BUDGET_SEEDS=50 for the nightly run.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { allOf, type Budget, type Client, ParleyError } from "#libs/client/index";
import { addUsd, fromPico, toPico } from "#libs/money/index";
import { type Account } from "../app/account.js";
import { App } from "../app/app.js";
import { eventually, PATIENCE_MS } from "../app/patience.js";

const SEEDS = Number(process.env["BUDGET_SEEDS"] ?? 2);
/** The first seed; a run that failed names its own. */
const FIRST_SEED = Number(process.env["BUDGET_SEED"] ?? 1);
const REQUESTS = 500;
const AFFORDABLE = 100n;
const APIS = 3;
/** Requests begin within this time, ms. */
const SPREAD_MS = 400;
const MODEL = "openai/gpt-4o-mini";
const TOKENS = 30;
const CONTENT = `[[sim: tokens:${TOKENS} provider:OpenAI]] hi`;
const LONG = "[[sim: tokens:400 rate:200 provider:OpenAI]] hi";
const BROKEN = "[[sim: error=500]] hi";

type Way = "chat" | "gateway";
type Fate = "answered" | "refused" | "failed" | "gone";

interface Asking {
  way: Way;
  api: number;
  delayMs: number;
  content: string;
  stream: boolean;
  /** The client leaves after this, ms. */
  leaveMs?: number;
}

/** mulberry32: the same numbers for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Everything that the requests of one seed share. */
class Rush {
  private constructor(
    private readonly app: App,
    private readonly user: Account,
    private readonly token: string,
    private readonly clients: readonly Client[],
  ) {}

  static async prepare(app: App): Promise<Rush> {
    const user = await app.aUser();
    const { token } = await user.workspace.apiKeys.create({ name: "rush", scopes: ["gateway"] });
    const clients = app.baseUrls.map((baseUrl) => app.client({ baseUrl, cookies: user.jar }));
    return new Rush(app, user, token, clients);
  }

  get budgets() {
    return this.user.workspace.budgets;
  }

  async budget(): Promise<Budget> {
    const [found] = (await this.budgets.list()).data;
    assert.ok(found);
    return found;
  }

  /** Asks once and waits for the end. */
  async ask(asking: Asking, conversationId: string): Promise<Fate> {
    await sleep(asking.delayMs);
    try {
      return asking.way === "gateway"
        ? await this.throughGateway(asking)
        : await this.throughChat(asking, conversationId);
    } catch (error) {
      // The process that was asked is gone; whatever it had begun is settled without it.
      if (error instanceof TypeError || (error instanceof Error && error.name === "AbortError")) return "gone";
      if (error instanceof ParleyError && ["network", "aborted"].includes(error.code)) return "gone";
      throw error;
    }
  }

  async conversations(count: number): Promise<string[]> {
    const params = { max_tokens: TOKENS };
    const ids: string[] = [];
    while (ids.length < count) {
      const some = Array.from({ length: Math.min(25, count - ids.length) }, () =>
        this.user.aConversation({ model: MODEL, params }),
      );
      ids.push(...(await Promise.all(some)).map(({ id }) => id));
    }
    return ids;
  }

  /** Waits until nothing is held any more: every call has its cost. */
  async settled(): Promise<Budget> {
    const late = performance.now() + 2 * PATIENCE_MS;
    for (;;) {
      const budget = await this.budget();
      if (budget.reservedUsd === "0") return budget;
      assert.ok(performance.now() < late, `still held: ${budget.reservedUsd}\n${this.app.logs()}`);
      await sleep(100);
    }
  }

  /** Whether every call has its cost, or none that could still be asked for. */
  async isAtRest(): Promise<boolean> {
    for await (const call of allOf((query) => this.user.workspace.calls(query)))
      if (call.costState === "estimated" || (call.costState === "unsettled" && call.generationId !== null))
        return false;
    return true;
  }

  /** What the provider has billed until now. */
  async billed(): Promise<string> {
    return addUsd(...(await this.app.simulator.journal()).map(({ billed }) => billed ?? "0"));
  }

  private async throughGateway(asking: Asking): Promise<Fate> {
    const late = performance.now() + 2 * PATIENCE_MS;
    for (;;) {
      const fate = await this.onceThroughGateway(asking);
      if (typeof fate === "string") return fate;
      // Others hold what is left: as clients do, it is asked again when the answer says so.
      if (performance.now() > late) return "refused";
      await sleep(fate.againMs);
    }
  }

  private async onceThroughGateway({ api, content, stream, leaveMs }: Asking): Promise<Fate | { againMs: number }> {
    const response = await fetch(`${this.app.baseUrls[api]}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${this.token}`, "content-type": "application/json" },
      body: JSON.stringify({
        model: MODEL,
        max_tokens: TOKENS,
        stream,
        messages: [{ role: "user", content }],
      }),
      ...(leaveMs !== undefined && { signal: AbortSignal.timeout(Math.ceil(leaveMs)) }),
    }).catch((error: unknown) => {
      if (leaveMs !== undefined) throw new ParleyError("aborted", "left");
      throw error;
    });
    const text = await response.text().catch(() => null);
    if (text === null) return "gone";
    if (response.status === 402) {
      const { error } = JSON.parse(text) as { error: { code: number; type: string; message: string } };
      assert.deepEqual([error.code, error.type], [402, "insufficient_quota"]);
      const again = response.headers.get("retry-after");
      return again === null ? "refused" : { againMs: Number(again) * 1_000 };
    }
    return response.status === 200 ? "answered" : "failed";
  }

  private async throughChat({ api, content, leaveMs }: Asking, conversationId: string): Promise<Fate> {
    const { messages } = this.clients[api]!.workspace(this.user.workspaceId);
    const body = { clientMessageId: crypto.randomUUID(), content };
    const id = await patiently(() => messages.send(conversationId, body)).then(
      ({ assistantMessage }) => assistantMessage.id,
      (error: unknown) => {
        if (error instanceof ParleyError && error.status === 402) return null;
        throw error;
      },
    );
    if (id === null) return "refused";
    if (leaveMs !== undefined) {
      await sleep(leaveMs);
      await messages.stop(id).catch(() => undefined);
    }
    for await (const { event } of messages.follow(id)) if (event === "message:completed") return "answered";
    const { error } = await messages.get(id);
    return error?.code === "budget_exceeded" ? "refused" : "failed";
  }
}

/** As clients do: what was refused because the server is busy is asked again; the id of the message makes a repeat harmless. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  const late = performance.now() + 2 * PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ParleyError) || error.status !== 503 || performance.now() > late) throw error;
      await sleep(error.retryAfterMs ?? 500);
    }
  }
}

const countOf = (fates: readonly Fate[], fate: Fate): number => fates.filter((one) => one === fate).length;

/** A killed process leaves calls that hold what they might have cost until they are found: a minute, too long for every change. */
const WITH_FAULTS = SEEDS >= 10;

const tally = (fates: readonly Fate[]): string =>
  (["answered", "refused", "failed", "gone"] as const).map((fate) => `${fate} ${countOf(fates, fate)}`).join(", ");

for (const database of ["sqlite", "postgres"] as const) {
  describe(`a rush on ${database}`, () => {
    let app: App;
    before(async () => {
      app = await App.start({ database, apis: APIS });
      await app.aUser("Operator");
    });
    after(() => app?.stop());

    for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      it(`spends what there is, and not more (seed ${seed})`, async () => {
        const random = randomOf(seed);
        const rush = await Rush.prepare(app);
        const [first, ...rooms] = await rush.conversations(REQUESTS / 2 + 1);
        const plain = { api: 0, delayMs: 0, content: CONTENT, stream: false };
        // What one of each costs; the budget has room for 100 of the dearer kind.
        const before = await rush.billed();
        assert.equal(await rush.ask({ ...plain, way: "gateway" }, ""), "answered");
        const between = await rush.billed();
        assert.equal(await rush.ask({ ...plain, way: "chat" }, first!), "answered");
        const both = toPico(await rush.billed()) - toPico(before);
        const one = toPico(between) - toPico(before);
        assert.equal(both, 2n * one, "both ways cost the same");
        const hard = both + AFFORDABLE * one;
        await rush.budgets.put([{ scope: "workspace", period: "total", hardUsd: fromPico(hard) }]);

        const watch = watchBudget(rush, hard);
        const fates = await Promise.all(
          Array.from({ length: REQUESTS }, (_, n) => {
            const way = n < REQUESTS / 2 ? "chat" : "gateway";
            const api = Math.floor(random() * APIS);
            const asking = { ...plain, way, api, delayMs: random() * SPREAD_MS, stream: random() < 0.5 } as const;
            return rush.ask(asking, rooms[n] ?? "");
          }),
        );
        const { spentUsd } = await rush.settled();
        await watch.stop();
        const billed = toPico(await rush.billed()) - toPico(before);
        assert.equal(toPico(spentUsd), billed, "the counter is what the provider billed");
        assert.ok(billed <= hard, `overspent: ${fromPico(billed)} of ${fromPico(hard)}`);
        const answered = countOf(fates, "answered");
        assert.ok(answered >= Number(AFFORDABLE) - 1, `only ${answered} were let in: ${tally(fates)}`);
        assert.equal(
          answered + countOf(fates, "refused"),
          REQUESTS,
          JSON.stringify(fates.filter((f) => f === "failed")),
        );
      });
    }

    if (!WITH_FAULTS) return;
    it(`holds while calls fail, clients leave and processes are killed (seed ${FIRST_SEED})`, async () => {
      const random = randomOf(FIRST_SEED);
      const rush = await Rush.prepare(app);
      const rooms = await rush.conversations(REQUESTS / 2);
      const before = toPico(await rush.billed());
      const hard = toPico("0.002");
      await rush.budgets.put([{ scope: "workspace", period: "total", hardUsd: fromPico(hard) }]);
      const asked = Array.from({ length: REQUESTS }, (_, n) => {
        const kind = random();
        const content = kind < 0.2 ? BROKEN : kind < 0.5 ? LONG : CONTENT;
        const asking = {
          way: n < REQUESTS / 2 ? "chat" : "gateway",
          api: Math.floor(random() * APIS),
          delayMs: random() * 4 * SPREAD_MS,
          content,
          stream: random() < 0.5,
          ...(random() < 0.2 && { leaveMs: random() * 300 }),
        } as const;
        return rush.ask(asking, rooms[n] ?? "");
      });
      await sleep(SPREAD_MS);
      await Promise.all([app.kill("api", "SIGKILL", 1), app.kill("worker")]);
      await Promise.all([app.launch("api", 1), app.launch("worker")]);
      const fates = await Promise.all(asked);
      // What died before its provider had named it stays held; all else ends up as what the provider billed.
      await eventually(async () => {
        const billed = toPico(await rush.billed()) - before;
        const { spentUsd, reservedUsd } = await rush.budget();
        const [spent, held] = [toPico(spentUsd), toPico(reservedUsd)];
        assert.ok(billed <= hard && spent + held <= hard, `overspent: ${fromPico(billed)} of ${fromPico(hard)}`);
        return spent <= billed && billed <= spent + held && (await rush.isAtRest());
      }, "the counter to be what the provider billed");
      assert.ok(countOf(fates, "answered") > 0 && countOf(fates, "refused") > 0, JSON.stringify(fates));
    });
  });
}

/** Looks again and again whether what is spent and held stays within the budget. */
function watchBudget(rush: Rush, hard: bigint): { stop(): Promise<void> } {
  let running = true;
  const looking = (async () => {
    while (running) {
      const { spentUsd, reservedUsd } = await rush.budget();
      assert.ok(toPico(spentUsd) + toPico(reservedUsd) <= hard, `${spentUsd} spent and ${reservedUsd} held`);
      await sleep(50);
    }
  })();
  // It is awaited later; until then a fault is no unhandled one.
  looking.catch(() => undefined);
  return {
    stop: async () => {
      running = false;
      await looking;
    },
  };
}
