// One fault: ten streams, three tabs each, a process that dies at some moment, and the history of it all.
import { setTimeout as sleep } from "node:timers/promises";
import { allOf, type Conversation, type Message, TERMINAL_EVENTS } from "#libs/client/index";
import type { Account } from "../app/account.js";
import type { App } from "../app/app.js";
import { type Heard, Recorder } from "../app/recorder.js";
import { plainDecimal } from "../e2e/decimal.js";
import type { History, Row, Seen } from "./history.js";

export type Victim = "worker" | "api" | "redis";

const STREAMS = 10;
const TABS = 3;
/** 120 tokens at 40 a second: three seconds in which something can die. */
const MODEL = "sim/tokens:120,rate:40";
const STREAM_MS = 3_000;
/** As long as a supervisor takes to start a process again, ms. */
const RESTART_MS = 300;
/** What has not happened by then does not happen, ms. */
const PATIENCE_MS = 40_000;

interface Asked {
  conversation: Conversation;
  question: Message;
  answer: Message;
  tabs: Recorder[];
}

/** Runs one fault and returns its history. @param moment 0 to 1: when in the life of the streams it strikes */
export async function strike(app: App, victim: Victim, moment: number): Promise<History> {
  const before = new Set((await app.simulator.journal()).map(({ seq }) => seq));
  const user = await app.aUser();
  const asked = await Promise.all(Array.from({ length: STREAMS }, (_, n) => begin(user, n)));
  await sleep(moment * STREAM_MS);
  const struckAt = performance.now();
  await kill(app, victim);
  const takeoverMs = await untilEnded(user, asked, struckAt);
  await app.allReady();
  await untilHeard(asked);
  const first = await readAll(user, asked);
  await untilSettled(user);
  const clients = asked.flatMap(({ tabs }, n) =>
    tabs.map((tab, t) => [`stream ${n} tab ${t}`, tab.heard.flatMap(seenOf)] as const),
  );
  return {
    acked: asked.map(({ question, answer }) => ({ userMessageId: question.id, assistantMessageId: answer.id })),
    clients: Object.fromEntries(clients),
    reads: [first, await readAll(user, asked)],
    ledger: await ledgerOf(user),
    billed: await billedOf(app, before),
    takeoverMs,
  };
}

async function begin(user: Account, n: number): Promise<Asked> {
  const conversation = await user.aConversation({ model: MODEL });
  const opened = Array.from({ length: TABS }, (_, tab) => user.open(conversation.id, tab % 2));
  const tabs = opened.map(({ socket }) => new Recorder(socket));
  await Promise.all(opened.map(({ socket }) => socket.online()));
  const body = { clientMessageId: crypto.randomUUID(), content: `stream ${n}` };
  const { userMessage, assistantMessage } = await user.workspace.messages.send(conversation.id, body);
  return { conversation, question: userMessage, answer: assistantMessage, tabs };
}

async function kill(app: App, victim: Victim): Promise<void> {
  if (victim === "redis") return app.killRedis({ empty: true });
  await app.kill(victim, "SIGKILL", 0);
  await sleep(RESTART_MS);
  await app.launch(victim, 0);
}

/** Waits for every end. @returns how long those took that the fault broke, null when it broke none */
async function untilEnded(user: Account, asked: readonly Asked[], struckAt: number): Promise<number | null> {
  let broken: number | null = null;
  const open = new Set(asked.map(({ answer }) => answer.id));
  while (open.size > 0 && performance.now() - struckAt < PATIENCE_MS) {
    for (const id of open) {
      // The API may be the victim: asked again.
      const message = await user.workspace.messages.get(id).catch(() => null);
      if (!message?.completedAt) continue;
      open.delete(id);
      if (message.status === "interrupted") broken = Math.max(broken ?? 0, performance.now() - struckAt);
    }
    await sleep(50);
  }
  return broken === null ? null : Math.round(broken);
}

/** Waits until every tab heard its end. @throws when one never does */
async function untilHeard(asked: readonly Asked[]): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  const deaf = () =>
    asked.flatMap(({ answer, tabs }, n) =>
      tabs.flatMap((tab, t) => (tab.ends(answer.id).length === 0 ? [`stream ${n} tab ${t}`] : [])),
    );
  while (deaf().length > 0 && performance.now() < deadline) await sleep(50);
  if (deaf().length > 0) throw new Error(`never heard the end: ${deaf().join(", ")}`);
}

/** Waits until every cost that can be known is known. */
async function untilSettled(user: Account): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  const open = async () =>
    (await ledgerOf(user)).some(({ costUsd, generationId }) => costUsd === null && generationId !== null);
  while ((await open()) && performance.now() < deadline) await sleep(200);
}

async function readAll(user: Account, asked: readonly Asked[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { conversation } of asked) {
    const messages = allOf((query) => user.workspace.conversations.messages(conversation.id, query));
    for await (const { id, status, attempt, content } of messages) rows.push({ id, status, attempt, content });
  }
  return rows;
}

async function ledgerOf(user: Account): Promise<History["ledger"]> {
  const rows: History["ledger"] = [];
  const calls = allOf((query) => user.workspace.calls(query));
  for await (const { generationId, costUsd, costState } of calls) rows.push({ generationId, costUsd, costState });
  return rows;
}

/** What the simulator billed since the strike began. */
async function billedOf(app: App, before: ReadonlySet<number>): Promise<History["billed"]> {
  const entries = (await app.simulator.journal()).filter(({ seq }) => !before.has(seq));
  return entries.flatMap(({ generationId, billed }) => {
    const costUsd = billed === null ? "0" : plainDecimal(billed);
    return generationId === null || costUsd === "0" ? [] : [{ generationId, costUsd }];
  });
}

function seenOf({ event, data }: Heard): Seen[] {
  if (event === "message:delta") {
    const { messageId, attempt, seq, text = "" } = data;
    return [{ kind: "delta", messageId, attempt, seq, text }];
  }
  if (event === "message:restarted") return [{ kind: "restarted", messageId: data.messageId, attempt: data.attempt }];
  if (!(TERMINAL_EVENTS as readonly string[]).includes(event)) return [];
  const { id, status, content } = (data as { message: Message }).message;
  return [{ kind: "end", messageId: id, status, content }];
}
