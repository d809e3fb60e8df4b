// The start: a model, a few ways to begin, and a composer that makes the conversation with its first message.
import { ParleyError } from "@parley/client";
import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { useChoices } from "~/app/settings";
import { useIsNarrow } from "~/app/use-is-narrow";
import { BudgetsLink, isRefusedByBudget, useReason } from "~/features/budgets/refusal";
import { ModelPicker } from "~/features/catalog/model-picker";
import { useModel } from "~/features/catalog/models";
import { KeyCard } from "~/features/vault/key-card";
import { useIsAtLeast } from "~/features/workspaces/current-workspace";
import { NOTICE_ACTION, Notice } from "~/ui/notice";
import { useTitle } from "~/ui/use-title";
import { PageHeader } from "./chat-header";
import { Composer } from "./composer";
import { estimate } from "./estimate";
import { useBegin } from "./use-begin";
import { useDefaultModel } from "./use-default-model";
import { useDraft } from "./use-draft";

const STARTERS = ["explain", "review", "compare"] as const;

export function NewChatPage() {
  const { t } = useTranslation();
  useTitle(t("chats.new"));
  const modelId = useDefaultModel();
  const choose = useChoices((choices) => choices.choose);
  const area = useRef<HTMLTextAreaElement>(null);
  const draft = useDraft("new", null);
  const mayWrite = useIsAtLeast("member");
  const narrow = useIsNarrow();
  const { begin, error } = useBegin(modelId);
  const model = useModel(modelId);
  const guess = useMemo(() => estimate([], draft.text, model), [draft.text, model]);
  useEffect(() => {
    if (!narrow) area.current?.focus();
  }, [narrow]);
  const start = (text: string) => {
    draft.setText(text);
    area.current?.focus();
  };
  return (
    <>
      {narrow && <PageHeader title={null} />}
      <div className="flex min-h-0 flex-1 flex-col items-center overflow-y-auto px-5 py-6">
        <div className="my-auto flex w-full max-w-[720px] flex-col items-center text-center">
          <h1 className="text-empty font-semibold tracking-[-0.01em]">{t("start.title")}</h1>
          <p className="mt-2 max-w-[46ch] text-body text-muted">{t("start.text")}</p>
          <div className="mt-6">
            <ModelPicker modelId={modelId} align="center" onChoose={(chosen) => choose({ model: chosen })} />
          </div>
          <KeyCard />
          {mayWrite && <Starters onStart={start} />}
        </div>
      </div>
      {error !== null && (
        <div className="mx-auto w-full max-w-[800px] px-5 pb-3">
          <NotBegun error={error} />
        </div>
      )}
      <Composer
        ref={area}
        text={draft.text}
        onChange={draft.setText}
        onSend={(text) => void begin(text).then((begun) => begun && draft.setText(""))}
        estimate={guess}
        blocked={mayWrite ? undefined : t("composer.viewer")}
      />
    </>
  );
}

function NotBegun({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const reason = useReason();
  const failure = error instanceof ParleyError ? error : null;
  return (
    <Notice
      tone="danger"
      title={t("start.failed")}
      action={failure && isRefusedByBudget(failure) && <BudgetsLink failure={failure} className={NOTICE_ACTION} />}
    >
      {failure ? reason(failure) : messageOf(error)}
    </Notice>
  );
}

function Starters({ onStart }: { onStart: (text: string) => void }) {
  const { t } = useTranslation();
  return (
    <ul className="mt-6 grid w-full grid-cols-3 gap-3 text-left max-md:grid-cols-1">
      {STARTERS.map((name) => (
        <li key={name}>
          <button
            type="button"
            onClick={() => onStart(t(`start.starters.${name}.prompt`))}
            className="flex h-full w-full flex-col gap-0.5 rounded-card border border-border bg-bg px-4 py-4 text-left transition-colors hover:border-border-strong hover:bg-subtle"
          >
            <span className="text-body font-medium">{t(`start.starters.${name}.title`)}</span>
            <span className="text-meta text-muted">{t(`start.starters.${name}.text`)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
