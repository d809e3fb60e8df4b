// The branch of a conversation's tree that is shown: from its newest message up to the root.
import type { Id, Message } from "./types.js";

/** The known messages from the oldest ancestor of `leafId` down to it; empty when the leaf is not known. */
export function branchOf(messages: ReadonlyMap<Id, Message>, leafId: Id | null): Message[] {
  const branch: Message[] = [];
  const seen = new Set<Id>();
  for (let id = leafId; id !== null; ) {
    const message = messages.get(id);
    if (!message || seen.has(id)) break;
    seen.add(id);
    branch.push(message);
    id = message.parentId;
  }
  return branch.reverse();
}

/** The known answers to the same message (or the roots), oldest first: ids are UUIDv7, so they sort by age. */
export function siblingsOf(messages: ReadonlyMap<Id, Message>, id: Id): Message[] {
  const message = messages.get(id);
  if (!message) return [];
  const siblings = [...messages.values()].filter(({ parentId }) => parentId === message.parentId);
  return siblings.sort((a, b) => (a.id < b.id ? -1 : 1));
}
