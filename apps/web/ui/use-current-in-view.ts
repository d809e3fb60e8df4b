// A row of links that may be wider than the page: the one to the current page is scrolled into view.
import { useLocation } from "@tanstack/react-router";
import { type RefObject, useEffect, useRef } from "react";

/** @returns for the row */
export function useCurrentInView(): RefObject<HTMLElement | null> {
  const row = useRef<HTMLElement>(null);
  const path = useLocation({ select: ({ pathname }) => pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: with the path another link is the current one
  useEffect(() => {
    row.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ inline: "center", block: "nearest" });
  }, [path]);
  return row;
}
