// Unsent text, kept in this browser so that a reload loses nothing.

const PREFIX = "parley.draft.";

/** The kept text of a conversation ("new" for one that does not exist yet). */
export function draftOf(conversationId: string): string {
  try {
    return localStorage.getItem(PREFIX + conversationId) ?? "";
  } catch {
    return "";
  }
}

export function keepDraft(conversationId: string, text: string): void {
  try {
    if (text === "") localStorage.removeItem(PREFIX + conversationId);
    else localStorage.setItem(PREFIX + conversationId, text);
  } catch {
    // Storage is blocked or full: the draft lasts as long as the page.
  }
}

/** All drafts go when the account signs out of this browser. */
export function forgetDrafts(): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  } catch {
    // As above.
  }
}
