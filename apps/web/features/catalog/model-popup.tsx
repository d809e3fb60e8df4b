// The popup of the model picker; loaded when it opens.
import type { RefObject } from "react";
import { Dialog, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { cx } from "~/ui/class-names";
import { POPOVER } from "~/ui/popover-look";
import { ModelList, type ModelListProps } from "./model-list";

interface ModelPopupProps extends ModelListProps {
  trigger: RefObject<HTMLElement | null>;
  align: "center" | "end";
  onClose: () => void;
}

export default function ModelPopup({ trigger, align, onClose, ...list }: ModelPopupProps) {
  const { t } = useTranslation();
  return (
    <Popover
      isOpen
      onOpenChange={onClose}
      triggerRef={trigger}
      placement={align === "end" ? "bottom end" : "bottom"}
      offset={4}
      className={cx(POPOVER, "w-[440px] max-w-[calc(100vw-16px)] rounded-card")}
    >
      <Dialog aria-label={t("models.choose")} className="no-ring">
        <ModelList {...list} />
      </Dialog>
    </Popover>
  );
}
