// Honours Idempotency-Key on every POST: the first answer is given again, whatever is retried (draft-ietf-httpapi-idempotency-key-header).
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from "@nestjs/common";
import type { FastifyReply, FastifyRequest } from "fastify";
import { from, type Observable, of, switchMap } from "rxjs";
import { InvalidInputError } from "#libs/errors/index";
import { context, Logger } from "#libs/observability/index";
import { pathOf } from "../problem.filter.js";
import { type Claim, IdempotencyStore, type KeptAnswer } from "./idempotency.store.js";

const KEY = /^[\x21-\x7e]{1,255}$/;

@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly store: IdempotencyStore,
    private readonly logger: Logger,
  ) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (execution.getType() !== "http") return next.handle();
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    const given = request.headers["idempotency-key"];
    if (request.method !== "POST" || given === undefined || wantsStream(request)) return next.handle();
    if (typeof given !== "string" || !KEY.test(given)) {
      const message = "must be 1 to 255 printable ASCII characters";
      throw new InvalidInputError([{ path: "Idempotency-Key", message }]);
    }
    const reply = execution.switchToHttp().getResponse<FastifyReply>();
    return from(this.store.begin(scopeOf(request, given), context().userId ?? null, bodyOf(request))).pipe(
      switchMap((found) =>
        "id" in found ? from(this.answerFirst(found, next, reply)) : of(again(found, reply, request)),
      ),
    );
  }

  private async answerFirst(claim: Claim, next: CallHandler, reply: FastifyReply): Promise<unknown> {
    let value: unknown;
    try {
      value = await lastValue(next.handle());
    } catch (error) {
      await this.store
        .release(claim)
        .catch((cause: unknown) => this.logger.warn("idempotency_release_failed", { error: cause }));
      throw error;
    }
    const streamed = reply.sent || reply.raw.headersSent;
    const { statusCode } = reply;
    const keep = streamed || statusCode >= 400 ? undefined : keptAnswer(statusCode, value);
    // The work is done: that its answer could not be kept must not turn it into an error.
    await (keep ? this.store.finish(claim, keep) : this.store.release(claim)).catch((error: unknown) =>
      this.logger.warn("idempotency_keep_failed", { error }),
    );
    return value;
  }
}

/** Answers that are event streams have ids of their own to resume by, and cannot be kept. */
function wantsStream(request: FastifyRequest): boolean {
  return /\btext\/event-stream\b/i.test(request.headers.accept ?? "");
}

function scopeOf(request: FastifyRequest, key: string): string {
  // Callers without an account are told apart by address, so that one cannot ask for another's answer by guessing keys.
  const account = context().userId ?? `anonymous ${request.ip}`;
  return JSON.stringify([account, pathOf(request), key]);
}

/** Uploads are streams that the handler reads: their length and type stand for them. */
function bodyOf(request: FastifyRequest): unknown {
  const type = request.headers["content-type"] ?? "";
  if (/^multipart\//i.test(type)) return { multipart: request.headers["content-length"] ?? null };
  return request.body;
}

function keptAnswer(status: number, value: unknown): KeptAnswer | undefined {
  if (value === undefined || value === null) return { status, body: null };
  if (typeof value !== "object" || "pipe" in value || ArrayBuffer.isView(value) || "getStream" in value)
    return undefined;
  return { status, body: JSON.stringify(value) };
}

function again(kept: KeptAnswer, reply: FastifyReply, request: FastifyRequest): unknown {
  // An upload that nobody reads would keep the connection waiting.
  if (request.body === undefined) request.raw.resume();
  reply.code(kept.status).header("idempotency-replayed", "true");
  return kept.body === null ? undefined : JSON.parse(kept.body);
}

function lastValue(source: Observable<unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let last: unknown;
    source.subscribe({
      next: (value) => {
        last = value;
      },
      error: reject,
      complete: () => resolve(last),
    });
  });
}
