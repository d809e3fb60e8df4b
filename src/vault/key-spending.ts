// What each provider key has spent: a port, since the ledger knows the vault and not the other way round.

/** Exact decimals in USD; calls whose cost is not known yet are not in them. */
export interface KeySpend {
  /** In this calendar month, UTC. */
  spentThisMonthUsd: string;
  /** In all. */
  spentUsd: string;
}

export const NOTHING_SPENT: KeySpend = { spentThisMonthUsd: "0", spentUsd: "0" };

export abstract class KeySpending {
  /** @returns by key id; keys that have spent nothing are not in it */
  abstract of(workspaceId: string, keyIds: readonly string[]): Promise<Map<string, KeySpend>>;
}
