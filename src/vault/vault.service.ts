// Provider keys: kept sealed, shown never, opened only for a call.

import { Injectable } from "@nestjs/common";
import { Config } from "#libs/config/index";
import { Database, newId } from "#libs/database/index";
import { DomainError, InvalidInputError, NotFoundError } from "#libs/errors/index";
import { type Actor } from "#src/auth/actor";
import { assertPublicUrl } from "./base-url.js";
import { ProviderKey } from "./provider-key.entity.js";
import { dekVersionOf, fingerprint, open, type SealedPlace, seal } from "./sealing.js";
import { type CreateProviderKeyDto } from "./vault.dto.js";
import { WorkspaceKeys } from "./workspace-keys.js";

/** What a call to a provider needs. `keyId` null: the instance's own key. */
export interface ProviderCredential {
  keyId: string | null;
  secret: string;
  baseUrl: string;
}

/** 422: nobody has given a key yet. */
export class NoProviderKeyError extends DomainError {
  constructor() {
    super("no_provider_key", 422, "No provider key is set up: add one in Settings → Provider keys.");
  }
}

@Injectable()
export class VaultService {
  constructor(
    private readonly db: Database,
    private readonly config: Config,
    private readonly keys: WorkspaceKeys,
  ) {}

  /** @throws InvalidInputError for a base URL that is missing or not allowed */
  async create(actor: Actor, body: CreateProviderKeyDto): Promise<ProviderKey> {
    const baseUrl = body.baseUrl ?? null;
    if (body.provider === "openai-compatible" && baseUrl === null) {
      throw new InvalidInputError([{ path: "baseUrl", message: "is required for openai-compatible" }], 422);
    }
    if (baseUrl !== null) await assertPublicUrl(baseUrl, this.config);
    const now = Date.now();
    const identity = {
      id: newId(),
      workspaceId: actor.workspaceId,
      provider: body.provider,
      label: body.label,
      baseUrl,
    };
    const row = Object.assign(new ProviderKey(), identity, {
      createdBy: actor.userId,
      createdAt: now,
      updatedAt: now,
      lastUsedAt: null,
    });
    return this.db.transaction(async () => {
      Object.assign(row, await this.sealed({ ...row, secretVersion: 1 }, body.secret));
      await this.db.repository(ProviderKey).insert(row);
      return row;
    });
  }

  async list(workspaceId: string): Promise<ProviderKey[]> {
    return this.db.repository(ProviderKey).find({ where: { workspaceId }, order: { id: "ASC" } });
  }

  async get(workspaceId: string, id: string): Promise<ProviderKey> {
    const row = await this.db.repository(ProviderKey).findOneBy({ workspaceId, id });
    if (!row) throw new NotFoundError("This key");
    return row;
  }

  async relabel(workspaceId: string, id: string, label: string | undefined): Promise<ProviderKey> {
    return this.db.transaction(async () => {
      const row = await this.get(workspaceId, id);
      if (label === undefined) return row;
      const changes = { label, updatedAt: Date.now() };
      await this.db.repository(ProviderKey).update({ workspaceId, id }, changes);
      return { ...row, ...changes };
    });
  }

  /** Replaces the secret; the old one cannot be put back (its version is bound into the seal). */
  async rotate(workspaceId: string, id: string, secret: string): Promise<ProviderKey> {
    return this.db.transaction(async () => {
      const row = await this.get(workspaceId, id);
      const changes = {
        ...(await this.sealed({ ...row, secretVersion: row.secretVersion + 1 }, secret)),
        updatedAt: Date.now(),
      };
      await this.db.repository(ProviderKey).update({ workspaceId, id }, changes);
      return { ...row, ...changes };
    });
  }

  async delete(workspaceId: string, id: string): Promise<void> {
    const deleted = await this.db.execute("DELETE FROM provider_keys WHERE workspace_id = ? AND id = ?", [
      workspaceId,
      id,
    ]);
    if (deleted === 0) throw new NotFoundError("This key");
  }

  /** The credential for a new call: the workspace's first key, else the instance's. @throws NoProviderKeyError */
  async credentialFor(workspaceId: string): Promise<ProviderCredential> {
    const [first] = await this.list(workspaceId);
    if (first) return this.reveal(first);
    const { openrouterApiKey: secret, openrouterBaseUrl: baseUrl } = this.config;
    if (secret === undefined) throw new NoProviderKeyError();
    return { keyId: null, secret, baseUrl };
  }

  /** The credential that an earlier call used, or today's when that key is gone. */
  async credentialOf(workspaceId: string, keyId: string | null): Promise<ProviderCredential> {
    const row = keyId === null ? null : await this.db.repository(ProviderKey).findOneBy({ workspaceId, id: keyId });
    if (row) return this.reveal(row);
    const { openrouterApiKey: secret, openrouterBaseUrl: baseUrl } = this.config;
    return keyId === null && secret !== undefined ? { keyId, secret, baseUrl } : this.credentialFor(workspaceId);
  }

  /** Opens a key for one call. @throws SealBrokenError, DomainError `key_destroyed` */
  async reveal(row: ProviderKey): Promise<ProviderCredential> {
    const dek = await this.keys.ofVersion(row.workspaceId, dekVersionOf(row.sealed));
    const secret = open(dek, this.place(row), row.sealed);
    return { keyId: row.id, secret, baseUrl: row.baseUrl ?? this.config.openrouterBaseUrl };
  }

  private async sealed(
    row: Omit<ProviderKey, "sealed" | "masked" | "fingerprint">,
    secret: string,
  ): Promise<Pick<ProviderKey, "sealed" | "secretVersion" | "masked" | "fingerprint">> {
    const dek = await this.keys.current(row.workspaceId);
    const masked = secret.length >= 12 ? `…${secret.slice(-4)}` : "…";
    return {
      sealed: seal(dek, this.place(row), secret),
      secretVersion: row.secretVersion,
      masked,
      fingerprint: fingerprint(dek.key, secret),
    };
  }

  private place(row: Pick<ProviderKey, "id" | "workspaceId" | "secretVersion" | "baseUrl">): SealedPlace {
    const origin = new URL(row.baseUrl ?? this.config.openrouterBaseUrl).origin;
    return {
      table: "provider_keys",
      column: "sealed",
      workspaceId: row.workspaceId,
      rowId: row.id,
      secretVersion: row.secretVersion,
      origin,
    };
  }
}
