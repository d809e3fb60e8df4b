// A call's cost came in late: the message and the conversation show it.

import { Injectable, type OnModuleInit } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { CallSettlement } from "#src/usage/call-settlement";
import { ChatCosts } from "./chat-costs.js";
import { ChatEvents } from "./chat-events.js";
import { ConversationsRepository } from "./conversations.repository.js";
import { type Message } from "./message.entity.js";

@Injectable()
export class SettleMessage implements OnModuleInit {
  constructor(
    private readonly db: Database,
    private readonly settlement: CallSettlement,
    private readonly costs: ChatCosts,
    private readonly conversations: ConversationsRepository,
    private readonly events: ChatEvents,
  ) {}

  onModuleInit(): void {
    this.settlement.onSettled((call) => this.execute(() => this.costs.settleLate(call)));
    this.settlement.onCorrected((call, delta) => this.execute(() => this.costs.correct(call, delta)));
  }

  private async execute(change: () => Promise<Message | null>): Promise<void> {
    await this.db.transaction(async () => {
      const message = await change();
      if (!message) return;
      this.events.settled(message);
      const conversation = await this.conversations.find(message.workspaceId, message.conversationId);
      if (conversation) this.events.conversation("updated", conversation);
    });
  }
}
