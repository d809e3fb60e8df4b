// A choice that counts at once: on or off.
import type { ReactNode } from "react";
import { Switch as AriaSwitch } from "react-aria-components";
import { cx } from "./class-names";

export interface SwitchProps {
  isSelected: boolean;
  onChange: (on: boolean) => void;
  isDisabled?: boolean;
  className?: string;
  children: ReactNode;
}

export function Switch({ isSelected, onChange, isDisabled = false, className, children }: SwitchProps) {
  return (
    <AriaSwitch
      isSelected={isSelected}
      onChange={onChange}
      isDisabled={isDisabled}
      className={cx("group flex min-h-11 items-center gap-3 text-ui disabled:text-muted", className)}
    >
      <span
        aria-hidden
        className="flex h-6 w-10 shrink-0 items-center rounded-full border border-border-strong bg-sunken px-0.5 transition-colors group-disabled:opacity-50 group-selected:border-accent group-selected:bg-accent"
      >
        <span className="size-[18px] rounded-full bg-border-strong transition-transform group-selected:translate-x-4 group-selected:bg-on-accent" />
      </span>
      {children}
    </AriaSwitch>
  );
}
