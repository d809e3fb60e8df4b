// How an answer ended when it did not simply finish: why, in plain words, and the way on.
import { type Message, ParleyError } from "@parley/client";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { BudgetsLink, isRefusedByBudget, useReason } from "~/features/budgets/refusal";
import { useIsAtLeast } from "~/features/workspaces/current-workspace";
import { NOTICE_ACTION, Notice } from "~/ui/notice";
import { useMessageActions } from "./message-actions";

/** Errors that another key or more credit mends. */
const KEY_ERRORS = new Set(["no_provider_key", "missing_key", "invalid_key", "key_disabled", "key_limit_exceeded"]);
/** Errors that lie with the model, not with the connection. */
const MODEL_ERRORS = new Set(["model_not_found", "model_unavailable", "context_length_exceeded"]);

export function AnswerEnd({ message, text }: { message: Message; text: string }) {
  const { t } = useTranslation();
  const { failure } = useMessageActions();
  const reason = useReason();
  const { status, error, finishReason } = message;
  const failed = failure?.messageId === message.id ? failure.error : null;
  return (
    <>
      {status === "stopped" && (
        <Ended tone="info" title={t("end.stopped")} message={message} canContinue={text !== ""} />
      )}
      {status === "interrupted" && (
        <Ended tone="warn" title={t("end.interrupted")} message={message} canContinue={text !== ""}>
          {error && reason(error)}
        </Ended>
      )}
      {status === "failed" && (
        <Ended tone="danger" title={t("end.failed")} message={message} canContinue={false}>
          {error && reason(error)}
        </Ended>
      )}
      {status === "completed" && finishReason === "length" && (
        <Ended tone="info" title={t("end.length")} message={message} canContinue />
      )}
      {status === "completed" && text === "" && !message.toolCalls?.length && (
        <Ended tone="info" title={t("end.empty")} message={message} canContinue={false} />
      )}
      {failed !== null && (
        <Notice
          tone="danger"
          className="mt-2"
          title={t("end.actionFailed")}
          action={
            failed instanceof ParleyError &&
            isRefusedByBudget(failed) && <BudgetsLink failure={failed} className={NOTICE_ACTION} />
          }
        >
          {failed instanceof ParleyError ? failed.code !== "network" && reason(failed) : messageOf(failed)}
        </Notice>
      )}
    </>
  );
}

interface EndedProps {
  tone: "info" | "warn" | "danger";
  title: string;
  message: Message;
  canContinue: boolean;
  children?: ReactNode;
}

function Ended({ tone, title, message, canContinue, children }: EndedProps) {
  return (
    <Notice
      tone={tone}
      title={title}
      className="mt-3"
      announce={false}
      action={<WayOn message={message} canContinue={canContinue} />}
    >
      {children}
    </Notice>
  );
}

/** One action: the one that helps. Regenerate and other models are in the row below. */
function WayOn({ message, canContinue }: { message: Message; canContinue: boolean }) {
  const { t } = useTranslation();
  const { busy, regenerate, continueFrom } = useMessageActions();
  const mayWrite = useIsAtLeast("member");
  const mayManage = useIsAtLeast("admin");
  const { error } = message;
  const code = error?.code ?? "";
  const disabled = busy === message.id;
  if (error && isRefusedByBudget(error)) return <BudgetsLink failure={error} className={NOTICE_ACTION} />;
  if (!mayWrite) return null;
  if (KEY_ERRORS.has(code) && mayManage) {
    return (
      <Link to="/settings/keys" className={NOTICE_ACTION}>
        {t("end.toKeys")}
      </Link>
    );
  }
  if (canContinue) {
    return (
      <button type="button" className={NOTICE_ACTION} disabled={disabled} onClick={() => continueFrom(message)}>
        {t("message.continue")}
      </button>
    );
  }
  return (
    <button type="button" className={NOTICE_ACTION} disabled={disabled} onClick={() => regenerate(message)}>
      {t(MODEL_ERRORS.has(code) ? "end.sameModelAgain" : "action.tryAgain")}
    </button>
  );
}
