// Groups conversations by when they were last used, the way people remember it.
import type { Conversation } from "@parley/client";

/** `label` is a text key, or a month's name when `month` is set. */
export interface DateGroup {
  key: string;
  label: "pinned" | "today" | "yesterday" | "week" | "month";
  month?: string;
  conversations: Conversation[];
}

const DAY_MS = 86_400_000;

/** @param now epoch ms; days are those of the browser's zone */
export function groupByDate(conversations: readonly Conversation[], now: number): DateGroup[] {
  const groups = new Map<string, DateGroup>();
  const pinned = conversations.filter((conversation) => conversation.pinned);
  if (pinned.length > 0) groups.set("pinned", { key: "pinned", label: "pinned", conversations: pinned });
  for (const conversation of conversations) {
    if (conversation.pinned) continue;
    const { key, label, month } = groupOf(new Date(conversation.updatedAt), new Date(now));
    const group = groups.get(key) ?? { key, label, ...(month !== undefined && { month }), conversations: [] };
    group.conversations.push(conversation);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function groupOf(date: Date, now: Date): Omit<DateGroup, "conversations"> {
  const days = Math.round((startOfDay(now) - startOfDay(date)) / DAY_MS);
  if (days <= 0) return { key: "today", label: "today" };
  if (days === 1) return { key: "yesterday", label: "yesterday" };
  if (days <= 7) return { key: "week", label: "week" };
  const sameYear = date.getFullYear() === now.getFullYear();
  const month = date.toLocaleDateString("en-US", sameYear ? { month: "long" } : { month: "long", year: "numeric" });
  return { key: `${date.getFullYear()}-${date.getMonth()}`, label: "month", month };
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
