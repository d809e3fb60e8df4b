// The row under an answer: copy, regenerate, more, versions, and what it took.
import type { Message } from "@parley/client";
import { CornerDownRight, Ellipsis, RefreshCw, Shuffle } from "lucide-react";
import { lazy, memo, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useIsAtLeast } from "~/features/workspaces/current-workspace";
import { IconButton } from "~/ui/button";
import { MenuButton, type MenuEntry } from "~/ui/menu-button";
import { AnswerFigures } from "./answer-figures";
import { CopyButton } from "./copy-button";
import { FeedbackButtons } from "./feedback";
import { useMessageActions } from "./message-actions";
import { Versions } from "./versions";

const ModelDialog = lazy(() => import("~/features/catalog/model-dialog"));

export function AnswerFooter({ message, text }: { message: Message; text: string }) {
  return (
    <div className={ROW}>
      <Actions message={message} text={text} />
      <Versions message={message} />
      <AnswerFigures message={message} />
    </div>
  );
}

/** While the answer comes: the versions alone, in the place that the whole row will take. */
export const LiveFooter = memo(function LiveFooter({ message }: { message: Message }) {
  return (
    <div className={ROW}>
      <Versions message={message} />
    </div>
  );
});

const ROW = "mt-2 -ml-2 flex min-h-8 flex-wrap items-center gap-x-0.5 max-md:min-h-11";

function Actions({ message, text }: { message: Message; text: string }) {
  const { t } = useTranslation();
  const { busy, regenerate } = useMessageActions();
  const mayWrite = useIsAtLeast("member");
  return (
    <>
      {text !== "" && <CopyButton text={text} />}
      {mayWrite && <FeedbackButtons messageId={message.id} />}
      {mayWrite && (
        <IconButton
          icon={RefreshCw}
          size={15}
          label={t("message.regenerate")}
          isDisabled={busy === message.id}
          onPress={() => regenerate(message)}
        />
      )}
      {mayWrite && <More message={message} canContinue={text !== ""} />}
    </>
  );
}

function More({ message, canContinue }: { message: Message; canContinue: boolean }) {
  const { t } = useTranslation();
  const { regenerate, continueFrom } = useMessageActions();
  const [choosing, setChoosing] = useState(false);
  const entries: MenuEntry[] = [
    { id: "model", text: t("message.otherModel"), icon: Shuffle, run: () => setChoosing(true) },
  ];
  if (canContinue) {
    entries.push({
      id: "continue",
      text: t("message.continue"),
      icon: CornerDownRight,
      run: () => continueFrom(message),
    });
  }
  return (
    <>
      <MenuButton icon={Ellipsis} size={15} label={t("message.more")} placement="bottom start" entries={entries} />
      {choosing && (
        <Suspense>
          <ModelDialog
            title={t("message.otherModel")}
            selected={message.model}
            onClose={() => setChoosing(false)}
            onChoose={(model) => {
              setChoosing(false);
              regenerate(message, model);
            }}
          />
        </Suspense>
      )}
    </>
  );
}
