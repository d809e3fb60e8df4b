// A dialog over the page: focus stays in it, Escape closes it, focus goes back to where it was.
import { X } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { IconButton } from "./button";
import { cx } from "./class-names";
import { useFocusInside } from "./use-focus-inside";

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** A question that must be answered: a click outside does not close it. */
  alert?: boolean;
  width?: string;
  children: ReactNode;
}

export function Dialog({ open, onOpenChange, width = "max-w-[480px]", ...rest }: DialogProps) {
  return (
    <ModalOverlay
      isOpen={open}
      onOpenChange={onOpenChange}
      isDismissable={!rest.alert}
      className="animate-appear fixed inset-0 z-50 flex items-center justify-center bg-scrim p-4"
    >
      <Modal className={cx("w-full rounded-card border border-border bg-raised shadow-popover", width)}>
        <Content {...rest} />
      </Modal>
    </ModalOverlay>
  );
}

function Content({ title, alert = false, children }: Pick<DialogProps, "title" | "alert" | "children">) {
  const { t } = useTranslation();
  const self = useRef<HTMLElement>(null);
  useFocusInside(self);
  return (
    <AriaDialog ref={self} role={alert ? "alertdialog" : "dialog"} className="no-ring flex max-h-[85dvh] flex-col">
      <header className="flex items-center justify-between gap-2 pt-4 pr-3 pl-5">
        <Heading slot="title" className="text-h3 font-semibold">
          {title}
        </Heading>
        <IconButton icon={X} label={t("action.close")} slot="close" />
      </header>
      <div className="overflow-y-auto px-5 pt-2 pb-5">{children}</div>
    </AriaDialog>
  );
}
