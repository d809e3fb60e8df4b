// Lets Nest's own notices come out as our JSON lines.
import type { LoggerService } from "@nestjs/common";
import { harmless } from "./log-fields.js";
import type { Logger } from "./logger.js";

/** Nest's LoggerService over ours. What Nest calls `log` is chatter of the start and goes to debug. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.pass("debug", message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.pass("error", message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.pass("warn", message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.pass("debug", message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.pass("debug", message, rest);
  }

  private pass(level: "debug" | "warn" | "error", message: unknown, rest: unknown[]): void {
    const scope = rest.at(-1);
    const error = message instanceof Error ? message : rest.find((item) => item instanceof Error);
    this.logger.write(level, "nest", {
      ...(typeof message === "string" && { notice: harmless(message) }),
      ...(typeof scope === "string" && !scope.includes("\n") && { scope }),
      ...(error !== undefined && { error }),
    });
  }
}
