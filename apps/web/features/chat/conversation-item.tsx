// One conversation in the sidebar: opens it, and renames, pins, archives or deletes it.
import type { Conversation } from "@parley/client";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Archive, ArchiveRestore, Ellipsis, Pencil, Pin, PinOff, Trash2 } from "lucide-react";
import { memo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useUi } from "~/app/ui-store";
import { cx } from "~/ui/class-names";
import { Confirm } from "~/ui/confirm-lazy";
import { MenuButton, type MenuEntry } from "~/ui/menu-button";
import { useChangeConversation, useDeleteConversation } from "./conversations";
import { RenameField } from "./rename-field";

export const ConversationItem = memo(function ConversationItem({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const [renaming, setRenaming] = useState(false);
  const setDrawer = useUi((ui) => ui.setDrawer);
  const { conversationId } = useParams({ strict: false });
  const title = conversation.title || t("chats.untitled");
  const current = conversationId === conversation.id;
  if (renaming) {
    return (
      <li className="px-1 py-0.5">
        <RenameField conversation={conversation} onDone={() => setRenaming(false)} />
      </li>
    );
  }
  return (
    <li className="group relative">
      <Link
        to="/c/$conversationId"
        params={{ conversationId: conversation.id }}
        onClick={() => setDrawer(false)}
        aria-current={current ? "page" : undefined}
        title={title}
        className={cx(
          "flex h-9 items-center gap-2 rounded-control pr-9 pl-3 text-ui max-md:h-11",
          current ? "bg-accent-soft font-medium text-on-accent-soft" : "text-fg hover:bg-sunken",
        )}
      >
        <span className="truncate">{title}</span>
        {conversation.pinned && (
          <Pin size={14} className="ml-auto shrink-0 group-hover:hidden" aria-label={t("chats.pinned")} />
        )}
      </Link>
      <ItemMenu conversation={conversation} title={title} current={current} onRename={() => setRenaming(true)} />
    </li>
  );
});

interface ItemMenuProps {
  conversation: Conversation;
  title: string;
  current: boolean;
  onRename: () => void;
}

function ItemMenu({ conversation, title, current, onRename }: ItemMenuProps) {
  const { t } = useTranslation();
  const { id, pinned, archived } = conversation;
  const [deleting, setDeleting] = useState(false);
  const navigate = useNavigate();
  const change = useChangeConversation();
  const remove = useDeleteConversation();
  const entries: MenuEntry[] = [
    { id: "rename", text: t("chats.rename"), icon: Pencil, run: onRename },
    {
      id: "pin",
      text: t(pinned ? "chats.unpin" : "chats.pin"),
      icon: pinned ? PinOff : Pin,
      run: () => change.mutate({ id, pinned: !pinned }),
    },
    {
      id: "archive",
      text: t(archived ? "chats.restore" : "chats.archive"),
      icon: archived ? ArchiveRestore : Archive,
      run: () => change.mutate({ id, archived: !archived }),
    },
    { id: "delete", text: t("chats.delete"), icon: Trash2, danger: true, run: () => setDeleting(true) },
  ];
  return (
    <>
      <MenuButton
        icon={Ellipsis}
        size={16}
        label={t("chats.actions", { title })}
        entries={entries}
        className={cx(
          "absolute top-0.5 right-0.5 opacity-0 group-hover:opacity-100 focus-visible:opacity-100 aria-expanded:opacity-100 max-md:top-0 max-md:opacity-100",
          current && "text-on-accent-soft",
        )}
      />
      <Confirm
        open={deleting}
        onOpenChange={setDeleting}
        title={t("chats.deleteTitle")}
        text={t("chats.deleteText", { title })}
        action={t("chats.delete")}
        onConfirm={async () => {
          await remove.mutateAsync(id);
          if (current) await navigate({ to: "/" });
        }}
      />
    </>
  );
}
