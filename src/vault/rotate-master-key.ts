// Brings everything under the first key of VAULT_KEYS: workspace keys and the instance's secret.
import { Injectable } from "@nestjs/common";
import { Config, type VaultKey } from "#libs/config/index";
import { Database } from "#libs/database/index";
import { InstanceSecrets } from "#libs/secrets/index";
import { type AuditActor, AuditTrail } from "#src/auth/audit-trail";
import { RewrapKeys, type RewrapProgress } from "./rewrap-keys.js";
import { kekCheck } from "./sealing.js";
import { WorkspaceDeksRepository } from "./workspace-deks.repository.js";

/** What is wrapped with which key. */
export interface MasterKeys {
  /** The id of the key that wraps from now on: the first of VAULT_KEYS. */
  target: string;
  /** Workspace keys by the id of the key that wraps them. */
  wrapped: { kekId: string; count: number }[];
  /** Workspace keys that are not under the target yet. */
  left: number;
}

@Injectable()
export class RotateMasterKey {
  constructor(
    private readonly db: Database,
    private readonly config: Config,
    private readonly deks: WorkspaceDeksRepository,
    private readonly rewrap: RewrapKeys,
    private readonly secrets: InstanceSecrets,
    private readonly audit: AuditTrail,
  ) {}

  /** How things stand: the keys of workspaces, and the instance's own as long as it is not under the target. */
  async status(): Promise<MasterKeys> {
    const target = this.target();
    const rows = await this.db.query<{ kekId: string; count: number | string }>(
      `SELECT kek_id AS "kekId", count(*) AS count FROM workspace_deks WHERE state <> 'destroyed' GROUP BY kek_id ORDER BY kek_id`,
    );
    const counts = new Map(rows.map(({ kekId, count }) => [kekId, Number(count)]));
    const left = await this.deks.countNotUnder(target.id, kekCheck(target.key));
    const own = await this.secrets.underOlderKey();
    if (own !== null) counts.set(own, (counts.get(own) ?? 0) + 1);
    return {
      target: target.id,
      wrapped: [...counts].map(([kekId, count]) => ({ kekId, count })),
      left: left + (own === null ? 0 : 1),
    };
  }

  /**
   * Online, and to be run again when it was broken off.
   * @returns how many workspace keys were wrapped anew
   * @throws Error when VAULT_KEYS lacks a key that something is wrapped with
   */
  async execute(actor: AuditActor | null, tell?: (progress: RewrapProgress) => void): Promise<number> {
    const done = await this.rewrap.execute(tell);
    const secret = await this.secrets.rewrap();
    if (done > 0 || secret) {
      const facts = { kekId: this.target().id, workspaceKeys: done };
      await this.audit.record({ action: "vault.rotated", workspaceId: null, actor, facts });
    }
    return done;
  }

  private target(): VaultKey {
    return (this.config.vaultKeys as [VaultKey, ...VaultKey[]])[0];
  }
}
