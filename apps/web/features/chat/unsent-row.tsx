// A message that was written here and is not yet known to the server.
import type { OutboxEntry } from "@parley/client";
import { CircleAlert, Clock } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useSocketStatus } from "~/app/live";
import { BudgetsLink, isRefusedByBudget, useReason } from "~/features/budgets/refusal";
import { NOTICE_ACTION } from "~/ui/notice";
import { useSession } from "./use-session";
import { UserBubble } from "./user-message";

export function UnsentRow({ entry }: { entry: OutboxEntry }) {
  const { t } = useTranslation();
  const session = useSession();
  const { state } = useSocketStatus();
  const reason = useReason();
  const { clientMessageId, content } = entry.body;
  const { error } = entry;
  return (
    <article aria-label={t("message.yours")} className="flex flex-col items-end">
      <UserBubble text={content} />
      {entry.state === "sending" ? (
        <p className="mt-1 flex h-8 items-center gap-1.5 text-meta text-fg-subtle">
          {state !== "online" && (
            <>
              <Clock size={14} aria-hidden />
              {t("unsent.queued")}
            </>
          )}
        </p>
      ) : (
        <div role="alert" className="mt-2 flex flex-wrap items-center justify-end gap-2 text-meta text-danger">
          <CircleAlert size={15} aria-hidden />
          <span>{t("unsent.failed", { reason: error ? reason(error) : "" })}</span>
          {error && isRefusedByBudget(error) && <BudgetsLink failure={error} className={NOTICE_ACTION} />}
          <button
            type="button"
            className={NOTICE_ACTION}
            onClick={() => void session.resend(clientMessageId).catch(() => undefined)}
          >
            {t("unsent.again")}
          </button>
          <button type="button" className={NOTICE_ACTION} onClick={() => session.outbox.remove(clientMessageId)}>
            {t("unsent.discard")}
          </button>
        </div>
      )}
    </article>
  );
}
