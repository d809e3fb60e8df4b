// What happens in a workspace: conversations that are created, changed and deleted, budgets that are reached, and when to read anew.
import type { WorkspaceBudget } from "./events.js";
import type { ParleySocket } from "./socket.js";
import type { Conversation, Id } from "./types.js";

/** What a list wants to know. */
export interface WorkspaceListener {
  created?(conversation: Conversation): void;
  updated?(conversation: Conversation): void;
  deleted?(conversationId: Id): void;
  /** Half, 80 % or all of a soft budget is spent. */
  budget?(reached: WorkspaceBudget): void;
  /** Connected again: events may have been missed, so read the list once more. */
  resync?(): void;
  failed?(error: unknown): void;
}

/** Follows a workspace through reconnects. @returns the function that ends it */
export function watchWorkspace(socket: ParleySocket, workspaceId: Id, listener: WorkspaceListener): () => void {
  const ended = new AbortController();
  const ours = (conversation: Conversation): boolean => conversation.workspaceId === workspaceId;
  let joins = 0;
  const endings = [
    socket.on("conversation:created", ({ conversation }) => {
      if (ours(conversation)) listener.created?.(conversation);
    }),
    socket.on("conversation:updated", ({ conversation }) => {
      if (ours(conversation)) listener.updated?.(conversation);
    }),
    socket.on("conversation:deleted", ({ conversation }) => {
      listener.deleted?.(conversation.id);
    }),
    socket.on("workspace:budget", (reached) => {
      if (reached.workspaceId === workspaceId) listener.budget?.(reached);
    }),
    socket.onOnline(() => {
      socket
        .send("workspace:join", { workspaceId }, { signal: ended.signal })
        .then(() => {
          joins += 1;
          if (joins > 1) listener.resync?.();
        })
        .catch((error: unknown) => {
          if (!ended.signal.aborted) listener.failed?.(error);
        });
    }),
  ];
  return () => {
    ended.abort();
    for (const end of endings) end();
  };
}
