// The API's side of chat: REST, sockets, and the relay of live events.

import { Module } from "@nestjs/common";
import { AuthModule } from "#src/auth/auth.module";
import { CatalogModule } from "#src/catalog/catalog.module";
import { Relay } from "#src/realtime/relay";
import { ReplaySource } from "#src/realtime/replay-source";
import { Revocations } from "#src/realtime/revocations";
import { BranchActions } from "./branch-actions.js";
import { ChatGateway } from "./chat.gateway.js";
import { ChatModule } from "./chat.module.js";
import { ChatReplay } from "./chat-replay.js";
import { ChatSocketEvents } from "./chat-socket-events.js";
import { ConversationsController } from "./conversations.controller.js";
import { ConversationsService } from "./conversations.service.js";
import { FeedbackController } from "./feedback.controller.js";
import { Feedback } from "./feedback.js";
import { JoinConversation } from "./join-conversation.js";
import { MessageActions } from "./message-actions.js";
import { MessageStream } from "./message-stream.js";
import { MessagesController } from "./messages.controller.js";
import { SendMessage } from "./send-message.js";
import { ShareDraft } from "./share-draft.js";
import { StartGeneration } from "./start-generation.js";
import { StopMessage } from "./stop-message.js";

@Module({
  imports: [ChatModule, AuthModule, CatalogModule],
  controllers: [ConversationsController, MessagesController, FeedbackController],
  providers: [
    BranchActions,
    ChatGateway,
    ChatSocketEvents,
    ConversationsService,
    Feedback,
    JoinConversation,
    MessageActions,
    MessageStream,
    Relay,
    Revocations,
    SendMessage,
    ShareDraft,
    StartGeneration,
    StopMessage,
    { provide: ReplaySource, useExisting: ChatReplay },
  ],
})
export class ChatApiModule {}
