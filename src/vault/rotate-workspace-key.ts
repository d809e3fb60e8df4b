// Gives a workspace a new data-encryption key: everything that it seals is sealed again, while it is read and written.
import { randomBytes } from "node:crypto";
import { Injectable } from "@nestjs/common";
import { Config, type VaultKey } from "#libs/config/index";
import { Database } from "#libs/database/index";
import { type AuditActor, AuditTrail } from "#src/auth/audit-trail";
import { type ProviderKey } from "./provider-key.entity.js";
import { ProviderKeysRepository } from "./provider-keys.repository.js";
import { SealedLogs } from "./sealed-logs.js";
import { dekVersionOf, kekCheck, wrapDek } from "./sealing.js";
import { VaultService } from "./vault.service.js";
import { WorkspaceDeksRepository } from "./workspace-deks.repository.js";

/** Secrets sealed again in one transaction. */
const BATCH = 20;

/** How far a rotation is. */
export interface RotationProgress {
  /** The new key's version; 0: the workspace has sealed nothing yet. */
  version: number;
  /** Secrets that are under it. */
  done: number;
  left: number;
}

@Injectable()
export class RotateWorkspaceKey {
  constructor(
    private readonly db: Database,
    private readonly config: Config,
    private readonly deks: WorkspaceDeksRepository,
    private readonly rows: ProviderKeysRepository,
    private readonly vault: VaultService,
    private readonly logs: SealedLogs,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Readers take the old and the new key until the end; then the old one is destroyed. Broken off anywhere it may be run
   * again, and goes on where it was.
   * @throws KeyDestroyedError, KeyUnreadableError when a secret does not open: then the old key stays
   */
  async execute(
    workspaceId: string,
    actor: AuditActor | null,
    tell: (progress: RotationProgress) => void = () => undefined,
  ): Promise<RotationProgress> {
    const version = await this.begin(workspaceId, actor);
    for (;;) {
      const { old, done } = await this.progress(workspaceId, version);
      tell({ version, done, left: old.length });
      if (old.length === 0) {
        while (await this.logs.hasOlder(workspaceId, version)) await this.logs.sealSomeAgain(workspaceId, version);
        // Asked again under the lock: somebody may have begun to seal with the old key before the new one was there.
        if (!(await this.finish(workspaceId, version))) continue;
        if (version > 0) await this.db.emptyLog();
        return { version, done, left: 0 };
      }
      for (const row of old.slice(0, BATCH)) await this.sealAgain(row);
    }
  }

  /** @returns the version of the key that everything shall be under */
  private async begin(workspaceId: string, actor: AuditActor | null): Promise<number> {
    return this.db.transaction(async () => {
      const newest = await this.deks.lockNewest(workspaceId);
      if (!newest || newest.state === "destroyed") return 0;
      // An older version is still there: this goes on with a rotation that was broken off.
      if ((await this.deks.countOlder(workspaceId, newest.version)) > 0) return newest.version;
      const version = newest.version + 1;
      const [kek] = this.config.vaultKeys as [VaultKey, ...VaultKey[]];
      const key = randomBytes(32);
      const wrapped = wrapDek(kek.key, workspaceId, version, key);
      key.fill(0);
      await this.deks.retire(workspaceId, newest.version);
      const wrap = { kekId: kek.id, kekCheck: kekCheck(kek.key), wrapped };
      await this.deks.add({ workspaceId, version, ...wrap, state: "active" });
      await this.audit.record({ action: "vault.rotated", workspaceId, actor, facts: { version } });
      return version;
    });
  }

  private async progress(workspaceId: string, version: number): Promise<{ old: ProviderKey[]; done: number }> {
    const rows = await this.rows.all(workspaceId);
    const old = rows.filter(({ sealed }) => dekVersionOf(sealed) < version);
    return { old, done: rows.length - old.length };
  }

  private async sealAgain(row: ProviderKey): Promise<void> {
    await this.db.transaction(async () => {
      const sealed = await this.vault.sealAgain(row);
      // Not over a secret that was changed or deleted meanwhile: that one is under the new key, or gone.
      await this.rows.reseal(row, sealed);
    });
  }

  private async finish(workspaceId: string, version: number): Promise<boolean> {
    return this.db.transaction(async () => {
      await this.deks.lockAll(workspaceId);
      if ((await this.progress(workspaceId, version)).old.length > 0) return false;
      if (await this.logs.hasOlder(workspaceId, version)) return false;
      await this.deks.destroyOlder(workspaceId, version);
      return true;
    });
  }
}
