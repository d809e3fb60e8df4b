// Moves every workspace key under the first key-encryption key, so that an older one can be taken out of VAULT_KEYS.
import { Injectable } from "@nestjs/common";
import { Config, type VaultKey } from "#libs/config/index";
import { Database } from "#libs/database/index";
import { kekCheck, unwrapDek, wrapDek } from "./sealing.js";
import { WorkspaceDeksRepository, type WrappedDek } from "./workspace-deks.repository.js";

/** Keys in one transaction: the write lock is held for a few milliseconds. */
const BATCH = 100;

/** How far a rewrap is. */
export interface RewrapProgress {
  done: number;
  left: number;
}

@Injectable()
export class RewrapKeys {
  constructor(
    private readonly db: Database,
    private readonly deks: WorkspaceDeksRepository,
    private readonly config: Config,
  ) {}

  /**
   * Wraps again whatever is under another key. Online: readers take both wraps. May be broken off anywhere and run again.
   * @returns how many were wrapped again by this run
   * @throws Error when VAULT_KEYS lacks the key of one of them
   */
  async execute(tell: (progress: RewrapProgress) => void = () => undefined): Promise<number> {
    const [target] = this.config.vaultKeys as [VaultKey, ...VaultKey[]];
    const check = kekCheck(target.key);
    let done = 0;
    for (;;) {
      const found = await this.db.transaction(async () => {
        const batch = await this.deks.notUnder(target.id, check, BATCH);
        for (const dek of batch) if (await this.deks.swap(dek, this.wrapped(dek, target, check))) done += 1;
        return batch.length;
      });
      tell({ done, left: await this.deks.countNotUnder(target.id, check) });
      if (found < BATCH) return done;
    }
  }

  private wrapped(dek: WrappedDek, target: VaultKey, check: string) {
    const { workspaceId, version } = dek;
    const from = this.config.vaultKeys.find(({ id }) => id === dek.kekId);
    if (!from) throw new Error(`VAULT_KEYS lacks the key "${dek.kekId}"`);
    const key = unwrapDek(from.key, workspaceId, version, dek.wrapped);
    const wrapped = wrapDek(target.key, workspaceId, version, key);
    key.fill(0);
    return { kekId: target.id, kekCheck: check, wrapped };
  }
}
