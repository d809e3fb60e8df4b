// A conversation's live session, for the components that show it.
import type { ConversationSession, ConversationSnapshot, Message, MessageView, OutboxEntry } from "@parley/client";
import { createContext, use, useMemo, useSyncExternalStore } from "react";
import { useLive } from "~/app/live";
import { useWorkspace } from "~/features/workspaces/current-workspace";
import { pacedView } from "./paced-view";

export const SessionContext = createContext<ConversationSession | null>(null);

/** Changes whenever the session's messages do (not with their streaming text): whoever looks at siblings must see it. */
export const SnapshotContext = createContext<ConversationSnapshot | null>(null);

/** The session of a conversation of the current workspace, joined. */
export function useOpenSession(conversationId: string): ConversationSession {
  const { sessions } = useLive();
  const { id } = useWorkspace();
  return useMemo(() => sessions.open(id, conversationId), [sessions, id, conversationId]);
}

/** The session that a component stands in. */
export function useSession(): ConversationSession {
  const session = use(SessionContext);
  if (!session) throw new Error("useSession needs a SessionContext.");
  return session;
}

/** The versions of a message, oldest first, itself among them. */
export function useSiblings(message: Message): Message[] {
  const session = useSession();
  use(SnapshotContext);
  return session.siblings(message.id);
}

export function useSnapshot(session: ConversationSession): ConversationSnapshot {
  return useSyncExternalStore(session.subscribe, session.getSnapshot);
}

export function useOutbox(session: ConversationSession): readonly OutboxEntry[] {
  return useSyncExternalStore(session.outbox.subscribe, session.outbox.getSnapshot);
}

/** One message with its streaming text, at the pace of the page. */
export function useMessage(message: Message): MessageView {
  const store = useSession().message(message.id);
  if (!store) throw new Error(`Message ${message.id} is not in its session.`);
  const view = pacedView(store);
  return useSyncExternalStore(view.subscribe, view.getSnapshot);
}
