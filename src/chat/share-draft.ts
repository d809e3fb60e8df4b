// A half-written message, shown in the other tabs of the same account. Kept nowhere.

import { Injectable } from "@nestjs/common";
import { type Actor } from "#src/auth/actor";
import { LivePublisher } from "#src/realtime/live-publisher";
import { ChatTree } from "./chat-tree.js";

@Injectable()
export class ShareDraft {
  constructor(
    private readonly tree: ChatTree,
    private readonly live: LivePublisher,
  ) {}

  /** @param from the socket that wrote it, which does not hear it again */
  async execute(
    actor: Actor,
    from: string,
    { conversationId, text }: { conversationId: string; text: string },
  ): Promise<object> {
    await this.tree.conversation(actor.workspaceId, conversationId);
    const place = { workspaceId: actor.workspaceId, conversationId, messageId: `${actor.userId}/${from}` };
    this.live.publish("draft:updated", place, { conversationId, text });
    return {};
  }
}
