// The title of a conversation while it is being changed: Enter keeps it, Escape does not.
import type { Conversation } from "@parley/client";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { INPUT } from "~/ui/input-look";
import { useChangeConversation } from "./conversations";

/** The server's limit, characters. */
const MAX_TITLE = 300;

export function RenameField({ conversation, onDone }: { conversation: Conversation; onDone: () => void }) {
  const { t } = useTranslation();
  const change = useChangeConversation();
  const over = useRef(false);
  const finish = (title: string | null) => {
    // Leaving the field after Enter or Escape would finish a second time.
    if (over.current) return;
    over.current = true;
    const wanted = title?.trim();
    if (wanted && wanted !== conversation.title) change.mutate({ id: conversation.id, title: wanted });
    onDone();
  };
  return (
    <input
      aria-label={t("chats.newTitle")}
      defaultValue={conversation.title}
      maxLength={MAX_TITLE}
      // biome-ignore lint/a11y/noAutofocus: one has just asked for this field
      autoFocus
      className={INPUT}
      onFocus={(event) => event.currentTarget.select()}
      onBlur={(event) => finish(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") finish(event.currentTarget.value);
        if (event.key === "Escape") finish(null);
      }}
    />
  );
}
