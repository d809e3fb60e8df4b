// Shows what the processes write: prefixed with the process's name, and log lines short on a terminal.

import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** How output is shown. */
export interface OutputOptions {
  /** Log lines as a person reads them; else as they are. */
  human: boolean;
  /** Show lines below `warn` too. */
  everything: boolean;
  /** Show JSON lines without a prefix, for a log collector. */
  bare: boolean;
  color: boolean;
}

const WIDTH = 9;
const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"];
const COLORS: Record<string, string> = { warn: "\u001b[33m", error: "\u001b[31m", fatal: "\u001b[31m" };
const DIM = "\u001b[2m";
const PLAIN = "\u001b[0m";
/** Shown elsewhere in the line, or of no use to a person at a terminal. */
const LEFT_OUT = new Set(["level", "time", "event", "service", "pid", "name"]);
const MAX_VALUE = 160;

type LogLine = Record<string, unknown>;

function parse(line: string): LogLine | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return undefined;
  }
}

function detail([name, value]: [string, unknown]): string {
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return `${name}=${text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text}`;
}

/** A log line in a person's form: time, level, event, fields. */
export function humanForm(line: LogLine, color: boolean): string {
  const level = String(line["level"] ?? "info");
  const time = new Date(String(line["time"] ?? "")).toTimeString().slice(0, 8);
  const details = Object.entries(line)
    .filter(([name]) => !LEFT_OUT.has(name))
    .map(detail)
    .join(" ");
  const event = String(line["event"] ?? line["msg"] ?? "");
  if (!color) return `${time} ${level.padEnd(5)} ${event} ${details}`.trimEnd();
  return `${DIM}${time}${PLAIN} ${COLORS[level] ?? ""}${level.padEnd(5)} ${event}${PLAIN} ${DIM}${details}${PLAIN}`;
}

/** The text to show for a line of a process; undefined: it is not shown. */
export function shown(name: string, line: string, options: OutputOptions): string | undefined {
  const prefix = `${name.padEnd(WIDTH)} | `;
  const parsed = parse(line);
  if (!parsed) return line.trim() === "" ? undefined : prefix + line;
  const level = LEVELS.indexOf(String(parsed["level"] ?? "info"));
  if (!options.everything && level >= 0 && level < LEVELS.indexOf("warn")) return undefined;
  if (options.human) return prefix + humanForm(parsed, options.color);
  return options.bare ? line : prefix + line;
}

/** Writes the lines of all processes to one stream. */
export class Output {
  constructor(
    private readonly options: OutputOptions,
    private readonly write: (text: string) => void,
  ) {}

  /** Shows the lines of a stream as `name`'s. @param hidden lines that say nothing to a person */
  follow(name: string, stream: Readable | null, hidden?: RegExp): void {
    if (!stream) return;
    createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on("line", (line) => {
      if (hidden?.test(line)) return;
      const text = shown(name, line, this.options);
      if (text !== undefined) this.write(`${text}\n`);
    });
  }

  /** A line of the launcher's own. */
  say(line: string): void {
    this.write(`${line}\n`);
  }
}
