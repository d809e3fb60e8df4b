// The least that a pass-through with Parley's ledger can cost: bare, plus a row before each call, and its end on the disk before
// the answer goes out. No key, no rights, no rates, no budgets. Answers that are not streamed alone.
import { fdatasync, open } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { Pool } from "undici";
import { newId } from "#libs/database/index";
import { AnswerTap, type UsageEvent } from "#libs/openrouter/index";

/** The part of better-sqlite3 that is used; it comes without types. */
interface Connection {
  pragma(text: string): unknown;
  prepare(sql: string): { run(...params: unknown[]): unknown };
}
const Sqlite = createRequire(import.meta.url)("better-sqlite3") as new (file: string) => Connection;

/** Between the begins of two commits, ms, as the gateway does it under load: many calls share one. */
const COMMIT_MS = 3;

/** `file`: a database with Parley's schema. */
const [origin = "", file = ""] = process.argv.slice(2);
const workspaceId = newId();
const pool = new Pool(origin, { pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
const db = new Sqlite(file);
db.pragma("journal_mode = WAL");
db.pragma("synchronous = NORMAL");

db.prepare("INSERT INTO workspaces (id, name, created_at) VALUES (?, 'bench', 0)").run(workspaceId);
const begin = db.prepare(`INSERT INTO provider_calls
  (id, workspace_id, user_id, kind, attempt, model, api_key_id, process_id, created_at, state, reconcile_tries)
  VALUES (?, ?, 'u', 'gateway', 1, 'bench/whole', 'k', 'p', ?, 'estimated', 0)`);
const end =
  db.prepare(`UPDATE provider_calls SET served_model = 'bench', provider = 'Bench', prompt_tokens = ?, completion_tokens = ?,
  cost_usd = ?, cost_pico = 1000000, finish_reason = 'stop', latency_ms = 1, state = 'final', settled_at = ?, process_id = NULL,
  generation_id = ?, provider_key_id = 'v' WHERE id = ? AND cost_pico IS NULL`);
const [lock, commit] = [db.prepare("BEGIN IMMEDIATE"), db.prepare("COMMIT")];

interface Write {
  run: () => void;
  after: () => void;
  /** What follows waits for the disk. */
  isSynced: boolean;
}

let queue: Write[] = [];
let waiting: (() => void)[] = [];
let isPlanned = false;
let isSyncing = false;
let last = 0;
let log = 0;
open(`${file}-wal`, "r+", (error, fd) => {
  if (error) throw error;
  log = fd;
});

function write(one: Write): void {
  queue.push(one);
  if (isPlanned) return;
  isPlanned = true;
  const left = last + COMMIT_MS - performance.now();
  if (left > 0) setTimeout(drain, left);
  else setImmediate(drain);
}

function drain(): void {
  isPlanned = false;
  last = performance.now();
  const writes = queue;
  queue = [];
  lock.run();
  for (const { run } of writes) run();
  commit.run();
  for (const { isSynced, after } of writes)
    if (isSynced) waiting.push(after);
    else after();
  sync();
}

function sync(): void {
  if (isSyncing || waiting.length === 0) return;
  isSyncing = true;
  const told = waiting;
  waiting = [];
  fdatasync(log, (error) => {
    if (error) throw error;
    isSyncing = false;
    for (const then of told) then();
    sync();
  });
}

function pass(path: string, body: Buffer, response: ServerResponse): void {
  const id = newId();
  const parts: Buffer[] = [];
  let generation = "";
  const answered = (): void => {
    const bytes = Buffer.concat(parts);
    let told: UsageEvent | undefined;
    new AnswerTap(
      "chat",
      (event) => {
        if (event.type === "usage") told = event;
      },
      generation,
    ).whole(bytes.toString());
    const { prompt_tokens, completion_tokens } = told!.usage;
    write({
      run: () => end.run(prompt_tokens, completion_tokens, told!.costUsd, Date.now(), generation, id),
      after: () => response.writeHead(200, { "content-type": "application/json" }).end(bytes),
      isSynced: true,
    });
  };
  const call = (): void => {
    pool.dispatch(
      { path, method: "POST", headers: { "content-type": "application/json" }, body },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_controller, _status, headers) => {
          generation = String(headers["x-generation-id"]);
        },
        onResponseData: (_controller, chunk) => {
          parts.push(chunk);
        },
        onResponseEnd: answered,
        onResponseError: () => response.destroy(),
      },
    );
  };
  write({ run: () => begin.run(id, workspaceId, Date.now()), after: call, isSynced: false });
}

const server = createServer((request: IncomingMessage, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => pass(request.url ?? "/", Buffer.concat(parts), response));
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.({ port: typeof address === "object" ? address?.port : 0 });
});
process.on("disconnect", () => process.exit(0));
