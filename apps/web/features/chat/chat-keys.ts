// The keys of a conversation: Escape stops, Alt+Up edits the last message, [ and ] turn to other versions.
import type { ConversationSnapshot, Message } from "@parley/client";
import { type RefObject, useEffect, useRef } from "react";
import { useChoices } from "~/app/settings";
import { isOverlaid, isTyping } from "~/app/shortcuts";
import { type MessageActions, useMessageActions } from "./message-actions";

export function useChatKeys(snapshot: ConversationSnapshot, composer: RefObject<HTMLTextAreaElement | null>): void {
  const actions = useMessageActions();
  const state = useRef({ snapshot, actions });
  useEffect(() => {
    state.current = { snapshot, actions };
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || isOverlaid()) return;
      if (handle(event, state.current.snapshot, state.current.actions, composer.current)) event.preventDefault();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [composer]);
}

/** @returns whether the key was one of ours */
function handle(
  event: KeyboardEvent,
  { messages, streaming }: ConversationSnapshot,
  actions: MessageActions,
  composer: HTMLTextAreaElement | null,
): boolean {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (event.key === "Escape" && plain && streaming) {
    actions.stop(streaming);
    return true;
  }
  if (event.key === "ArrowUp" && event.altKey) {
    const last = messages.findLast(({ role }) => role === "user");
    if (last) actions.setEditing(last.id);
    return last !== undefined;
  }
  if (!plain || isTyping(event.target) || !useChoices.getState().singleKeys) return false;
  if (event.key === "/") {
    composer?.focus();
    return true;
  }
  const step = { "[": -1, "]": 1 }[event.key];
  const message = step === undefined ? undefined : focused(messages);
  if (step === undefined || !message) return false;
  actions.turnTo(message, step);
  return true;
}

/** The message that has the focus, else the newest answer. */
function focused(messages: readonly Message[]): Message | undefined {
  const id = document.activeElement?.closest("[data-message]")?.getAttribute("data-message");
  return messages.find((message) => message.id === id) ?? messages.findLast(({ role }) => role === "assistant");
}
