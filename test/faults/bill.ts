// Many calls by chat and gateway at once, some stopped, some on their way when their process is killed.
import { setTimeout as sleep } from "node:timers/promises";
import { allOf, type ProviderCall } from "#libs/client/index";
import type { Account } from "../app/account.js";
import type { App, ProcessKind } from "../app/app.js";
import { aKey } from "../e2e/gateway/stage.js";

/** Every way in which a price comes about (openrouter-contract §5), and in which it becomes known. */
const PRICES = [
  "tokens:11,as:anthropic/claude-haiku-4.5",
  "tokens:37,as:openai/gpt-4o-mini",
  "tokens:9,prompt:3571,cached:1024,as:anthropic/claude-haiku-4.5",
  "tokens:9,prompt:12000,cached:10000,written:1500,as:anthropic/claude-sonnet-5",
  "tokens:20,prompt:300000,as:openai/gpt-5.5",
  "tokens:5,byok:fee",
  "tokens:5,byok:allowance",
  "reasoning-tokens:13,tokens:7",
  "tokens:5,search:1,fee:0.007",
  "free,tokens:6",
  "tokens:8,usage:empty",
  "tokens:12,usage:missing,generation:2500",
  "tokens:12,no-cost",
  "tokens:6,generation:never",
  "tokens:30,rate:300,reset,after:9",
] as const;
/** Long enough to be stopped or killed: those that stop billing with the stream, and those that bill the whole answer. */
const LONG = [
  "tokens:240,rate:100,provider:OpenAI,as:anthropic/claude-haiku-4.5",
  "tokens:240,rate:100,cancel:no,as:openai/gpt-4o-mini",
] as const;
/** One call in this many is stopped by whoever asked. */
const STOPPED = 20;
/** Calls at once, half of them by the gateway: as many as a short and a long run keep two processes of each kind busy with. */
const lanesOf = (calls: number): number => (calls > LONG_RUN ? 48 : 12);
/** As long as a supervisor takes to start a process again, ms. */
const RESTART_MS = 300;
const LOOK_EVERY_MS = 100;
/** So long bytes may lie unread in a process that others keep from running, and a killed one may live on. */
const ON_ITS_WAY_MS = 1_000;
/** A call of which no id was seen is closed after five minutes; only long runs wait for that. */
const PATIENCE_MS = 60_000;
const LONG_PATIENCE_MS = 8 * 60_000;
const LONG_RUN = 1_000;

/** One workspace and what it asks. */
export class Bill {
  /** Calls of the gateway whose connection broke. */
  cut = 0;
  private next = 0;
  private done = 0;
  private stops = 0;
  private readonly kills: { name: string; at: number }[] = [];

  private constructor(
    private readonly app: App,
    private readonly user: Account,
    private readonly token: string,
  ) {}

  static async open(app: App): Promise<Bill> {
    const user = await app.aUser();
    return new Bill(app, user, (await aKey(user)).token);
  }

  /** Makes the calls, while processes are killed until about `killed` calls were on their way in them. */
  async run(calls: number, killed: number): Promise<void> {
    const count = lanesOf(calls);
    const lanes = Array.from({ length: count }, (_, lane) => (lane % 2 === 0 ? this.chat(calls) : this.gateway(calls)));
    let running = true;
    const all = Promise.all(lanes).finally(() => {
      running = false;
    });
    // Each of the four processes has a quarter of the calls on their way.
    const strikes = Math.ceil(killed / (count / 4));
    const victims = (["worker", "api"] as ProcessKind[]).flatMap((kind) => [[kind, 0] as const, [kind, 1] as const]);
    const back = victims.map(() => Promise.resolve());
    for (let strike = 0; strike < strikes; strike += 1) {
      const due = ((strike + 0.5) / strikes) * calls;
      const n = strike % victims.length;
      await back[n];
      while (running && this.done < due) await sleep(10);
      // Not at the moment at which one call has ended and the next begins.
      await sleep(Math.random() * 500);
      if (!running) break;
      const [kind, index] = victims[n]!;
      this.kills.push({ name: `${kind} ${index}`, at: Date.now() });
      await this.app.kill(kind, "SIGKILL", index);
      // Who comes back takes its time; the next one may be struck meanwhile.
      back[n] = sleep(RESTART_MS).then(() => this.app.launch(kind, index));
    }
    await Promise.all([all, ...back]);
    await this.app.allReady();
  }

