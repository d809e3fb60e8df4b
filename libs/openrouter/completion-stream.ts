// A streamed completion as an async iterable: joins connection, SSE parser and reader, and slows the sender when its reader is slow.
import type { IncomingHttpHeaders } from "node:http";
import { CompletionReader } from "./completion-reader.js";
import { errorFromAnswer } from "./error-mapping.js";
import { asText } from "./error-metadata.js";
import { ProviderError } from "./errors.js";
import type { CompletionEvent } from "./events.js";
import { Exchange, type ExchangeFault, type ExchangeRequest, type ExchangeSink } from "./exchange.js";
import { errorFromFault } from "./fault-mapping.js";
import { type SseLimits, SseParser } from "./sse.js";
import { WholeBody } from "./whole-body.js";

const PAUSE_AT_EVENTS = 512;
const RESUME_AT_EVENTS = 64;
/** Faults that end an answer well when its finish reason was read: only usage or `[DONE]` did not come. */
const AFTER_THE_FINISH = new Set<ExchangeFault["reason"]>(["trailer", "idle", "failed"]);
const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** What a stream needs besides its request. */
export interface CompletionStreamOptions {
  readonly limits: SseLimits;
  /** Called as soon as the headers of a good answer are there, before any event is read; must not throw. */
  readonly onHeaders?: (headers: { readonly generationId: string | null; readonly status: number }) => void;
}

/**
 * One streamed completion; read it once, with `for await`. The request is sent at the first read. Leaving the loop closes
 * the connection, which is how a generation is cancelled. Faults are thrown as {@link ProviderError}, after the events
 * that came before them.
 */
export class CompletionStream implements AsyncIterableIterator<CompletionEvent>, ExchangeSink {
  private readonly exchange: Exchange;
  private readonly reader: CompletionReader;
  private readonly parser: SseParser;
  private whole: WholeBody | null = null;
  private status = 0;
  private headers: IncomingHttpHeaders = {};
  private queue: CompletionEvent[] = [];
  private waiter: PromiseWithResolvers<IteratorResult<CompletionEvent, undefined>> | null = null;
  private state: "new" | "running" | "over" = "new";
  private failure: ProviderError | null = null;
  private paused = false;
  private trailer = false;

  constructor(
    request: ExchangeRequest,
    private readonly options: CompletionStreamOptions,
  ) {
    this.reader = new CompletionReader((event) => this.push(event), null);
    this.parser = new SseParser((data, name, cut) => this.reader.read(data, name, cut), options.limits);
    this.exchange = new Exchange(request, this);
  }

  /** X-Generation-Id or the id of the chunks, as soon as either was seen. */
  get generationId(): string | null {
    return this.reader.generationId;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<CompletionEvent, undefined>> {
    if (this.state === "new") {
      this.state = "running";
      this.exchange.start();
    }
    const event = this.take();
    if (event !== undefined) return Promise.resolve({ done: false, value: event });
    if (this.failure !== null) {
      const failure = this.failure;
      this.failure = null;
      return Promise.reject(failure);
    }
    if (this.state === "over") return Promise.resolve(DONE);
    this.waiter ??= Promise.withResolvers();
    return this.waiter.promise;
  }

  return(): Promise<IteratorResult<CompletionEvent, undefined>> {
    this.exchange.abandon();
    this.queue = [];
    this.failure = null;
    this.finish(null);
    return Promise.resolve(DONE);
  }

  onHeaders(status: number, headers: IncomingHttpHeaders): void {
    this.status = status;
    this.headers = headers;
    const generationId = asText(headers["x-generation-id"]);
    this.reader.generationId = generationId;
    const good = status < 300;
    if (!good || isWholeAnswer(headers))
      this.whole = new WholeBody(good ? this.options.limits.maxTotalBytes : undefined);
    if (!good) return;
    this.options.onHeaders?.({ generationId, status });
    this.push({ type: "headers", generationId, status });
  }

  onBytes(chunk: Buffer): boolean {
    if (this.whole !== null) return this.onWholeBytes(this.whole, chunk);
    const lines = this.parser.lines;
    this.parser.push(chunk);
    if (!this.trailer && this.reader.finished) {
      this.trailer = true;
      this.exchange.expectTrailer();
    }
    // The connection is left to end its body, so that it can be used again.
    if (this.reader.done) this.finish(null);
    return this.parser.lines > lines;
  }

  onEnd(): void {
    if (this.state === "over") return;
    try {
      if (this.whole === null) {
        this.parser.end();
        if (!this.reader.done) this.reader.end();
      } else if (this.status < 300) {
        this.reader.readWhole(this.whole.text());
      } else {
        throw this.errorAnswer(this.whole.text());
      }
      this.finish(null);
    } catch (error) {
      this.fail(error);
    }
  }

  onFault(fault: ExchangeFault): void {
    if (this.state === "over") return;
    // Text and finish reason are complete: what breaks behind them takes nothing from the answer but its usage.
    if (this.reader.finished && AFTER_THE_FINISH.has(fault.reason)) {
      this.onEnd();
      return;
    }
    this.reader.flushUsage();
    this.fail(errorFromFault(fault, this.reader));
  }

  private onWholeBytes(whole: WholeBody, chunk: Buffer): boolean {
    if (whole.add(chunk) === "enough") {
      this.onEnd();
      this.exchange.abandon();
    }
    return false;
  }

  private errorAnswer(body: string): ProviderError {
    const { status, headers } = this;
    return errorFromAnswer({ status, headers, body, generationId: this.reader.generationId });
  }

  private push(event: CompletionEvent): void {
    if (this.state === "over") return;
    const waiter = this.waiter;
    if (waiter !== null) {
      this.waiter = null;
      waiter.resolve({ done: false, value: event });
      return;
    }
    this.queue.push(event);
    if (!this.paused && this.queue.length >= PAUSE_AT_EVENTS) {
      this.paused = true;
      this.exchange.pause();
    }
  }

  private take(): CompletionEvent | undefined {
    const event = this.queue.shift();
    if (event === undefined) return undefined;
    if (this.paused && this.queue.length <= RESUME_AT_EVENTS) {
      this.paused = false;
      this.exchange.resume();
    }
    return event;
  }

  private fail(error: unknown): void {
    this.finish(error instanceof ProviderError ? error : this.reader.fault("invalid_response", error));
  }

  private finish(failure: ProviderError | null): void {
    if (this.state === "over") return;
    this.state = "over";
    const waiter = this.waiter;
    this.waiter = null;
    if (waiter === null) this.failure = failure;
    else if (failure === null) waiter.resolve(DONE);
    else waiter.reject(failure);
  }
}

/** A stream was asked for; JSON or HTML instead is an `{error}` in a 200, a whole answer, or a page of some edge. */
function isWholeAnswer(headers: IncomingHttpHeaders): boolean {
  const type = asText(headers["content-type"]) ?? "";
  return /json|html/i.test(type);
}
