// The composer of an existing conversation: draft, estimate, stop, and the conversation's keys.
import type { ConversationSession, ConversationSnapshot } from "@parley/client";
import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useIsNarrow } from "~/app/use-is-narrow";
import { useModel } from "~/features/catalog/models";
import { useIsAtLeast } from "~/features/workspaces/current-workspace";
import { useChatKeys } from "./chat-keys";
import { Composer } from "./composer";
import { estimate } from "./estimate";
import { useMessageActions } from "./message-actions";
import { useDraft } from "./use-draft";

interface ChatComposerProps {
  session: ConversationSession;
  snapshot: ConversationSnapshot;
}

export function ChatComposer({ session, snapshot }: ChatComposerProps) {
  const { t } = useTranslation();
  const { conversation, messages, streaming } = snapshot;
  const { stop } = useMessageActions();
  const area = useRef<HTMLTextAreaElement>(null);
  const draft = useDraft(session.conversationId, session);
  const model = useModel(conversation?.model ?? null);
  const mayWrite = useIsAtLeast("member");
  const narrow = useIsNarrow();
  const guess = useMemo(() => estimate(messages, draft.text, model), [messages, draft.text, model]);
  useChatKeys(snapshot, area);
  useEffect(() => {
    // On a phone the keyboard would cover what one came to read.
    if (!narrow) area.current?.focus();
  }, [narrow]);
  const send = (text: string) => {
    draft.setText("");
    // A refusal is shown at the message itself, which stays in the outbox.
    session.send(text).catch(() => undefined);
  };
  return (
    <Composer
      ref={area}
      text={draft.text}
      onChange={draft.setText}
      onSend={send}
      onStop={streaming && mayWrite ? () => stop(streaming) : undefined}
      estimate={guess}
      blocked={mayWrite ? undefined : t("composer.viewer")}
    />
  );
}
