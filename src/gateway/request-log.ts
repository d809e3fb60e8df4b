// What workspaces log of their calls: copied on the way, written when the client has its answer and the ledger its row.
import { Injectable } from "@nestjs/common";
import type { FastifyRequest } from "fastify";
import { Database } from "#libs/database/index";
import { toOpenAiError } from "#libs/errors/index";
import { Logger } from "#libs/observability/index";
import { ProviderError } from "#libs/openrouter/index";
import { SealedLogs } from "#src/vault/sealed-logs";
import { type AnswerSink } from "./answer-copy.js";
import { GatewaySettings } from "./gateway-answer.entity.js";
import { type GatewayLog, type LogStatus } from "./gateway-log.entity.js";
import { type Endpoint } from "./gateway-request.js";
import { BodyCopy, pack } from "./log-body.js";
import { OpenCalls } from "./open-calls.js";
import { CLIENT_GONE, ownReason, type Relay } from "./relay.js";
import { UpstreamError } from "./upstream-error.js";

/** Most bytes of bodies that wait to be written in this process; what is beyond is not logged. */
export const MOST_WAITING_BYTES = 64 * 1024 * 1024;
/** Most calls, and most bytes of bodies, of one transaction. */
const AT_ONCE = 50;
const AT_ONCE_BYTES = 1024 * 1024;

/** A call that is to be written. */
interface LoggedCall extends Pick<GatewayLog, "id" | "workspaceId" | "path" | "status" | "httpStatus" | "streamed"> {
  createdAt: number;
  request: BodyCopy;
  answer: BodyCopy;
}

/** A request of a workspace that logs. */
export class LoggedRequest {
  private readonly body = new BodyCopy();

  constructor(
    readonly workspaceId: string,
    readonly path: string,
    bytes: Buffer,
    private readonly write: (call: LoggedCall) => void,
  ) {
    this.body.add(bytes);
  }

  /** One call to a provider. */
  attempt(id: string): LoggedAttempt {
    const { workspaceId, path, body: request } = this;
    const call = { id, workspaceId, path, request, answer: new BodyCopy(), createdAt: Date.now() };
    return new LoggedAttempt({ ...call, status: "answered", httpStatus: 200, streamed: false }, this.write);
  }

  /** The request was answered from what was kept. */
  cached(id: string, answer: Buffer, streamed: boolean): void {
    const attempt = this.attempt(id);
    attempt.add(answer);
    attempt.set("cached", streamed);
    attempt.keep();
  }
}

/** One call to a provider, as its client sees it. */
export class LoggedAttempt implements AnswerSink {
  constructor(
    private readonly call: LoggedCall,
    private readonly write: (call: LoggedCall) => void,
  ) {}

  add(chunk: Buffer): void {
    this.call.answer.add(chunk);
  }

  complete(): void {
    // How it ended is told by `ended`.
  }

  set(status: LogStatus, streamed: boolean): void {
    Object.assign(this.call, { status, streamed });
  }

  /** @param error what went wrong, if anything did @param reason why we ended it ourselves */
  ended(error: unknown, { streaming, words }: Pick<Relay, "streaming" | "words">, reason: unknown): void {
    const isStopped = reason === CLIENT_GONE;
    this.set(!error ? "answered" : isStopped ? "stopped" : "failed", streaming);
    if (!error || streaming) return;
    this.call.answer = new BodyCopy();
    this.call.httpStatus = null;
    if (isStopped) return;
    const told = error instanceof ProviderError ? new UpstreamError(error, words) : error;
    const body = toOpenAiError(ownReason(reason) ?? told);
    this.call.httpStatus = body.error.code;
    this.add(Buffer.from(JSON.stringify(body)));
  }

  /** Writes it, once the ledger has its row. Nobody waits for it. */
  keep(): void {
    this.write(this.call);
  }
}

@Injectable()
export class RequestLog {
  private readonly waiting: LoggedCall[] = [];
  private waitingBytes = 0;
  private running = false;

