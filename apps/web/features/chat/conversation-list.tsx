// The conversations in the sidebar: grouped by date, read on while scrolling, archived ones on demand.
import { Archive, ArrowLeft } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { Button } from "~/ui/button";
import { Notice } from "~/ui/notice";
import { Loading, Skeleton } from "~/ui/skeleton";
import { ConversationItem } from "./conversation-item";
import { useConversationFeed, useConversations } from "./conversations";
import { type DateGroup, groupByDate } from "./date-groups";

const ROWS = ["a", "b", "c", "d", "e"];

export function ConversationList() {
  const { t } = useTranslation();
  const [archived, setArchived] = useState(false);
  useConversationFeed();
  const list = useConversations(archived);
  const groups = useMemo(() => groupByDate(list.conversations ?? [], Date.now()), [list.conversations]);
  return (
    <nav aria-label={t("chats.label")} className="scrollbar-quiet min-h-0 flex-1 overflow-y-auto px-2 pb-3">
      {list.isPending && <ListSkeleton />}
      {list.error && (
        <Notice
          tone="danger"
          title={messageOf(list.error)}
          className="mx-1 mt-3"
          action={<Button onPress={() => void list.refetch()}>{t("action.tryAgain")}</Button>}
        />
      )}
      {list.conversations?.length === 0 && (
        <p className="px-3 pt-4 text-meta text-fg-subtle">{t(archived ? "chats.noArchived" : "chats.none")}</p>
      )}
      {groups.map((group) => (
        <Group key={group.key} group={group} />
      ))}
      {list.hasNextPage && <More key={list.data?.pages.length} onSeen={() => void list.fetchNextPage()} />}
      {!list.isPending && (
        <Button
          variant="quiet"
          icon={archived ? ArrowLeft : Archive}
          className="mt-3 w-full justify-start px-3 text-meta"
          onPress={() => setArchived(!archived)}
        >
          {t(archived ? "chats.back" : "chats.archived")}
        </Button>
      )}
    </nav>
  );
}

function Group({ group }: { group: DateGroup }) {
  const { t } = useTranslation();
  const name = group.month ?? t(`chats.groups.${group.label as Exclude<DateGroup["label"], "month">}`);
  return (
    <section aria-label={name}>
      <h2 className="px-3 pt-4 pb-1.5 text-caption font-medium text-fg-subtle">{name}</h2>
      <ul>
        {group.conversations.map((conversation) => (
          <ConversationItem key={conversation.id} conversation={conversation} />
        ))}
      </ul>
    </section>
  );
}

/** Reads the next page when it comes into view. */
function More({ onSeen }: { onSeen: () => void }) {
  const place = useRef<HTMLDivElement>(null);
  const seen = useRef(onSeen);
  seen.current = onSeen;
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && seen.current());
    if (place.current) observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={place} className="h-9">
      <Skeleton className="mx-1 mt-1 h-7" />
    </div>
  );
}

function ListSkeleton() {
  return (
    <Loading>
      <div className="flex flex-col gap-2 px-1 pt-4">
        {ROWS.map((row) => (
          <Skeleton key={row} className="h-7" />
        ))}
      </div>
    </Loading>
  );
}
