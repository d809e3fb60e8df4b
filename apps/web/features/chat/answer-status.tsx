// Tells screen readers when an answer begins and ends; the text itself is not read out while it grows.
import { type ConversationSnapshot, isTerminal } from "@parley/client";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { formatCount } from "~/ui/numbers";

export function AnswerStatus({ snapshot: { streaming, messages } }: { snapshot: ConversationSnapshot }) {
  const { t } = useTranslation();
  const [followed, setFollowed] = useState<string | null>(null);
  useEffect(() => {
    if (streaming) setFollowed(streaming.id);
  }, [streaming]);
  const message = messages.find(({ id }) => id === followed);
  let text = "";
  if (streaming) text = t("status.answering");
  else if (message && isTerminal(message.status)) {
    const tokens = message.usage?.completionTokens;
    if (message.status !== "completed") text = t(`status.${message.status as "stopped" | "interrupted" | "failed"}`);
    else
      text = tokens === undefined ? t("status.complete") : t("status.completeTokens", { tokens: formatCount(tokens) });
  }
  return (
    <p role="status" className="sr-only" data-answer-status>
      {text}
    </p>
  );
}
