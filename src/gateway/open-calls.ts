// The gateway's calls of this process: their ledger rows, the process's sign of life, and their end when it stops.
import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from "@nestjs/common";
import { newId } from "#libs/database/index";
import { Logger } from "#libs/observability/index";
import { type CallRecord } from "#src/usage/call-record";
import { CallWriter } from "#src/usage/call-writer";
import { GenerationNotes } from "#src/usage/generation-notes";
import { type GenerationOfCall, type NewCall, ProviderCallsRepository } from "#src/usage/provider-calls.repository";
import { GatewayProcessesRepository } from "./gateway-processes.repository.js";

/** How often a process says that it lives, ms; {@link GatewayProcessesRepository} says when it counts as dead. */
const BEAT_MS = 2_000;
/** Streams that still run this long after the signal are ended with an error their client understands, ms. */
const GRACE_MS = 2_000;

/** A call that runs. */
export interface OpenCall {
  /** Ends the answer at once, with an error chunk, and the provider's call with it. */
  interrupt(): void;
  /** Settles when answer and ledger row are through. */
  readonly ended: Promise<unknown>;
}

@Injectable()
export class OpenCalls implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  readonly processId = newId();
  private readonly open = new Set<OpenCall>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly processes: GatewayProcessesRepository,
    private readonly calls: ProviderCallsRepository,
    private readonly writer: CallWriter,
    private readonly notes: GenerationNotes,
    private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.processes.beat(this.processId);
    this.timer = setInterval(() => {
      this.processes.beat(this.processId).catch((error: unknown) => this.logger.warn("gateway_beat_failed", { error }));
    }, BEAT_MS).unref();
  }

  /** Before the server closes: it waits for every answer that is still open. */
  async beforeApplicationShutdown(): Promise<void> {
    const running = [...this.open];
    const grace = setTimeout(() => {
      for (const call of running) call.interrupt();
    }, GRACE_MS);
    await Promise.allSettled(running.map(({ ended }) => ended));
    clearTimeout(grace);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await Promise.allSettled([...this.open].map(({ ended }) => ended));
    await this.processes.leave(this.processId).catch(() => undefined);
  }

  add(call: OpenCall): void {
    this.open.add(call);
    const drop = () => this.open.delete(call);
    call.ended.then(drop, drop);
  }

  /** Opens a ledger row before anything is sent, committed together with those of others. @returns its id */
  async begin(call: Omit<NewCall, "processId">): Promise<string> {
    const id = newId();
    await this.writer.write(async () => void (await this.beginWithin(call, id)));
    return id;
  }

  /** The same in the transaction that runs. */
  async beginWithin(call: Omit<NewCall, "processId">, id = newId()): Promise<string> {
    return this.calls.begin({ ...call, processId: this.processId }, id);
  }

  /** Writes the row of a call that a kept answer answers, committed together with those of others. */
  async fromCache(call: Omit<NewCall, "processId">): Promise<void> {
    await this.writer.write(async () => void (await this.calls.fromCache(call)));
  }

  /**
   * Keeps the provider's id of the generation. To be awaited before the first byte is passed on: after that no kill of this
   * process can lose what the call cost. It is in Redis then, and in the ledger with its next commit (`isLong`) or with the
   * end of the call; without Redis the commit is waited for.
   */
  async noteGeneration(callId: string, note: GenerationOfCall, isLong: boolean): Promise<void> {
    const { generationId, providerKeyId } = note;
    const inLedger = () => this.writer.write(() => this.calls.setGeneration(callId, generationId, providerKeyId));
    if (generationId === null) return isLong ? inLedger() : undefined;
    if (!(await this.notes.noted(callId, { generationId, providerKeyId }))) return inLedger();
    if (isLong) inLedger().catch((error: unknown) => this.logger.warn("generation_not_kept", { callId, error }));
  }

  /** Ends a ledger row. It is not worth an error to a client that has its answer: the row is then found as an orphan's is. */
  async end(record: CallRecord, providerKeyId: string | null, order: string): Promise<void> {
    const { callId, outcome, generationId } = record;
    await this.writer
      .writeLater(() => this.calls.end(callId, outcome, { generationId, providerKeyId }), order)
      .catch((error: unknown) => this.logger.error("gateway_call_not_ended", { callId, error }));
  }
}
