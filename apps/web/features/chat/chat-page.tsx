// One conversation.
import type { ConversationSnapshot } from "@parley/client";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ModelPicker } from "~/features/catalog/model-picker";
import { useIsAtLeast } from "~/features/workspaces/current-workspace";
import { formatUsd, formatUsdExact } from "~/ui/money";
import { useTitle } from "~/ui/use-title";
import { AnswerStatus } from "./answer-status";
import { ChatComposer } from "./chat-composer";
import { PageHeader } from "./chat-header";
import { useChangeConversation } from "./conversations";
import { DemoNotice } from "./demo-notice";
import { MessageActionsProvider } from "./message-actions";
import { ThreadPane } from "./thread-pane";
import { useCost } from "./use-cost";
import { useFindWorkspace } from "./use-find-workspace";
import { SessionContext, SnapshotContext, useOpenSession, useSnapshot } from "./use-session";

export function ChatPage() {
  const { conversationId } = useParams({ from: "/app/c/$conversationId" });
  // The key gives each conversation its own scroll position, draft and edit.
  return <Chat key={conversationId} conversationId={conversationId} />;
}

function Chat({ conversationId }: { conversationId: string }) {
  const session = useOpenSession(conversationId);
  const snapshot = useSnapshot(session);
  const search = useFindWorkspace(conversationId, snapshot.state === "gone" && snapshot.conversation === null);
  useTitle(snapshot.conversation?.title ?? "");
  if (snapshot.state === "gone") return search === "searching" ? <PageHeader title={null} /> : <Gone />;
  return (
    <SessionContext value={session}>
      <SnapshotContext value={snapshot}>
        <MessageActionsProvider>
          <ChatHead snapshot={snapshot} />
          <DemoNotice />
          <ThreadPane session={session} snapshot={snapshot} />
          <AnswerStatus snapshot={snapshot} />
          <ChatComposer session={session} snapshot={snapshot} />
        </MessageActionsProvider>
      </SnapshotContext>
    </SessionContext>
  );
}

function ChatHead({ snapshot }: { snapshot: ConversationSnapshot }) {
  const { t } = useTranslation();
  const { conversation } = snapshot;
  const costUsd = useCost(snapshot);
  const change = useChangeConversation();
  const mayWrite = useIsAtLeast("member");
  if (!conversation) return <PageHeader title={null} />;
  const { id, title, model } = conversation;
  const spent = /[1-9]/.test(costUsd);
  return (
    <PageHeader title={<h1 className="truncate text-body font-semibold">{title || t("chats.untitled")}</h1>}>
      <ModelPicker modelId={model} disabled={!mayWrite} onChoose={(chosen) => change.mutate({ id, model: chosen })} />
      {spent && (
        <span
          title={formatUsdExact(costUsd)}
          data-conversation-cost={costUsd}
          className="tabular rounded-control bg-sunken px-2.5 py-1.5 text-meta whitespace-nowrap text-muted max-md:hidden"
        >
          {t("chat.cost", { cost: formatUsd(costUsd) })}
        </span>
      )}
    </PageHeader>
  );
}

function Gone() {
  const { t } = useTranslation();
  useTitle(t("chat.gone"));
  return (
    <>
      <PageHeader title={null} />
      <div className="flex flex-1 flex-col items-center justify-center gap-3 p-6 text-center">
        <h1 className="text-page font-semibold">{t("chat.gone")}</h1>
        <p className="text-body text-muted">{t("chat.goneText")}</p>
        <Link to="/" className="text-ui font-medium text-accent underline">
          {t("chats.new")}
        </Link>
      </div>
    </>
  );
}
