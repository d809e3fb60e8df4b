// The worker's side of chat: generating answers, sweeping, settling.

import { Module } from "@nestjs/common";
import { CatalogModule } from "#src/catalog/catalog.module";
import { VaultModule } from "#src/vault/vault.module";
import { AdmitReply } from "./admit-reply.js";
import { ChatModule } from "./chat.module.js";
import { ClaimReply } from "./claim-reply.js";
import { FinishReply } from "./finish-reply.js";
import { GenerateReplyProcessor } from "./generate-reply.processor.js";
import { LiveGenerations } from "./live-generations.js";
import { PromptBuilder } from "./prompt.js";
import { ReplyCaller } from "./reply-caller.js";
import { SettleMessage } from "./settle-message.js";
import { StreamFlusher } from "./stream-flusher.js";
import { StreamRecovery } from "./stream-recovery.js";
import { StreamReply } from "./stream-reply.js";
import { Sweeper } from "./sweeper.js";

@Module({
  imports: [ChatModule, CatalogModule, VaultModule],
  providers: [
    AdmitReply,
    ClaimReply,
    FinishReply,
    GenerateReplyProcessor,
    LiveGenerations,
    PromptBuilder,
    ReplyCaller,
    SettleMessage,
    StreamFlusher,
    StreamRecovery,
    StreamReply,
    Sweeper,
  ],
  exports: [LiveGenerations, StreamFlusher],
})
export class ChatWorkerModule {}
