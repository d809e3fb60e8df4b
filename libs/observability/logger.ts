// The logger: JSON lines with an event name, the ids of the context and allow-listed fields.
import { Injectable } from "@nestjs/common";
import { type DestinationStream, type Logger as Pino, pino, stdTimeFunctions } from "pino";
import { context } from "./context.js";
import { allowedFields, harmless, type LogFields } from "./log-fields.js";

/** How a logger is made. */
export interface LoggerOptions {
  level: string;
  /** The process: `api`, `worker`, `cli` … */
  service: string;
  /** Default: standard output. */
  destination?: DestinationStream;
}

type Level = "debug" | "info" | "warn" | "error";

/** Writes log lines. `event` is a fixed name in snake_case, never text from outside. */
@Injectable()
export class Logger {
  private readonly pino: Pino;

  constructor(options: LoggerOptions) {
    this.pino = pino(
      {
        level: options.level,
        base: { service: options.service, pid: process.pid },
        timestamp: stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
        messageKey: "event",
      },
      // Synchronous: the asynchronous kind tries for ever to write its rest at exit when the reader of the pipe is gone
      // (sonic-boom's flushSync on EPIPE), and a process whose launcher was killed would never end.
      options.destination ?? pino.destination({ fd: 1, sync: true }),
    );
  }

  debug(event: string, fields: LogFields = {}): void {
    this.write("debug", event, fields);
  }

  info(event: string, fields: LogFields = {}): void {
    this.write("info", event, fields);
  }

  warn(event: string, fields: LogFields = {}): void {
    this.write("warn", event, fields);
  }

  error(event: string, fields: LogFields = {}): void {
    this.write("error", event, fields);
  }

  /** False when lines of this level are left out: what is costly to say need not be put together. */
  writes(level: Level): boolean {
    return this.pino.isLevelEnabled(level);
  }

  /** Writes at a level that was chosen elsewhere (an error's own). */
  write(level: Level, event: string, fields: LogFields = {}): void {
    if (!this.pino.isLevelEnabled(level)) return;
    this.pino[level]({ ...context(), ...allowedFields(fields) }, harmless(event));
  }
}
