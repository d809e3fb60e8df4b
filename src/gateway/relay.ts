// One answer of the provider on its way to a client: bytes as they come, the books beside them (performance: no re-encoding).
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import { type DomainError, toOpenAiError, UnauthorizedError, UnavailableError } from "#libs/errors/index";
import {
  AnswerTap,
  DEFAULT_SSE_LIMITS,
  type Exchange,
  type ExchangeFault,
  type ExchangeSink,
  errorFromAnswer,
  errorFromFault,
  ProviderError,
  WholeBody,
} from "#libs/openrouter/index";
import { type CallRecord } from "#src/usage/call-record";
import { type AnswerSink } from "./answer-copy.js";
import { errorEvent } from "./error-event.js";
import { type GatewayRequest } from "./gateway-request.js";
import { HideUsage } from "./hide-usage.js";
import { UpstreamError, type UpstreamWords } from "./upstream-error.js";
import { withFingerprint } from "./whole-answer.js";

/** What one answer needs. */
export interface RelayOptions {
  asked: GatewayRequest;
  request: FastifyRequest;
  reply: FastifyReply;
  record: CallRecord;
  /** The key that is used: told to nobody. */
  secret: string;
  /** The provider was asked for a usage chunk that the client did not ask for. */
  hideUsage: boolean;
  /** Gets what the client gets. */
  copy: AnswerSink | undefined;
  /** Keeps the provider's id of the generation; nothing of a stream is passed on before. */
  noteGeneration: (generationId: string | null) => Promise<void>;
  /** Ends the call in the books; an answer that came as a whole is passed on after it. */
  settle: () => Promise<void>;
}

/** The other end of the answer, for whoever has to end it early. */
export const CLIENT_GONE = "the client is gone";
export const STOPPING = "the server stops";
export const KEY_ENDED = "the platform key ended";

/** Takes the answer from an {@link Exchange}. */
export class Relay implements ExchangeSink {
  /** The head of a stream is out: no other answer can be given any more. */
  streaming = false;
  private readonly over = Promise.withResolvers<ProviderError | null>();
  /** Resolves when all that will come has gone to the client: with the fault, if there was one. Rejects when we fail ourselves. */
  readonly ended = this.over.promise;
  private exchange: Exchange | undefined;
  private tap: AnswerTap | undefined;
  /** Nothing more comes from the provider. */
  private complete = false;
  private status = 0;
  private headers: IncomingHttpHeaders = {};
  private whole: WholeBody | undefined;
  private opened: Promise<void> = Promise.resolve();
  private held: Buffer[] | undefined;
  private trailer = false;
  private readonly hide: HideUsage | undefined;

  constructor(private readonly options: RelayOptions) {
    this.hide = options.hideUsage ? new HideUsage() : undefined;
  }

  /** Sends the request. */
  start(exchange: Exchange): void {
    this.exchange = exchange;
    exchange.start();
  }

  /** All was passed on but the trailer: a client that leaves now is content. */
  get done(): boolean {
    return this.tap?.done ?? false;
  }

  /** What the provider said instead of an answer. */
  get words(): UpstreamWords | undefined {
    return this.whole && { body: this.whole.text(), secret: this.options.secret };
  }

  onHeaders(status: number, headers: IncomingHttpHeaders): void {
    this.status = status;
    this.headers = headers;
    const { record, asked } = this.options;
    const good = status < 300;
    this.tap = new AnswerTap(asked.endpoint.form, (event) => record.read(event), this.generationId);
    if (good) record.read({ type: "headers", generationId: this.generationId, status });
    const streamed = good && /^text\/event-stream/i.test(headers["content-type"] ?? "");
    if (!streamed) this.whole = new WholeBody(good ? DEFAULT_SSE_LIMITS.maxTotalBytes : undefined);
    if (!good) return;
    if (!streamed) {
      setImmediate(() => this.noteUnlessEnded());
      return;
    }
    this.held = [];
    this.opened = this.options.noteGeneration(this.generationId).then(() => this.open());
    this.opened.catch((error: unknown) => {
      this.exchange?.abandon();
      this.over.reject(error);
    });
  }

  onBytes(chunk: Buffer): boolean {
    if (this.whole) {
      if (this.whole.add(chunk) === "enough") {
        this.onEnd();
        this.exchange?.abandon();
      }
      // White space keeps a long unstreamed answer alive, so every byte of it is a sign of life.
      return this.status < 300;
    }
    const tap = this.tap!;
    const alive = tap.push(chunk);
    if (tap.output) this.options.record.outputSeen();
    if (tap.complete && !this.trailer) {
      this.trailer = true;
      this.exchange?.expectTrailer();
    }
    this.pass(this.hide ? this.hide.push(chunk) : chunk);
    return alive;
  }

  onEnd(): void {
    this.complete = true;
    if (this.whole) {
      this.endWhole(this.whole).catch((error: unknown) => this.over.reject(error));
      return;
    }
    this.opened.then(
      () => this.endStream(null),
      () => undefined,
    );
  }

