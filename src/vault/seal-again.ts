// What a workspace has sealed, sealed again with its newest key: its provider keys, and what it logs of the gateway.
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { type ProviderKey } from "./provider-key.entity.js";
import { ProviderKeysRepository } from "./provider-keys.repository.js";
import { SealedLogs } from "./sealed-logs.js";
import { dekVersionOf } from "./sealing.js";
import { VaultService } from "./vault.service.js";

/** Secrets sealed again in one round. */
const BATCH = 20;

@Injectable()
export class SealAgain {
  constructor(
    private readonly db: Database,
    private readonly rows: ProviderKeysRepository,
    private readonly vault: VaultService,
    private readonly logs: SealedLogs,
  ) {}

  /** How many secrets are under a key of this version, and how many under older ones. */
  async progress(workspaceId: string, version: number): Promise<{ done: number; left: number }> {
    const rows = await this.rows.all(workspaceId);
    const left = olderThan(rows, version).length;
    return { done: rows.length - left, left };
  }

  /** Seals some secrets again. @throws KeyUnreadableError when one does not open */
  async someSecrets(workspaceId: string, version: number): Promise<void> {
    const old = olderThan(await this.rows.all(workspaceId), version);
    for (const row of old.slice(0, BATCH)) await this.secret(row);
  }

  /** Seals the whole log of the gateway again; what does not open stays as it is. */
  async logged(workspaceId: string, version: number): Promise<void> {
    while (await this.logs.hasOlder(workspaceId, version)) await this.logs.sealSomeAgain(workspaceId, version);
  }

  /** Whether everything is under this version or a newer one. */
  async isDone(workspaceId: string, version: number): Promise<boolean> {
    return (await this.progress(workspaceId, version)).left === 0 && !(await this.logs.hasOlder(workspaceId, version));
  }

  private async secret(row: ProviderKey): Promise<void> {
    await this.db.transaction(async () => {
      const sealed = await this.vault.sealAgain(row);
      // Not over a secret that was changed or deleted meanwhile: that one is under the new key, or gone.
      await this.rows.reseal(row, sealed);
    });
  }
}

function olderThan(rows: readonly ProviderKey[], version: number): ProviderKey[] {
  return rows.filter(({ sealed }) => dekVersionOf(sealed) < version);
}
