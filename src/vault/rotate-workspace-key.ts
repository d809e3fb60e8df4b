// Gives a workspace a new data-encryption key: everything that it seals is sealed again, while it is read and written.
import { randomBytes } from "node:crypto";
import { Injectable } from "@nestjs/common";
import { Config, type VaultKey } from "#libs/config/index";
import { Database } from "#libs/database/index";
import { type AuditActor, AuditTrail } from "#src/auth/audit-trail";
import { SealAgain } from "./seal-again.js";
import { kekCheck, wrapDek } from "./sealing.js";
import { WorkspaceDeksRepository } from "./workspace-deks.repository.js";

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
    private readonly sealing: SealAgain,
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
      const { done, left } = await this.sealing.progress(workspaceId, version);
      tell({ version, done, left });
      if (left === 0) {
        await this.sealing.logged(workspaceId, version);
        // Asked again under the lock: somebody may have begun to seal with the old key before the new one was there.
        if (!(await this.finish(workspaceId, version))) continue;
        if (version > 0) await this.db.emptyLog();
        return { version, done, left: 0 };
      }
      await this.sealing.someSecrets(workspaceId, version);
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

  private async finish(workspaceId: string, version: number): Promise<boolean> {
    return this.db.transaction(async () => {
      await this.deks.lockAll(workspaceId);
      if (!(await this.sealing.isDone(workspaceId, version))) return false;
      await this.deks.destroyOlder(workspaceId, version);
      return true;
    });
  }
}
