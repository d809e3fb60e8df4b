// A user message being edited: sending makes a new version beside the old one.
import type { Message } from "@parley/client";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { Button } from "~/ui/button";
import { Notice } from "~/ui/notice";
import { GrowingTextArea } from "./growing-text-area";
import { useMessageActions } from "./message-actions";

export function EditMessage({ message, onDone }: { message: Message; onDone: () => void }) {
  const { t } = useTranslation();
  const { edit } = useMessageActions();
  const [text, setText] = useState(message.content);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const send = async () => {
    if (text.trim() === "" || busy) return;
    setBusy(true);
    try {
      await edit(message, text);
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <div className="rounded-card border border-border-strong bg-bubble p-3">
      <GrowingTextArea
        value={text}
        onChange={setText}
        label={t("message.editLabel")}
        autoFocus
        maxHeight="50dvh"
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Escape") {
            event.stopPropagation();
            onDone();
          } else if (event.key === "Enter" && !event.shiftKey) {
            event.preventDefault();
            void send();
          }
        }}
      />
      {error !== null && <Notice tone="danger" title={messageOf(error)} className="mt-2" />}
      <div className="mt-2 flex items-center justify-end gap-2">
        <span className="mr-auto text-meta text-muted max-sm:hidden">{t("message.editHint")}</span>
        <Button variant="quiet" onPress={onDone}>
          {t("action.cancel")}
        </Button>
        <Button variant="primary" onPress={send} isDisabled={text.trim() === "" || busy}>
          {t("message.send")}
        </Button>
      </div>
    </div>
  );
}
