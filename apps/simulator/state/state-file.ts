// Calls that survive a restart: JSON lines appended as they begin and end, read back at the start.
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { Decimal } from "../money/decimal.js";
import { asObject, parseExact } from "../wire/json.js";
import type { Accounts } from "./accounts.js";
import type { GenerationRecord, Generations } from "./generations.js";
import type { Journal, JournalEntry } from "./journal.js";

/** What is brought back after a restart. */
type Restored = { readonly journal: Journal; readonly generations: Generations; readonly accounts: Accounts };

/** A line of the file. A call that was opened and never closed was cut by the simulator's own end. */
type Line = { readonly open: JournalEntry } | { readonly closed: JournalEntry; readonly record: GenerationRecord };

const CALLS_KEPT = 20_000;

function withoutBody(entry: JournalEntry): JournalEntry {
  const { body: _body, ...rest } = entry;
  return rest;
}

/** The record of a call whose end nobody saw: nothing provable was produced, so it is closed at cost 0. */
function cutRecord(entry: JournalEntry): GenerationRecord {
  const data = {
    id: entry.generationId,
    request_id: entry.id,
    model: entry.servedModel,
    provider_name: entry.provider,
    api_type: "completions",
    streamed: entry.stream,
    cancelled: true,
    finish_reason: null,
    native_finish_reason: null,
    created_at: entry.at,
    native_tokens_prompt: 0,
    native_tokens_completion: 0,
    native_tokens_reasoning: 0,
    native_tokens_cached: 0,
    total_cost: 0,
    usage: 0,
    is_byok: false,
  };
  return { id: entry.generationId ?? "", key: entry.key ?? "", visibleAt: 0, data };
}

/** The state file. Every line is written before the call goes on, so that a kill loses none. */
export class StateFile {
  private handle: number | undefined;

  constructor(private readonly path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.handle = openSync(path, "a", 0o600);
  }

  /** A call has got its headers. */
  opened(entry: JournalEntry): void {
    this.append({ open: withoutBody(entry) });
  }

  /** A call is settled. */
  closed(entry: JournalEntry, record: GenerationRecord): void {
    this.append({ closed: withoutBody(entry), record });
  }

  private append(line: Line): void {
    // Once closed, the number may belong to another file or socket.
    if (this.handle !== undefined) writeSync(this.handle, `${JSON.stringify(line)}\n`);
  }

  /** Brings journal, records and spend back into a new world, and shortens the file to what it keeps. */
  restore(world: Restored): void {
    if (!existsSync(this.path)) return;
    const calls = this.read();
    for (const { entry, record } of calls) {
      world.journal.restore(entry);
      world.generations.add(record);
      world.accounts.restore(record.key, Decimal.parse(entry.billed ?? "0"), entry.at);
    }
    this.rewrite(calls);
  }

  private read(): { entry: JournalEntry; record: GenerationRecord }[] {
    const calls = new Map<string, { entry: JournalEntry; record: GenerationRecord }>();
    for (const text of readFileSync(this.path, "utf8").split("\n")) {
      const line = parseLine(text);
      if (line && "open" in line) {
        const entry: JournalEntry = { ...line.open, outcome: "broken", billed: "0", finishedAt: line.open.at };
        calls.set(entry.id, { entry, record: cutRecord(entry) });
      } else if (line) {
        calls.set(line.closed.id, { entry: line.closed, record: line.record });
      }
    }
    return [...calls.values()].slice(-CALLS_KEPT);
  }

  private rewrite(calls: readonly { entry: JournalEntry; record: GenerationRecord }[]): void {
    const lines = calls.map(({ entry, record }) => `${JSON.stringify({ closed: entry, record })}\n`);
    writeFileSync(`${this.path}.new`, lines.join(""), { mode: 0o600 });
    this.close();
    renameSync(`${this.path}.new`, this.path);
    this.handle = openSync(this.path, "a", 0o600);
  }

  /** Empties the file. */
  clear(): void {
    this.rewrite([]);
  }

  /** Writes nothing from now on. */
  close(): void {
    if (this.handle !== undefined) closeSync(this.handle);
    this.handle = undefined;
  }
}

/** A line, or undefined for a torn last one. Money in the record keeps its digits. */
function parseLine(text: string): Line | undefined {
  if (text === "") return undefined;
  try {
    const line = JSON.parse(text) as Line;
    if ("open" in line) return line;
    const data = asObject(asObject(asObject(parseExact(text))?.["record"])?.["data"]);
    return data ? { closed: line.closed, record: { ...line.record, data } } : undefined;
  } catch {
    return undefined;
  }
}
