// How all popovers look.

export const POPOVER = "animate-appear rounded-code border border-border bg-raised p-1 shadow-popover";
