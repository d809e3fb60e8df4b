// The gateway's calls of this process: their ledger rows, the process's sign of life, and their end when it stops.
import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from "@nestjs/common";
import { Bag } from "#libs/bag/index";
import { newId } from "#libs/database/index";
import { Logger } from "#libs/observability/index";
import { CallWriter, type OpeningCall } from "#src/usage/call-writer";
import { type Gate, type Opened, type Passage } from "#src/usage/gate";
import { type CallEnd, type GenerationOfCall, type NewCall } from "#src/usage/provider-calls.repository";
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
  private readonly open = new Bag<OpenCall>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly processes: GatewayProcessesRepository,
    private readonly writer: CallWriter,
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
    const drop = this.open.add(call);
    call.ended.then(drop, drop);
  }

  /** Opens a ledger row before anything is sent, if the gate lets the call begin. */
  begin<Ask, P extends Passage>(
    call: Omit<OpeningCall, "processId">,
    ask: Ask,
    gate: Gate<Ask, P>,
  ): Promise<Opened<P>> {
    return this.writer.open({ ...call, processId: this.processId }, ask, gate);
  }

  /** Writes the row of a call that a kept answer answers. @returns its id */
  fromCache(call: Omit<NewCall, "processId">): Promise<string> {
    return this.writer.fromCache(call);
  }

  /**
   * Keeps the provider's id of the generation: from then on no kill of this process can lose what the call cost.
   * @returns once it is committed
   */
  async noteGeneration(callId: string, generation: GenerationOfCall): Promise<void> {
    try {
      await this.writer.setGeneration(callId, generation);
    } catch (error) {
      this.logger.warn("generation_not_kept", { callId, error });
      throw error;
    }
  }

  /**
   * Ends a ledger row. It is not worth an error to a client that has its answer: the row is then found as an orphan's is.
   * @param isAwaited the answer waits for it
   */
  async end(end: CallEnd, { isAwaited }: { isAwaited: boolean }): Promise<void> {
    const written = isAwaited ? this.writer.end(end) : this.writer.endLater(end);
    await written.catch((error: unknown) => this.logger.error("gateway_call_not_ended", { callId: end.id, error }));
  }
}
