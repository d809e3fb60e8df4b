// Plays a script of events and pauses to one client, and notices when the client leaves.
import type { ServerResponse } from "node:http";
import type { ByteForm } from "./bytes.js";
import type { Task, Ticker } from "./ticker.js";

/** What a script can ask for beside text to write (string) and time to wait (number, ms). */
export const RESET = Symbol("reset the connection");
export const CLOSE = Symbol("close the connection in the middle");
export const HANG = Symbol("send nothing more");

export type Step = string | number | typeof RESET | typeof CLOSE | typeof HANG;
/** Yields steps; returns when the body is complete. */
export type Script = Iterator<Step, void>;

/** How a play ended: the script was played to its end, it cut the connection, or the client left before. */
export type PlayEnd = "played" | "cut" | "left";

/** Steps played in one go before others get their turn. */
const STEPS_AT_ONCE = 256;

/** One response being streamed. Started by `start`, driven by the ticker. */
export class Play implements Task {
  dueAt = performance.now();
  private ended = false;

  constructor(
    private readonly res: ServerResponse,
    private readonly script: Script,
    private readonly ticker: Ticker,
    private readonly form: ByteForm | undefined,
    private readonly onEnd: (end: PlayEnd) => void,
  ) {}

  /** Plays the first steps now and the rest when they are due. */
  start(): void {
    this.res.once("close", () => this.finish("left"));
    this.run(performance.now());
    if (!this.ended) this.ticker.add(this);
  }

  run(now: number): void {
    let text = "";
    for (let steps = 0; steps < STEPS_AT_ONCE; steps += 1) {
      const { value, done } = this.script.next();
      if (done) return this.complete(text);
      if (typeof value === "string") {
        if (!this.form) text += value;
        else for (const part of this.form.push(value)) this.res.write(part);
      } else if (typeof value === "number") {
        this.dueAt += value;
        if (this.dueAt > now) break;
      } else {
        this.write(text);
        return this.stop(value);
      }
    }
    this.write(text);
    if (this.res.writableNeedDrain) this.waitForDrain();
  }

  private write(text: string): void {
    if (text !== "" && !this.res.destroyed) this.res.write(text);
  }

  private waitForDrain(): void {
    this.ticker.remove(this);
    this.res.once("drain", () => {
      if (!this.ended) this.ticker.add(this);
    });
  }

  private complete(text: string): void {
    this.write(text);
    for (const part of this.form?.end() ?? []) this.res.write(part);
    this.finish("played");
    this.res.end();
  }

  private stop(how: typeof RESET | typeof CLOSE | typeof HANG): void {
    if (how === HANG) {
      this.ticker.remove(this);
      this.dueAt = Number.POSITIVE_INFINITY;
      return;
    }
    this.finish("cut");
    if (how === RESET) this.res.socket?.resetAndDestroy();
    else this.res.socket?.destroySoon();
  }

  private finish(end: PlayEnd): void {
    if (this.ended) return;
    this.ended = true;
    this.ticker.remove(this);
    this.onEnd(end);
  }
}
