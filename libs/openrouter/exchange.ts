// One HTTP request and its answer on undici's dispatch: bytes are pushed, time limits kept, cancelling closes the connection at once.
import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { type TimeLimit, type Timeouts, Watchdog } from "./timeouts.js";

/** Bytes that count as a sign of life even without a line end, so that one long line on a slow line is not silence. */
const SIGN_OF_LIFE_BYTES = 1024;

/** What is asked, and where. */
export interface ExchangeRequest {
  readonly dispatcher: Dispatcher;
  readonly origin: string;
  readonly path: string;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly timeouts: Timeouts;
  readonly signal?: AbortSignal;
}

/** Why no (complete) answer came. */
export interface ExchangeFault {
  /** "failed": the network or HTTP; "rejected": the sink threw, `cause` is what it threw. */
  readonly reason: "cancelled" | "failed" | "rejected" | TimeLimit;
  /** The request was (at least partly) written, so it may have been worked on. */
  readonly sent: boolean;
  readonly headersSeen: boolean;
  readonly cause: unknown;
}

/** Who takes the answer. After `onEnd` or `onFault` nothing more comes. */
export interface ExchangeSink {
  onHeaders(status: number, headers: IncomingHttpHeaders): void;
  /** Returns whether the bytes held a sign of life (a complete line). What it throws ends the exchange and is passed to onFault. */
  onBytes(chunk: Buffer): boolean;
  onEnd(): void;
  onFault(fault: ExchangeFault): void;
}

/** A running exchange. Construct, then `start()`. */
export class Exchange implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | null = null;
  private readonly watchdog: Watchdog;
  private settled = false;
  private headersSeen = false;
  private bodySeen = false;
  private bytesSinceSign = 0;
  private readonly onAbort: () => void;

  constructor(
    private readonly request: ExchangeRequest,
    private readonly sink: ExchangeSink,
  ) {
    this.watchdog = new Watchdog(request.timeouts.totalMs, (limit) => this.fail(limit, undefined));
    // Not assigned as a literal: V8 makes a function literal that is assigned to a property among its old objects at once
    // (ParserBase::CheckAssigningFunctionLiteralToProperty), and there it keeps the whole call alive until a full collection.
    const onAbort = (): void => this.fail("cancelled", request.signal?.reason);
    this.onAbort = onAbort;
  }

  /** Sends the request. Everything else happens by the sink, never before this returns. */
  start(): void {
    const { dispatcher, signal, timeouts, origin, path, method, headers, body } = this.request;
    if (signal?.aborted) {
      queueMicrotask(this.onAbort);
      return;
    }
    signal?.addEventListener("abort", this.onAbort, { once: true });
    this.watchdog.watch("connect", timeouts.connectMs);
    const options = { origin, path, method, headers, headersTimeout: 0, bodyTimeout: 0 };
    try {
      dispatcher.dispatch(body === undefined ? options : { ...options, body }, this);
    } catch (error) {
      queueMicrotask(() => this.fail("failed", error));
    }
  }

  /** Gives the answer up and closes its connection, without a word to the sink. */
  abandon(): void {
    if (this.settle()) this.close(new Error("abandoned"));
  }

  /** Stops reading until `resume`; the other side feels it through TCP. */
  pause(): void {
    if (this.settled) return;
    this.controller?.pause();
    this.watchdog.suspend();
  }

  /** Goes on reading. */
  resume(): void {
    if (this.settled) return;
    this.watchdog.watch("idle", this.request.timeouts.idleMs);
    this.controller?.resume();
  }

  /** The answer is complete but for its trailer: from now on a shorter limit holds. */
  expectTrailer(): void {
    if (!this.settled) this.watchdog.watch("trailer", this.request.timeouts.trailerMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.settled) controller.abort(new Error("settled before it was sent"));
    else this.watchdog.watch("first_byte", this.request.timeouts.firstByteMs);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200 || this.settled) return;
    this.headersSeen = true;
    this.guard(() => {
      // We asked for none; unpacking it would open the door to a bomb. An error's status tells enough without its body.
      if (status < 300 && isCompressed(headers)) throw new Error("compressed answer");
      this.sink.onHeaders(status, headers);
    });
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.settled) return;
    if (!this.bodySeen) {
      this.bodySeen = true;
      this.watchdog.watch("idle", this.request.timeouts.idleMs);
    }
    this.bytesSinceSign += chunk.length;
    this.guard(() => {
      if (!this.sink.onBytes(chunk) && this.bytesSinceSign < SIGN_OF_LIFE_BYTES) return;
      this.bytesSinceSign = 0;
      this.watchdog.sign();
    });
  }

  onResponseEnd(): void {
    if (this.settle()) this.sink.onEnd();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail("failed", error);
  }

  /** An error thrown into undici's parser would be reported as a broken connection: it ends the exchange as itself. */
  private guard(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.fail("rejected", error);
    }
  }

  private fail(reason: ExchangeFault["reason"], cause: unknown): void {
    if (!this.settle()) return;
    this.close(new Error(reason));
    this.sink.onFault({ reason, sent: this.controller !== null, headersSeen: this.headersSeen, cause });
  }

  private settle(): boolean {
    if (this.settled) return false;
    this.settled = true;
    this.watchdog.stop();
    this.request.signal?.removeEventListener("abort", this.onAbort);
    return true;
  }

  private close(reason: Error): void {
    if (this.controller !== null && !this.controller.aborted) this.controller.abort(reason);
  }
}

function isCompressed(headers: IncomingHttpHeaders): boolean {
  const encoding = headers["content-encoding"];
  return encoding !== undefined && encoding !== "" && encoding.toLowerCase() !== "identity";
}
