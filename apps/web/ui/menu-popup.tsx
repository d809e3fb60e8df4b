// The popup of a menu; loaded when the first menu opens.
import type { LucideIcon } from "lucide-react";
import type { RefObject } from "react";
import { Menu, MenuItem, Popover } from "react-aria-components";
import { cx } from "./class-names";
import { POPOVER } from "./popover-look";

/** One line of a menu. */
export interface MenuEntry {
  id: string;
  text: string;
  icon?: LucideIcon;
  /** Cannot be taken back. */
  danger?: boolean;
  /** What stands behind the text. */
  mark?: LucideIcon;
  run: () => void;
}

export interface MenuPopupProps {
  trigger: RefObject<HTMLElement | null>;
  label: string;
  entries: readonly MenuEntry[];
  placement: "bottom start" | "bottom end";
  onClose: () => void;
}

export default function MenuPopup({ trigger, label, entries, placement, onClose }: MenuPopupProps) {
  return (
    <Popover
      isOpen
      onOpenChange={onClose}
      triggerRef={trigger}
      placement={placement}
      offset={4}
      className={cx(POPOVER, "min-w-48 max-w-[calc(100vw-16px)]")}
    >
      <Menu
        aria-label={label}
        autoFocus="first"
        onClose={onClose}
        onAction={(key) => entries.find(({ id }) => id === key)?.run()}
        className="no-ring max-h-[60dvh] overflow-y-auto"
      >
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </Menu>
    </Popover>
  );
}

function Entry({ entry: { id, text, icon: Icon, mark: Mark, danger } }: { entry: MenuEntry }) {
  return (
    <MenuItem
      id={id}
      textValue={text}
      className={cx(
        "no-ring flex min-h-9 cursor-default items-center gap-2.5 rounded-control px-2.5 text-ui max-md:min-h-11",
        danger
          ? "text-danger focus:bg-danger-soft focus:text-on-danger-soft"
          : "focus:bg-accent-soft focus:text-on-accent-soft",
      )}
    >
      {Icon && <Icon size={16} aria-hidden />}
      <span className="min-w-0 flex-1 truncate">{text}</span>
      {Mark && <Mark size={16} aria-hidden />}
    </MenuItem>
  );
}
