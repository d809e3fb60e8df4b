// The provider's id of a generation, in Redis from the moment the headers are read: the database has it only after a commit,
// and a worker that is killed in between must not lose the one thing by which the cost can be asked for.
import { Injectable } from "@nestjs/common";
import { Logger } from "#libs/observability/index";
import { PREFIX, RedisClients } from "#libs/redis/index";
import { type GenerationOfCall, ProviderCallsRepository } from "./provider-calls.repository.js";

/** A dead worker's calls are taken over within seconds; this also covers an instance that was down for a day, s. */
const KEPT_S = 2 * 24 * 3_600;

const keyOf = (callId: string): string => `${PREFIX}:generation:${callId}`;

@Injectable()
export class GenerationNotes {
  constructor(
    private readonly redis: RedisClients,
    private readonly calls: ProviderCallsRepository,
    private readonly logger: Logger,
  ) {}

  /** Writes the id down at once, without waiting: the command is with the kernel when this returns. */
  note(callId: string, generationId: string, providerKeyId: string | null): void {
    const note: GenerationOfCall = { generationId, providerKeyId };
    this.redis.main
      .set(keyOf(callId), JSON.stringify(note), "EX", KEPT_S)
      .catch((error: unknown) => this.logger.warn("generation_not_noted", { error }));
  }

  /** Gives the calls of a message the ids that their worker could not commit. Without Redis nothing is known. */
  async restore(messageId: string): Promise<void> {
    const calls = await this.calls.ofMessage(messageId);
    const open = calls.filter(({ generationId }) => generationId === null);
    if (open.length === 0) return;
    const notes = await this.redis.main.mget(open.map(({ id }) => keyOf(id))).catch(() => []);
    for (const [index, text] of notes.entries()) {
      if (text === null) continue;
      await this.calls.setGeneration(open[index]!.id, JSON.parse(text) as GenerationOfCall);
    }
  }
}
