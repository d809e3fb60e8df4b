// The thread with what surrounds it: skeletons until it is there, and what went wrong reading it.
import type { ConversationSession, ConversationSnapshot } from "@parley/client";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { Button } from "~/ui/button";
import { Notice } from "~/ui/notice";
import { Loading, Skeleton } from "~/ui/skeleton";
import { Thread } from "./thread";
import { rowsOf } from "./thread-rows";
import { useOutbox } from "./use-session";
import { useTree } from "./use-tree";

interface ThreadPaneProps {
  session: ConversationSession;
  snapshot: ConversationSnapshot;
}

export function ThreadPane({ session, snapshot }: ThreadPaneProps) {
  const { t } = useTranslation();
  const outbox = useOutbox(session);
  const { messages, conversation, error, state } = snapshot;
  const tree = useTree(session, conversation !== null);
  const rows = useMemo(() => rowsOf(messages, outbox), [messages, outbox]);
  if (conversation === null && outbox.length === 0) {
    return state === "offline" && error && !error.retryable ? (
      <div className="mx-auto w-full max-w-[760px] flex-1 p-5">
        <Notice
          tone="danger"
          title={messageOf(error)}
          action={<Button onPress={() => void session.sync()}>{t("action.tryAgain")}</Button>}
        />
      </div>
    ) : (
      <ThreadSkeleton />
    );
  }
  return (
    <>
      {tree.error !== null && (
        <div className="mx-auto w-full max-w-[760px] px-5 pt-3">
          <Notice
            tone="warn"
            title={t("thread.olderFailed")}
            action={<Button onPress={tree.retry}>{t("action.tryAgain")}</Button>}
          />
        </div>
      )}
      <Thread rows={rows} />
    </>
  );
}

function ThreadSkeleton() {
  return (
    <div className="min-h-0 flex-1 overflow-hidden">
      <Loading>
        <div className="mx-auto flex w-full max-w-[760px] flex-col gap-6 px-5 py-6">
          <Skeleton className="h-11 w-2/5 self-end rounded-card" />
          <Skeleton className="h-40 w-full" />
          <Skeleton className="h-11 w-1/2 self-end rounded-card" />
          <Skeleton className="h-56 w-full" />
        </div>
      </Loading>
    </div>
  );
}
