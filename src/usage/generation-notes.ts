// The provider's id of a generation, in Redis from the moment the headers are read: the database has it only after a commit,
// and a worker that is killed in between must not lose the one thing by which the cost can be asked for.
import { Injectable } from "@nestjs/common";
import { Logger } from "#libs/observability/index";
import { PREFIX, RedisClients } from "#libs/redis/index";
import { type ProviderCall } from "./provider-call.entity.js";
import { type GenerationOfCall, ProviderCallsRepository } from "./provider-calls.repository.js";

/** A dead worker's calls are taken over within seconds; this also covers an instance that was down for a day, s. */
const KEPT_S = 2 * 24 * 3_600;

const keyOf = (callId: string): string => `${PREFIX}:generation:${callId}`;

type Note = GenerationOfCall & { generationId: string };

@Injectable()
export class GenerationNotes {
  /** Of this turn of the event loop: they go to Redis in one write. */
  private waiting: [key: string, note: string][] = [];
  private written: Promise<boolean> | undefined;

  constructor(
    private readonly redis: RedisClients,
    private readonly calls: ProviderCallsRepository,
    private readonly logger: Logger,
  ) {}

  /** Writes the id down at once, without waiting: the command is with the kernel when this returns. */
  note(callId: string, generationId: string, providerKeyId: string | null): void {
    const note: Note = { generationId, providerKeyId };
    this.redis.main
      .set(keyOf(callId), JSON.stringify(note), "EX", KEPT_S)
      .catch((error: unknown) => this.logger.warn("generation_not_noted", { error }));
  }

  /**
   * As {@link note}, together with what others note in this turn of the event loop.
   * @returns true once the commands are with the kernel; false: Redis is away, nothing was noted
   */
  noted(callId: string, note: Note): Promise<boolean> {
    this.waiting.push([keyOf(callId), JSON.stringify(note)]);
    this.written ??= new Promise((resolve) => setImmediate(() => resolve(this.write())));
    return this.written;
  }

  private write(): boolean {
    const notes = this.waiting;
    this.waiting = [];
    this.written = undefined;
    if (!this.redis.available) return false;
    const pipeline = this.redis.main.pipeline();
    for (const [key, note] of notes) pipeline.set(key, note, "EX", KEPT_S);
    pipeline.exec().catch((error: unknown) => this.logger.warn("generation_not_noted", { error }));
    return true;
  }

  /** Gives the calls of a message the ids that their worker could not commit. Without Redis nothing is known. */
  async restore(messageId: string): Promise<void> {
    await this.restoreCalls(await this.calls.ofMessage(messageId));
  }

  /** As {@link restore}, for calls that were read before. */
  async restoreCalls(calls: readonly ProviderCall[]): Promise<void> {
    const open = calls.filter(({ generationId }) => generationId === null);
    if (open.length === 0) return;
    const notes = await this.redis.main.mget(open.map(({ id }) => keyOf(id))).catch(() => []);
    for (const [index, text] of notes.entries()) {
      if (text === null) continue;
      const { generationId, providerKeyId } = JSON.parse(text) as Note;
      await this.calls.setGeneration(open[index]!.id, generationId, providerKeyId);
    }
  }
}