  onFault(fault: ExchangeFault): void {
    this.complete = true;
    const known = {
      phase: this.tap?.output ? "after_output" : "before_output",
      generationId: this.generationId,
    } as const;
    const error = errorFromFault(fault, known);
    this.opened.then(
      () => (this.streaming ? this.endStream(error) : this.finish(error)),
      () => undefined,
    );
  }

  private get generationId(): string | null {
    const id = this.headers["x-generation-id"];
    return typeof id === "string" && id !== "" ? id : null;
  }

  private get response(): ServerResponse {
    return this.options.reply.raw;
  }

  /** Sends the head of the stream, at once, and what came meanwhile. */
  private open(): void {
    const { reply, request } = this.options;
    const { response } = this;
    this.streaming = true;
    reply.hijack();
    response.on("error", () => undefined);
    response.on("drain", () => this.exchange?.resume());
    for (const [name, value] of Object.entries({ ...reply.getHeaders(), ...this.answerHeaders() }))
      if (value !== undefined) response.setHeader(name, value);
    // RFC 9110 §6.5.1: only to those who say that they read trailers.
    if (/\btrailers\b/i.test(String(request.headers.te ?? ""))) response.setHeader("trailer", "x-parley-cost-usd");
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-store",
      "x-accel-buffering": "no",
    });
    response.flushHeaders();
    const held = this.held ?? [];
    this.held = undefined;
    for (const chunk of held) this.pass(chunk);
  }

  private pass(chunk: Buffer): void {
    if (chunk.length === 0) return;
    if (this.held) {
      this.held.push(chunk);
      return;
    }
    this.options.copy?.add(chunk);
    if (!this.response.destroyed && !this.response.write(chunk)) this.exchange?.pause();
  }

  private endStream(fault: ProviderError | null): void {
    const tap = this.tap!;
    const complete = tap.end();
    if (this.hide) this.pass(this.hide.end());
    const silent = complete ? null : (fault ?? this.interrupted());
    if (silent && !this.response.destroyed) this.pass(Buffer.from(this.lastWords(silent)));
    const { costUsd } = this.options.record.outcome;
    if (this.response.hasHeader("trailer") && costUsd != null)
      this.response.addTrailers({ "x-parley-cost-usd": costUsd });
    this.response.end();
    if (!silent && !tap.error) this.options.copy?.complete("text/event-stream; charset=utf-8");
    this.finish(silent ?? tap.error);
  }

  /** Most answers come with their headers, or soon after: their end tells the id. A kill must not lose that of the others. */
  private noteUnlessEnded(): void {
    if (this.complete) return;
    this.options.noteGeneration(this.generationId).catch(() => undefined);
  }

  private async endWhole(whole: WholeBody): Promise<void> {
    const { status, headers, generationId } = this;
    const body = whole.text();
    if (status >= 300) {
      this.finish(errorFromAnswer({ status, headers, body, generationId }));
      return;
    }
    try {
      this.tap!.whole(body);
    } catch (error) {
      this.finish(error instanceof ProviderError ? error : this.interrupted());
      return;
    }
    const { costUsd } = this.options.record.outcome;
    const { reply } = this.options;
    reply.headers(this.answerHeaders()).header("content-type", "application/json; charset=utf-8");
    if (costUsd != null) reply.header("x-parley-cost-usd", costUsd);
    const bytes = withFingerprint(this.options.asked.endpoint.form, whole.raw());
    this.options.copy?.add(bytes);
    this.options.copy?.complete("application/json; charset=utf-8");
    await this.options.settle();
    reply.send(bytes);
    this.finish(null);
  }

  private answerHeaders(): Record<string, string> {
    const { generationId } = this;
    return generationId === null ? {} : { "x-generation-id": generationId, "x-parley-generation-id": generationId };
  }

  private lastWords(error: ProviderError): string {
    const { asked, record } = this.options;
    const shown = ownReason(error.cause) ?? new UpstreamError(error);
    const identity = { id: record.generationId, model: record.outcome.servedModel ?? asked.model };
    return errorEvent(asked.endpoint.form, toOpenAiError(shown), identity);
  }

  private interrupted(): ProviderError {
    const phase = this.tap?.output ? "after_output" : "before_output";
    return new ProviderError("stream_interrupted", { phase, billed: "unknown", generationId: this.generationId });
  }

  private finish(error: ProviderError | null): void {
    if (error) this.options.record.failed(error);
    this.over.resolve(error);
  }
}

/** What a client is told when we end its call ourselves; undefined when the reason is another one. */
export function ownReason(reason: unknown): DomainError | undefined {
  if (reason === STOPPING) return new UnavailableError("The server restarts.");
  if (reason === KEY_ENDED) return new UnauthorizedError("This platform key has expired, was revoked or was narrowed.");
  return undefined;
}
