// What the thread shows, row by row: the branch, then what is written but not yet acked.
import type { Message, OutboxEntry } from "@parley/client";

export type ThreadRow =
  | { kind: "message"; key: string; message: Message }
  | { kind: "unsent"; key: string; entry: OutboxEntry };

/** A message keeps its row when the server's copy takes the place of the unsent one. */
export function rowsOf(messages: readonly Message[], outbox: readonly OutboxEntry[]): ThreadRow[] {
  const sent = new Set(messages.flatMap(({ role, clientMessageId }) => (role === "user" && clientMessageId) || []));
  const shown = messages.filter(({ role }) => role !== "system");
  return [
    ...shown.map((message): ThreadRow => ({ kind: "message", key: keyOf(message), message })),
    ...outbox
      .filter(({ body }) => !sent.has(body.clientMessageId))
      .map((entry): ThreadRow => ({ kind: "unsent", key: `u:${entry.body.clientMessageId}`, entry })),
  ];
}

function keyOf({ id, role, clientMessageId }: Message): string {
  return role === "user" && clientMessageId ? `u:${clientMessageId}` : id;
}

/** Where the message stands among its versions, from 1; null when it is the only one. */
export function versionOf(message: Message, siblings: readonly Message[]): { at: number; of: number } | null {
  const versions = siblings.filter(({ role }) => role === message.role);
  const place = versions.findIndex(({ id }) => id === message.id);
  return versions.length > 1 && place >= 0 ? { at: place + 1, of: versions.length } : null;
}

/** The version `step` places before (negative) or after a message; null at the ends. */
export function versionBeside(message: Message, siblings: readonly Message[], step: number): Message | null {
  const versions = siblings.filter(({ role }) => role === message.role);
  const place = versions.findIndex(({ id }) => id === message.id);
  return place < 0 ? null : (versions[place + step] ?? null);
}
