// Whether the screen is a phone's: below 768 px the sidebar is a drawer.
import { useSyncExternalStore } from "react";

const query = matchMedia("(max-width: 767.98px)");

function subscribe(listener: () => void): () => void {
  query.addEventListener("change", listener);
  return () => query.removeEventListener("change", listener);
}

export function useIsNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => query.matches);
}
