// Reads the whole tree of a conversation behind the newest page that the join brought: older messages, and other versions.
import { allOf, type ConversationSession, type Message } from "@parley/client";
import { useEffect, useState } from "react";
import { useWorkspaceClient } from "~/features/workspaces/current-workspace";

/** Taken over together: each takeover draws the thread anew. */
const BATCH = 500;
const loaded = new WeakSet<ConversationSession>();

export interface TreeState {
  loading: boolean;
  error: unknown;
  retry: () => void;
}

/** @param ready the session has joined */
export function useTree(session: ConversationSession, ready: boolean): TreeState {
  const client = useWorkspaceClient();
  const [state, setState] = useState({ loading: !loaded.has(session), error: null as unknown, tries: 0 });
  const { tries } = state;
  useEffect(() => {
    if (!ready || loaded.has(session)) {
      if (ready) setState((before) => ({ ...before, loading: false, error: null }));
      return;
    }
    let gone = false;
    setState((before) => ({ ...before, loading: true, error: null }));
    const pages = (query: { limit?: number; cursor?: string }) =>
      client.conversations.messages(session.conversationId, { ...query, branch: "all" });
    readAll(pages, (messages) => gone || session.add(messages)).then(
      () => {
        loaded.add(session);
        if (!gone) setState({ loading: false, error: null, tries });
      },
      (error: unknown) => gone || setState({ loading: false, error, tries }),
    );
    return () => {
      gone = true;
    };
  }, [session, ready, client, tries]);
  return { ...state, retry: () => setState((before) => ({ ...before, tries: before.tries + 1 })) };
}

async function readAll(
  pages: Parameters<typeof allOf<Message>>[0],
  take: (messages: Message[]) => unknown,
): Promise<void> {
  let batch: Message[] = [];
  for await (const message of allOf(pages)) {
    batch.push(message);
    if (batch.length >= BATCH) {
      take(batch);
      batch = [];
    }
  }
  take(batch);
}