  /** The ledger once no cost of it is open. @throws when one stays open */
  async settled(calls: number): Promise<ProviderCall[]> {
    const long = calls > LONG_RUN;
    const deadline = performance.now() + (long ? LONG_PATIENCE_MS : PATIENCE_MS);
    const isOpen = (row: ProviderCall) =>
      row.costState === "estimated" ||
      (row.costState === "unsettled" && (long || row.generationId !== null) && !this.isLost(row));
    for (;;) {
      const rows: ProviderCall[] = [];
      for await (const row of allOf((query) => this.user.workspace.calls(query), 100)) rows.push(row);
      const open = rows.filter(isOpen);
      if (open.length === 0) return rows;
      if (performance.now() > deadline) throw new Error(`${open.length} rows stay open: ${JSON.stringify(open[0])}`);
      await sleep(LOOK_EVERY_MS);
    }
  }

  /** Whether a process was killed about when the provider wrote headers: their id may have been on its way to it. */
  killedAt(headersAt: string | null | undefined): boolean {
    const at = Date.parse(headersAt ?? "");
    return this.kills.some((kill) => Math.abs(kill.at - at) < ON_ITS_WAY_MS);
  }

  /** Killed before its cost was read, of a generation of which the provider keeps no record: for a day it may still come. */
  isLost({ costState, model, createdAt }: ProviderCall): boolean {
    return costState === "unsettled" && model.includes("generation:never") && this.killedAt(createdAt);
  }

  /** What happened, for people. */
  told(): string {
    const kills = this.kills.map(({ name, at }) => `${name} at ${new Date(at).toISOString()}`);
    return `${this.stops} stopped, ${this.cut} connections of the gateway cut; killed: ${kills.join(", ")}`;
  }

  /** The next call of all lanes; null: enough. */
  private take(calls: number): { n: number; model: string; stop: boolean } | null {
    if (this.next >= calls) return null;
    const n = this.next++;
    const stop = n % STOPPED === STOPPED - 1;
    // Long ones are spread over all, so that a kill always finds some.
    const long = stop || n % STOPPED === STOPPED / 2;
    return { n, stop, model: `sim/${long ? LONG[n % LONG.length] : PRICES[n % PRICES.length]}` };
  }

  private async chat(calls: number): Promise<void> {
    const { messages } = this.user.workspace;
    let conversationId: string | undefined;
    for (let call = this.take(calls); call !== null; call = this.take(calls)) {
      const { model, stop } = call;
      // Histories stay short; the API may be the victim: asked again, with the same id.
      if (conversationId === undefined || call.n % 5 === 0)
        conversationId = (await again(() => this.user.aConversation({ model }))).id;
      const room = conversationId;
      const body = { clientMessageId: crypto.randomUUID(), content: `call ${call.n}`, model };
      const { assistantMessage } = await again(() => messages.send(room, body));
      let stopped = false;
      for (;;) {
        const message = await again(() => messages.get(assistantMessage.id));
        if (message.completedAt) break;
        if (stop && !stopped && message.status === "streaming") {
          stopped = true;
          this.stops += 1;
          await again(() => messages.stop(message.id));
        }
        await sleep(LOOK_EVERY_MS);
      }
      this.done += 1;
    }
  }

  private async gateway(calls: number): Promise<void> {
    for (let call = this.take(calls); call !== null; call = this.take(calls)) {
      const { n, model, stop } = call;
      const [first, second] = this.app.baseUrls;
      const abort = new AbortController();
      try {
        const answer = await this.post(n % 4 < 2 ? first! : second!, model, stop || n % 2 === 0, abort.signal);
        // A refused call is tried once more by nobody: its error is the answer.
        for await (const _ of answer.body ?? []) {
          if (!stop) continue;
          this.stops += 1;
          break;
        }
      } catch {
        this.cut += 1;
        await sleep(RESTART_MS);
      }
      if (stop) abort.abort();
      this.done += 1;
    }
  }

  /** Asks until a process takes the call; from then on what becomes of it is the answer. */
  private async post(origin: string, model: string, stream: boolean, signal: AbortSignal): Promise<Response> {
    const body = JSON.stringify({ model, stream, messages: [{ role: "user", content: "Hi" }] });
    const headers = { "content-type": "application/json", authorization: `Bearer ${this.token}` };
    for (;;) {
      try {
        return await fetch(`${origin}/v1/chat/completions`, { method: "POST", headers, body, signal });
      } catch (error) {
        const { code } = ((error as Error).cause ?? {}) as { code?: string };
        if (code !== "ECONNREFUSED") throw error;
        await sleep(LOOK_EVERY_MS);
      }
    }
  }
}

/** Until it works: a process may be on its way back. */
async function again<T>(work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(LOOK_EVERY_MS);
    }
  }
}