  constructor(
    private readonly db: Database,
    private readonly sealed: SealedLogs,
    private readonly open: OpenCalls,
    private readonly logger: Logger,
  ) {}

  /** To be asked for workspaces that log. */
  of(workspaceId: string, endpoint: Endpoint, { body }: Pick<FastifyRequest, "body">): LoggedRequest {
    const bytes = body instanceof Buffer ? body : Buffer.alloc(0);
    return new LoggedRequest(workspaceId, endpoint.path, bytes, (call) => this.keep(call));
  }

  private keep(call: LoggedCall): void {
    const size = sizeOf(call);
    if (this.waitingBytes + size > MOST_WAITING_BYTES) {
      this.failed(call, { reason: "too much waits" });
      return;
    }
    this.waitingBytes += size;
    this.waiting.push(call);
    if (this.running) return;
    this.running = true;
    // The end of the process waits for it.
    this.open.add({ ended: this.drain(), interrupt: () => undefined });
  }

  private async drain(): Promise<void> {
    for (let batch = this.next(); batch.length > 0; batch = this.next()) {
      await this.write(batch).catch((error: unknown) => this.oneByOne(batch, error));
      for (const call of batch) this.waitingBytes -= sizeOf(call);
    }
    this.running = false;
  }

  /** The next calls of one workspace: several would lock their rows in an order that others do not know. */
  private next(): LoggedCall[] {
    const batch: LoggedCall[] = [];
    let bytes = 0;
    while (batch.length < AT_ONCE && this.waiting[0]?.workspaceId === (batch[0] ?? this.waiting[0])?.workspaceId) {
      const call = this.waiting[0];
      if (!call || (batch.length > 0 && bytes + sizeOf(call) > AT_ONCE_BYTES)) break;
      bytes += sizeOf(call);
      batch.push(call);
      this.waiting.shift();
    }
    return batch;
  }

  private async write(batch: readonly LoggedCall[]): Promise<void> {
    const { workspaceId } = batch[0]!;
    const packed = await Promise.all(batch.map(({ request, answer }) => pack(request.read(), answer.read())));
    await this.db.transaction(async () => {
      // Held: who switches the log off and deletes it finds what was written before, or this finds it off.
      const [settings] = await this.db.select(GatewaySettings, `WHERE workspace_id = ?${this.db.dialect.forUpdate}`, [
        workspaceId,
      ]);
      if (!settings?.logOn) return;
      const rows = await this.sealed.seal(
        workspaceId,
        batch.map(({ id }, index) => ({ id, bytes: packed[index]! })),
      );
      for (const [index, call] of batch.entries())
        await this.db.insert("gateway_logs", { ...columnsOf(call), ...rows[index] });
    });
  }

  /** One of them failed and took the others along. */
  private async oneByOne(batch: readonly LoggedCall[], error: unknown): Promise<void> {
    if (batch.length === 1) this.failed(batch[0]!, { error });
    else
      for (const call of batch) await this.write([call]).catch((fault: unknown) => this.failed(call, { error: fault }));
  }

  /** No error of the client's: it has its answer. */
  private failed({ id: callId, workspaceId }: LoggedCall, why: { error: unknown } | { reason: string }): void {
    this.logger.warn("gateway_call_not_logged", { callId, workspaceId, ...why });
  }
}

function sizeOf({ request, answer }: LoggedCall): number {
  return request.size + answer.size;
}

function columnsOf(call: LoggedCall) {
  return {
    id: call.id,
    workspace_id: call.workspaceId,
    path: call.path,
    status: call.status,
    http_status: call.httpStatus,
    streamed: Number(call.streamed),
    request_bytes: call.request.bytes,
    request_cut: Number(call.request.cut),
    answer_bytes: call.answer.bytes,
    answer_cut: Number(call.answer.cut),
    created_at: call.createdAt,
  };
}
