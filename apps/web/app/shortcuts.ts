// The keys that work everywhere. Those of a conversation are in features/chat/chat-keys.ts.
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useChoices } from "./settings";
import { useUi } from "./ui-store";

export const IS_MAC = /Mac|iPhone|iPad/.test(navigator.platform);

/** Whether a key press is text for a field. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest("input, textarea, select, [role=textbox]") !== null)
  );
}

/** Whether something lies over the page, and keys belong to it. */
export function isOverlaid(): boolean {
  return document.querySelector("[role=dialog], [role=alertdialog], [role=menu]") !== null;
}

export function useShortcuts(): void {
  const navigate = useNavigate();
  const { setPalette, setKeys } = useUi();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const command = IS_MAC ? event.metaKey : event.ctrlKey;
      const key = event.key.toLowerCase();
      if (command && !event.shiftKey && !event.altKey && key === "k") {
        event.preventDefault();
        setPalette(!useUi.getState().paletteOpen);
      } else if (command && event.shiftKey && key === "o") {
        event.preventDefault();
        void navigate({ to: "/" });
      } else if (event.key === "?" && !command && useChoices.getState().singleKeys) {
        if (isTyping(event.target) || isOverlaid()) return;
        event.preventDefault();
        setKeys(true);
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [navigate, setPalette, setKeys]);
}
