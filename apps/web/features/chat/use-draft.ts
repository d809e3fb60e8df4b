// The unsent text of a conversation: kept through reloads, and shared with the other tabs of the account.
import type { ConversationSession } from "@parley/client";
import { useCallback, useEffect, useRef, useState } from "react";
import { draftOf, keepDraft } from "./drafts";

interface Draft {
  text: string;
  setText: (text: string) => void;
}

/** @param session null: the conversation does not exist yet */
export function useDraft(conversationId: string, session: ConversationSession | null): Draft {
  const [text, setState] = useState(() => draftOf(conversationId));
  const current = useRef(text);
  const show = useCallback(
    (next: string) => {
      current.current = next;
      setState(next);
      keepDraft(conversationId, next);
    },
    [conversationId],
  );
  const setText = useCallback(
    (next: string) => {
      show(next);
      session?.setDraft(next);
    },
    [show, session],
  );
  useEffect(() => {
    if (!session) return;
    let heard = session.getSnapshot().draft;
    return session.subscribe(() => {
      const { draft } = session.getSnapshot();
      // Only what changed since, and not the echo of what is typed here.
      if (draft === heard) return;
      heard = draft;
      if (draft !== null && draft !== current.current) show(draft);
    });
  }, [session, show]);
  return { text, setText };
}
