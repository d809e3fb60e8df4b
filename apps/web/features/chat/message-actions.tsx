// What can be done with the messages of a conversation, and what came of it. Shared by the rows and the keys.
import { type Message, ParleyError } from "@parley/client";
import { createContext, type ReactNode, use, useCallback, useMemo, useState } from "react";
import { useWorkspaceClient } from "~/features/workspaces/current-workspace";
import { versionBeside } from "./thread-rows";
import { useSession } from "./use-session";

export interface MessageActions {
  /** The message whose action runs or failed. */
  busy: string | null;
  failure: { messageId: string; error: unknown } | null;
  /** The user message that is being edited. */
  editing: string | null;
  setEditing(messageId: string | null): void;
  stop(message: Message): void;
  regenerate(message: Message, model?: string): void;
  continueFrom(message: Message): void;
  edit(message: Message, content: string): Promise<void>;
  /** Shows another version: `step` places on. */
  turnTo(message: Message, step: number): void;
}

const ActionsContext = createContext<MessageActions | null>(null);

export function useMessageActions(): MessageActions {
  const actions = use(ActionsContext);
  if (!actions) throw new Error("useMessageActions needs a MessageActionsProvider.");
  return actions;
}

export function MessageActionsProvider({ children }: { children: ReactNode }) {
  const session = useSession();
  const client = useWorkspaceClient();
  const [busy, setBusy] = useState<string | null>(null);
  const [failure, setFailure] = useState<MessageActions["failure"]>(null);
  const [editing, setEditing] = useState<string | null>(null);
  const run = useCallback(async (messageId: string, action: () => Promise<unknown>) => {
    setBusy(messageId);
    setFailure(null);
    try {
      await action();
    } catch (error) {
      if (!(error instanceof ParleyError && error.code === "aborted")) setFailure({ messageId, error });
    } finally {
      setBusy((now) => (now === messageId ? null : now));
    }
  }, []);
  const actions = useMemo<MessageActions>(
    () => ({
      busy,
      failure,
      editing,
      setEditing,
      stop: (message) => void run(message.id, () => session.stop(message.id)),
      regenerate: (message, model) => void run(message.id, () => session.regenerate(message.id, model)),
      continueFrom: (message) => void run(message.id, () => session.continue(message.id)),
      edit: async (message, content) => {
        await session.edit(message.id, content);
        setEditing(null);
      },
      turnTo: (message, step) => {
        const version = versionBeside(message, session.siblings(message.id), step);
        if (!version) return;
        // The event that follows shows the branch, here and in the other tabs.
        void run(message.id, () => client.conversations.update(session.conversationId, { activeLeafId: version.id }));
      },
    }),
    [busy, failure, editing, run, session, client],
  );
  return <ActionsContext value={actions}>{children}</ActionsContext>;
}
