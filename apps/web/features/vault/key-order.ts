// Which key does what, as the server chooses (src/vault/key-pause.ts), and what moving one changes.
import type { ProviderKey } from "@parley/client";

/**
 * `inUse`: the next call takes it. `standsBy`: taken when those before it are refused. `rests`: was refused a while ago.
 * `aside`: of another provider or address than the first key, so no call takes it. `off`: switched off.
 */
export type KeyState = "inUse" | "standsBy" | "rests" | "aside" | "off";

type Ordered = Pick<
  ProviderKey,
  "id" | "provider" | "baseUrl" | "enabled" | "pausedReason" | "pausedUntil" | "priority"
>;

/** The state of each key by id. @param keys in order of use */
export function keyStates(keys: readonly Ordered[]): Map<string, KeyState> {
  const first = keys.find(({ enabled }) => enabled);
  const isOfFirst = (key: Ordered) => key.provider === first?.provider && key.baseUrl === first.baseUrl;
  const used = nextToCall(keys.filter((key) => key.enabled && isOfFirst(key)));
  return new Map(
    keys.map((key) => {
      if (!key.enabled) return [key.id, "off"];
      if (!isOfFirst(key)) return [key.id, "aside"];
      if (key.pausedReason !== null) return [key.id, "rests"];
      return [key.id, key.id === used?.id ? "inUse" : "standsBy"];
    }),
  );
}

function nextToCall(keys: readonly Ordered[]): Ordered | undefined {
  return keys.find(({ pausedReason }) => pausedReason === null);
}

/** Above it the server takes no priority. */
const LAST = 1_000;

/**
 * Moves a key one place. @param by -1 earlier, 1 later
 * @returns the priorities that have to change, by id; none when it stands at the end already
 */
export function moveKey(keys: readonly Ordered[], id: string, by: -1 | 1): Map<string, number> {
  const order = keys.map((key) => key.id);
  const from = order.indexOf(id);
  const to = from + by;
  if (from < 0 || to < 0 || to >= order.length) return new Map();
  [order[from], order[to]] = [order[to]!, order[from]!];
  const step = Math.max(1, Math.min(10, Math.floor(LAST / order.length)));
  const before = new Map(keys.map((key) => [key.id, key.priority]));
  const wanted = order.map((key, index) => [key, (index + 1) * step] as const);
  return new Map(wanted.filter(([key, priority]) => before.get(key) !== priority));
}
