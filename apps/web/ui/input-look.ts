// How all text fields look.

export const INPUT =
  "w-full min-h-9 rounded-control border border-border-strong bg-bg px-3 py-1.5 text-ui text-fg max-md:min-h-11 max-md:text-[16px] invalid:border-danger disabled:opacity-50";
