// Keeps a few conversations joined, so that going back to one is instant and nothing unsent is lost by looking elsewhere.
import { type ConversationSession, joinConversation, type ParleySocket } from "@parley/client";

/** Joined at the same time. */
const KEPT = 6;

export class SessionPool {
  /** In the order of their last use. */
  private readonly sessions = new Map<string, ConversationSession>();

  constructor(private readonly socket: ParleySocket) {}

  /** The session of a conversation, joined now if it is not yet. */
  open(workspaceId: string, conversationId: string): ConversationSession {
    const session = this.sessions.get(conversationId) ?? joinConversation(this.socket, workspaceId, conversationId);
    this.sessions.delete(conversationId);
    this.sessions.set(conversationId, session);
    this.trim();
    return session;
  }

  /** Leaves a conversation that is no more, with what was not sent in it. */
  forget(conversationId: string): void {
    this.sessions.get(conversationId)?.leave();
    this.sessions.delete(conversationId);
  }

  /** Leaves all, when the account signs out. */
  close(): void {
    for (const session of this.sessions.values()) session.leave();
    this.sessions.clear();
    this.socket.close();
  }

  private trim(): void {
    for (const [id, session] of this.sessions) {
      if (this.sessions.size <= KEPT) return;
      const { state, streaming } = session.getSnapshot();
      const busy = session.outbox.getSnapshot().length > 0 || (streaming !== null && state === "live");
      if (busy) continue;
      session.leave();
      this.sessions.delete(id);
    }
  }
}
