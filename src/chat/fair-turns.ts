// Whose turn it is: a free place goes to the workspace that has the fewest answers running (max-min fairness).

/** Who asked for an answer. */
export interface Asker {
  workspaceId: string;
  /** Null: an account that is gone. */
  userId: string | null;
}

/** An answer that waits. Ids grow with time. */
export type Waiting = Asker & { messageId: string };

/** Most answers at once. */
export interface TurnLimits {
  perUser: number;
  perWorkspace: number;
  inAll: number;
}

const userOf = ({ workspaceId, userId }: Asker): string => `${workspaceId}/${userId ?? ""}`;

/**
 * The answers that may begin now, in order. Each free place goes to the workspace with the fewest running, there to the member
 * with the fewest, and of those to the one that has waited longest; nobody gets more than the limits say.
 * @param waiting of each member at least the oldest `perUser`
 */
export function nextTurns(running: readonly Asker[], waiting: readonly Waiting[], limits: TurnLimits): string[] {
  const counts = new Map<string, number>();
  const count = (key: string) => counts.get(key) ?? 0;
  const add = (asker: Asker) => {
    for (const key of [asker.workspaceId, userOf(asker)]) counts.set(key, count(key) + 1);
  };
  running.forEach(add);
  // One line for each member; who stands in front of it is all that matters.
  const lines = new Map<string, Waiting[]>();
  for (const one of waiting.toSorted((a, b) => (a.messageId < b.messageId ? -1 : 1))) {
    const line = lines.get(userOf(one));
    if (line) line.push(one);
    else lines.set(userOf(one), [one]);
  }
  const isBefore = (a: Waiting, b: Waiting): boolean =>
    count(a.workspaceId) - count(b.workspaceId) < 0 ||
    (count(a.workspaceId) === count(b.workspaceId) &&
      (count(userOf(a)) - count(userOf(b)) || (a.messageId < b.messageId ? -1 : 1)) < 0);
  const turns: string[] = [];
  while (running.length + turns.length < limits.inAll) {
    let next: Waiting | undefined;
    for (const [one] of lines.values()) {
      if (!one || count(one.workspaceId) >= limits.perWorkspace || count(userOf(one)) >= limits.perUser) continue;
      if (!next || isBefore(one, next)) next = one;
    }
    if (!next) break;
    lines.get(userOf(next))!.shift();
    add(next);
    turns.push(next.messageId);
  }
  return turns;
}
