// A panel that comes in from the left over the page; focus stays in it, Escape and a tap beside it close it.
import { type ReactNode, useRef } from "react";
import { Dialog, Modal, ModalOverlay } from "react-aria-components";
import { useFocusInside } from "./use-focus-inside";

export interface DrawerProps {
  label: string;
  onClose: () => void;
  children: ReactNode;
}

export default function Drawer({ label, onClose, children }: DrawerProps) {
  return (
    <ModalOverlay isDismissable isOpen onOpenChange={onClose} className="animate-appear fixed inset-0 z-40 bg-scrim">
      <Modal className="animate-drawer h-full w-[300px] max-w-[85vw] border-r border-border bg-subtle">
        <Content label={label}>{children}</Content>
      </Modal>
    </ModalOverlay>
  );
}

function Content({ label, children }: Omit<DrawerProps, "onClose">) {
  const self = useRef<HTMLElement>(null);
  useFocusInside(self);
  return (
    <Dialog ref={self} aria-label={label} className="no-ring flex h-full flex-col pb-[env(safe-area-inset-bottom)]">
      {children}
    </Dialog>
  );
}
