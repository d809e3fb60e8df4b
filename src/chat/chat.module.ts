// Conversations and messages: what API and worker share.

import { Module } from "@nestjs/common";
import { BudgetsModule } from "#src/budgets/budgets.module";
import { RealtimeModule } from "#src/realtime/realtime.module";
import { UsageModule } from "#src/usage/usage.module";
import { ChatCosts } from "./chat-costs.js";
import { ChatEvents } from "./chat-events.js";
import { ChatReplay } from "./chat-replay.js";
import { ChatTree } from "./chat-tree.js";
import { ConversationsRepository } from "./conversations.repository.js";
import { EndMessage } from "./end-message.js";
import { EnqueueReply } from "./enqueue-reply.js";
import { GenerationTurns } from "./generation-turns.js";
import { GenerationsRepository } from "./generations.repository.js";
import { MessagesRepository } from "./messages.repository.js";

const providers = [
  ChatCosts,
  ChatEvents,
  ChatReplay,
  ChatTree,
  ConversationsRepository,
  EndMessage,
  EnqueueReply,
  GenerationTurns,
  GenerationsRepository,
  MessagesRepository,
];

@Module({
  imports: [BudgetsModule, RealtimeModule, UsageModule],
  providers,
  exports: [...providers, BudgetsModule, RealtimeModule, UsageModule],
})
export class ChatModule {}
