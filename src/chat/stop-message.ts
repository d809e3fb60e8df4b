// Stops a generation: at once when nobody works on it yet, else through its worker.

import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { type Actor } from "#src/auth/actor";
import { ChatEvents } from "./chat-events.js";
import { ChatTree } from "./chat-tree.js";
import { EndMessage } from "./end-message.js";
import { type Generation } from "./generation.entity.js";
import { GenerationsRepository } from "./generations.repository.js";
import { type Message } from "./message.entity.js";
import { keptOf } from "./stream-recovery.js";

@Injectable()
export class StopMessage {
  constructor(
    private readonly db: Database,
    private readonly tree: ChatTree,
    private readonly generations: GenerationsRepository,
    private readonly end: EndMessage,
    private readonly events: ChatEvents,
  ) {}

  /**
   * Repeats are harmless; a message that has ended is returned as it is. The end itself comes as an event.
   * @throws NotFoundError
   */
  async execute(actor: Actor, messageId: string): Promise<Message> {
    return this.db.transaction(async () => {
      const message = await this.tree.message(actor.workspaceId, messageId);
      const generation = await this.generations.find(messageId);
      if (!generation) return message;
      const unclaimed = generation.workerId === null;
      const ended = unclaimed ? await this.endNow(generation, message) : null;
      if (ended) return ended;
      // A worker has it, or took it just now: the row tells it at its next checkpoint, the message at once.
      await this.generations.requestStop(messageId);
      this.events.stopRequested(messageId);
      return message;
    });
  }

  private async endNow(generation: Generation, message: Message): Promise<Message | null> {
    const ended = await this.end.execute(generation, { status: "stopped", ...keptOf(message) }, async () => undefined);
    if (ended) this.events.ended(ended);
    return ended;
  }
}
