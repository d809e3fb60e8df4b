// "2 / 3": which version of a message is shown, and the way to the others.
import type { Message } from "@parley/client";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "~/ui/button";
import { useMessageActions } from "./message-actions";
import { versionOf } from "./thread-rows";
import { useSiblings } from "./use-session";

export const Versions = memo(function Versions({ message }: { message: Message }) {
  const { t } = useTranslation();
  const { turnTo } = useMessageActions();
  const version = versionOf(message, useSiblings(message));
  if (!version) return null;
  const { at, of } = version;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div role="group" aria-label={t("versions.label")} className="flex items-center">
      <IconButton
        icon={ChevronLeft}
        size={15}
        label={t("versions.previous")}
        isDisabled={at === 1}
        onPress={() => turnTo(message, -1)}
      />
      <span className="tabular text-caption text-muted">
        <span aria-hidden>
          {at} / {of}
        </span>
        <span className="sr-only">{t("versions.place", { at, of })}</span>
      </span>
      <IconButton
        icon={ChevronRight}
        size={15}
        label={t("versions.next")}
        isDisabled={at === of}
        onPress={() => turnTo(message, 1)}
      />
    </div>
  );
});
