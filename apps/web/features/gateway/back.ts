// How the way back to a page above looks.

export const BACK = "-ml-1 inline-flex min-h-9 items-center gap-1 text-ui text-muted hover:text-fg max-md:min-h-11";
