// A menu behind a button.
import type { LucideIcon } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { Menu as AriaMenu, MenuItem as AriaMenuItem, MenuTrigger, Popover, type MenuItemProps } from "react-aria-components";
import { cx } from "./class-names";

export const POPOVER = "animate-appear rounded-code border border-border bg-raised p-1 shadow-popover";

export interface MenuProps {
  trigger: ReactElement;
  label: string;
  placement?: "bottom start" | "bottom end" | "top start" | "top end";
  children: ReactNode;
}

export function Menu({ trigger, label, placement = "bottom end", children }: MenuProps) {
  return (
    <MenuTrigger>
      {trigger}
      <Popover placement={placement} offset={4} className={cx(POPOVER, "min-w-48 max-w-[calc(100vw-16px)]")}>
        <AriaMenu aria-label={label} className="no-ring max-h-[60dvh] overflow-y-auto">
          {children}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}

export interface ItemProps extends Omit<MenuItemProps, "className" | "children"> {
  icon?: LucideIcon;
  danger?: boolean;
  children: ReactNode;
}

export function MenuItem({ icon: Icon, danger = false, children, ...props }: ItemProps) {
  return (
    <AriaMenuItem
      {...props}
      className={cx(
        "no-ring flex min-h-9 cursor-default items-center gap-2.5 rounded-control px-2.5 text-ui max-md:min-h-11",
        danger
          ? "text-danger focus:bg-danger-soft focus:text-on-danger-soft"
          : "focus:bg-accent-soft focus:text-on-accent-soft",
      )}
    >
      {Icon && <Icon size={16} aria-hidden />}
      {children}
    </AriaMenuItem>
  );
}
