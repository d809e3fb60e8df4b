// The data-encryption key of each workspace: wrapped in the database, open in memory for minutes only.
import { randomBytes } from "node:crypto";
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from "@nestjs/common";
import { Config, ConfigError, type VaultKey } from "#libs/config/index";
import { DekCache } from "./dek-cache.js";
import { kekCheck, unwrapDek, wrapDek } from "./sealing.js";
import { KeyDestroyedError } from "./vault.errors.js";
import { WorkspaceDeksRepository, type WrappedDek } from "./workspace-deks.repository.js";

/** An opened workspace key. Its bytes are overwritten later: use it at once, and do not keep it. */
export interface WorkspaceKey {
  key: Buffer;
  version: number;
}

@Injectable()
export class WorkspaceKeys implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly opened = new DekCache();

  constructor(
    private readonly deks: WorkspaceDeksRepository,
    private readonly config: Config,
  ) {}

  /**
   * Refuses to serve without a key-encryption key that the data needs, or with another one under its id (vault test V4).
   * @throws ConfigError naming every such key
   */
  async onApplicationBootstrap(): Promise<void> {
    const faults = (await this.deks.samples()).flatMap((dek) => this.faultOf(dek) ?? []);
    if (faults.length > 0) throw new ConfigError([...new Set(faults)]);
  }

  onApplicationShutdown(): void {
    this.opened.clear();
  }

  /**
   * Calls `use` with the key that new secrets are sealed with; it is made at the first one. Must run in a transaction.
   * @param use synchronous, so that the key cannot be overwritten under it
   * @throws KeyDestroyedError
   */
  async withCurrent<T>(workspaceId: string, use: (dek: WorkspaceKey) => T): Promise<T> {
    const row = (await this.deks.lockNewest(workspaceId)) ?? (await this.make(workspaceId));
    return use(this.open(row));
  }

  /** Calls `use` with the newest key, if there is one: to find what {@link withCurrent} sealed. @throws KeyDestroyedError */
  async withNewest<T>(workspaceId: string, use: (dek: WorkspaceKey) => T): Promise<T | undefined> {
    const row = await this.deks.newest(workspaceId);
    return row && use(this.open(row));
  }

  /** Calls `use` with the key of a version, see {@link withCurrent}. @throws KeyDestroyedError, SealBrokenError */
  async withVersion<T>(workspaceId: string, version: number, use: (dek: WorkspaceKey) => T): Promise<T> {
    return use(this.open(await this.deks.version(workspaceId, version)));
  }

  /** Overwrites every key of the workspace, also those that are open here. */
  async destroy(workspaceId: string): Promise<void> {
    await this.deks.destroy(workspaceId);
    this.opened.dropAll(`${workspaceId}/`);
  }

  private async make(workspaceId: string): Promise<WrappedDek | undefined> {
    const [kek] = this.config.vaultKeys as [VaultKey, ...VaultKey[]];
    const key = randomBytes(32);
    const wrapped = wrapDek(kek.key, workspaceId, 1, key);
    key.fill(0);
    const wrap = { kekId: kek.id, kekCheck: kekCheck(kek.key), wrapped };
    await this.deks.add({ workspaceId, version: 1, ...wrap, state: "active" });
    // Read back: another process may have been first, and its key is the one.
    return this.deks.newest(workspaceId);
  }

  private open(row: WrappedDek | undefined): WorkspaceKey {
    if (!row || row.state === "destroyed") throw new KeyDestroyedError();
    const { workspaceId, version, wrapped } = row;
    const id = `${workspaceId}/${version}/${wrapped}`;
    let key = this.opened.get(id);
    if (!key) {
      const kek = this.config.vaultKeys.find((entry) => entry.id === row.kekId);
      if (!kek) throw new Error(`VAULT_KEYS lacks the key "${row.kekId}"`);
      key = unwrapDek(kek.key, workspaceId, version, wrapped);
      this.opened.put(id, key);
    }
    return { key, version };
  }

  private faultOf(dek: WrappedDek): string | undefined {
    const kek = this.config.vaultKeys.find(({ id }) => id === dek.kekId);
    if (!kek) return `VAULT_KEYS lacks the key "${dek.kekId}", with which this database was sealed`;
    const other = `VAULT_KEYS holds another key under the id "${dek.kekId}" than this database was sealed with`;
    if (dek.kekCheck !== null && dek.kekCheck !== kekCheck(kek.key)) return other;
    try {
      unwrapDek(kek.key, dek.workspaceId, dek.version, dek.wrapped).fill(0);
      return undefined;
    } catch {
      return other;
    }
  }
}
