// An icon button with a menu behind it.
import type { LucideIcon } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import { IconButton } from "./button";
import type { MenuEntry, MenuPopupProps } from "./menu-popup";

export const MenuPopup = lazy(() => import("./menu-popup"));

export interface MenuButtonProps extends Pick<MenuPopupProps, "label" | "entries"> {
  icon: LucideIcon;
  size?: number;
  placement?: MenuPopupProps["placement"];
  className?: string;
}

export function MenuButton({ label, entries, placement = "bottom end", ...button }: MenuButtonProps) {
  const trigger = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton
        {...button}
        ref={trigger}
        label={label}
        aria-haspopup="menu"
        aria-expanded={open}
        onPress={() => setOpen(true)}
      />
      {open && (
        <Suspense>
          <MenuPopup
            trigger={trigger}
            label={label}
            entries={entries}
            placement={placement}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      )}
    </>
  );
}

export type { MenuEntry };
