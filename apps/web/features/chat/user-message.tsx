// What a person wrote: a soft bubble on the right, which can be copied and edited into another version.
import type { Message } from "@parley/client";
import { Pencil } from "lucide-react";
import { memo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useIsAtLeast } from "~/features/workspaces/current-workspace";
import { IconButton } from "~/ui/button";
import { CopyButton } from "./copy-button";
import { EditMessage } from "./edit-message";
import { useMessageActions } from "./message-actions";
import { Versions } from "./versions";

export const UserMessage = memo(function UserMessage({ message }: { message: Message }) {
  const { t } = useTranslation();
  const { editing, setEditing } = useMessageActions();
  const mayWrite = useIsAtLeast("member");
  if (editing === message.id) return <EditMessage message={message} onDone={() => setEditing(null)} />;
  return (
    <article aria-label={t("message.yours")} className="group flex flex-col items-end" data-message={message.id}>
      <UserBubble text={message.content} />
      <div className="mt-1 flex h-8 items-center gap-0.5 opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100 max-md:h-11 max-md:opacity-100">
        <Versions message={message} />
        <CopyButton text={message.content} />
        {mayWrite && (
          <IconButton icon={Pencil} size={15} label={t("message.edit")} onPress={() => setEditing(message.id)} />
        )}
      </div>
    </article>
  );
});

/** Long pasted texts are folded to this, characters. */
const FOLDED = 3000;

export function UserBubble({ text }: { text: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const folded = !open && text.length > FOLDED;
  return (
    <div className="max-w-[85%] rounded-card bg-bubble px-4 py-2.5 text-body break-words whitespace-pre-wrap">
      {folded ? `${text.slice(0, FOLDED)}…` : text}
      {text.length > FOLDED && (
        <button
          type="button"
          className="mt-1 block text-meta font-medium text-accent underline"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {t(open ? "message.showLess" : "message.showMore")}
        </button>
      )}
    </div>
  );
}
