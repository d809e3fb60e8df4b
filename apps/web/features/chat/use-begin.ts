// Begins a conversation: makes it, and sends its first message; of one whose first message is refused nothing stays.
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useLive } from "~/app/live";
import { useWorkspace, useWorkspaceClient } from "~/features/workspaces/current-workspace";
import { useCreateConversation, useDeleteConversation } from "./conversations";

/** A server that says nothing for so long is waited for in the conversation, where the message says that it is unsent, ms. */
const PATIENCE_MS = 2_000;

/** Begins a conversation, once however often it is asked; `error` is why the last one was not begun. */
export function useBegin(modelId: string | null) {
  const { sessions } = useLive();
  const { id: workspaceId } = useWorkspace();
  const { conversations } = useWorkspaceClient();
  const create = useCreateConversation();
  const remove = useDeleteConversation();
  const navigate = useNavigate();
  const [error, setError] = useState<unknown>(null);
  const busy = useRef(false);

  /** @returns whether it is gone again: it is not, when something is in it after all or nobody answers */
  const takeBack = async (id: string): Promise<boolean> => {
    try {
      if ((await conversations.messages(id, { limit: 1 })).data.length > 0) return false;
      await remove.mutateAsync(id);
      sessions.forget(id);
      return true;
    } catch {
      return false;
    }
  };

  const begin = async (text: string): Promise<boolean> => {
    if (busy.current) return false;
    busy.current = true;
    setError(null);
    try {
      const { id } = await create.mutateAsync(modelId === null ? {} : { model: modelId });
      const refusal = await refusalWithin(sessions.open(workspaceId, id).send(text), PATIENCE_MS);
      // One that cannot be taken back shows the refusal at the message itself.
      if (refusal !== null && (await takeBack(id))) throw refusal;
      await navigate({ to: "/c/$conversationId", params: { conversationId: id } });
      return true;
    } catch (failure) {
      setError(failure);
      return false;
    } finally {
      busy.current = false;
    }
  };
  return { begin, error };
}

/** Why something was refused; null: it was not, as far as is known by then. */
function refusalWithin(sent: Promise<unknown>, ms: number): Promise<Error | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), ms);
    const end = (refusal: Error | null) => {
      clearTimeout(timer);
      resolve(refusal);
    };
    sent.then(
      () => end(null),
      (refusal: Error) => end(refusal),
    );
  });
}
