// Buttons: one primary a view, quiet ones beside it, and icons with a name.
import type { LucideIcon } from "lucide-react";
import type { ReactNode, Ref } from "react";
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
  ToggleButton as AriaToggleButton,
  type ToggleButtonProps as AriaToggleButtonProps,
} from "react-aria-components";
import { cx } from "./class-names";

const LOOKS = {
  primary: "bg-accent text-on-accent hover:bg-accent-hover pressed:bg-accent-hover border-transparent",
  plain: "bg-bg text-fg border-border-strong hover:bg-subtle pressed:bg-sunken",
  quiet: "bg-transparent text-muted border-transparent hover:bg-sunken hover:text-fg pressed:bg-sunken",
  danger: "bg-bg text-danger border-danger hover:bg-danger-soft hover:text-on-danger-soft pressed:bg-danger-soft",
};

export interface ButtonProps extends Omit<AriaButtonProps, "className" | "children"> {
  variant?: keyof typeof LOOKS;
  icon?: LucideIcon;
  className?: string;
  children: ReactNode;
  ref?: Ref<HTMLButtonElement>;
}

const BASE =
  "inline-flex min-h-9 shrink-0 items-center justify-center gap-2 rounded-control border px-3.5 py-1.5 text-ui font-medium whitespace-nowrap transition-colors max-md:min-h-11";

export function Button({ variant = "plain", icon: Icon, className, children, ...props }: ButtonProps) {
  return (
    <AriaButton {...props} className={cx(BASE, "disabled:opacity-50", LOOKS[variant], className)}>
      {Icon && <Icon size={16} aria-hidden />}
      {children}
    </AriaButton>
  );
}

export interface ButtonLinkProps extends Pick<ButtonProps, "variant" | "className" | "children"> {
  href: string;
}

/** Looks like a {@link Button}, and leaves the app for another address. */
export function ButtonLink({ variant = "plain", className, children, href }: ButtonLinkProps) {
  return (
    <a href={href} className={cx(BASE, "no-underline", LOOKS[variant], className)}>
      {children}
    </a>
  );
}

export interface IconButtonProps extends Omit<AriaButtonProps, "className" | "children" | "aria-label"> {
  icon: LucideIcon;
  /** The button's name, also shown when the pointer rests on it. */
  label: string;
  size?: number;
  className?: string;
  ref?: Ref<HTMLButtonElement>;
}

const ICON_LOOK =
  "inline-flex size-8 shrink-0 items-center justify-center rounded-control text-muted transition-colors hover:bg-sunken hover:text-fg pressed:bg-sunken disabled:opacity-40 max-md:size-11";

/** A square button with an icon; 44 px where fingers use it. */
export function IconButton({ icon: Icon, label, size = 17, className, ref, ...props }: IconButtonProps) {
  return (
    <AriaButton
      {...props}
      ref={ref}
      aria-label={label}
      render={(button) => <button {...button} title={label} />}
      className={cx(ICON_LOOK, className)}
    >
      <Icon size={size} aria-hidden />
    </AriaButton>
  );
}

export interface ToggleIconButtonProps extends Omit<AriaToggleButtonProps, "className" | "children" | "aria-label"> {
  icon: LucideIcon;
  /** The button's name in both states. */
  label: string;
  size?: number;
}

/** An {@link IconButton} that is on or off; on, its icon is filled. */
export function ToggleIconButton({ icon: Icon, label, size = 17, ...props }: ToggleIconButtonProps) {
  return (
    <AriaToggleButton
      {...props}
      aria-label={label}
      render={(button) => <button {...button} title={label} />}
      className={cx(ICON_LOOK, "selected:text-accent")}
    >
      {({ isSelected }) => <Icon size={size} aria-hidden fill={isSelected ? "currentColor" : "none"} />}
    </AriaToggleButton>
  );
}
