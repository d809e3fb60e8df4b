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

const LINE_END = Buffer.from("\r\n");

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
    // Node frames a chunk with four writes; framed here it is one, which halves the cost of a token.
    this.res.chunkedEncoding = false;
    this.res.once("close", () => this.finish("left"));
    this.run(performance.now());
    if (!this.ended) this.ticker.add(this);
  }

  run(now: number): void {
    let text = "";
    for (let steps = 0; steps < STEPS_AT_ONCE; steps += 1) {
      const { value, done } = this.script.next();
      if (done) {
        this.complete(text);
        return;
      }
      if (typeof value === "string") {
        if (!this.form) text += value;
        else for (const part of this.form.push(value)) this.write(part);
      } else if (typeof value === "number") {
        this.dueAt += value;
        if (this.dueAt > now) break;
      } else {
        this.write(text);
        this.stop(value);
        return;
      }
    }
    this.write(text);
    if (this.res.writableNeedDrain) this.waitForDrain();
  }

  /** One write is one HTTP chunk. */
  private write(part: string | Buffer): void {
    if (part.length === 0 || this.res.destroyed) return;
    if (typeof part === "string") {
      this.res.write(`${Buffer.byteLength(part).toString(16)}\r\n${part}\r\n`);
      return;
    }
    this.res.write(Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, LINE_END]));
  }

  private waitForDrain(): void {
    this.ticker.remove(this);
    this.res.once("drain", () => {
      if (!this.ended) this.ticker.add(this);
    });
  }

  private complete(text: string): void {
    this.write(text);
    for (const part of this.form?.end() ?? []) this.write(part);
    this.finish("played");
    this.res.end("0\r\n\r\n");
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
