// Writes the one terminal state of a message: fenced by the claim, in one transaction with the ledger and the conversation.

import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { ChatCosts } from "./chat-costs.js";
import { GenerationTurns } from "./generation-turns.js";
import { type Claim, GenerationsRepository } from "./generations.repository.js";
import { Message, type TerminalStatus } from "./message.entity.js";

/** The end of a message: its state and everything that is known by then. */
export type Ending = Partial<Message> & { status: TerminalStatus };

@Injectable()
export class EndMessage {
  constructor(
    private readonly db: Database,
    private readonly generations: GenerationsRepository,
    private readonly costs: ChatCosts,
    private readonly turns: GenerationTurns,
  ) {}

  /**
   * @param settle ends the ledger rows of the message, in the same transaction
   * @returns the row as it stays, or null when the claim was lost: then nothing was written
   */
  async execute(claim: Claim, ending: Ending, settle: () => Promise<void>): Promise<Message | null> {
    return this.db.transaction(async () => {
      if (!(await this.generations.end(claim))) return null;
      this.db.afterCommit(() => this.turns.fill());
      await settle();
      const cost = await this.costs.ofMessage(claim.messageId);
      const changes = { ...ending, ...cost, completedAt: Date.now() };
      await this.db.repository(Message).update(claim.messageId, changes as never);
      const [row] = await this.db.select(Message, "WHERE id = ?", [claim.messageId]);
      const message = row!;
      await this.costs.addToConversation(message);
      return message;
    });
  }
}
