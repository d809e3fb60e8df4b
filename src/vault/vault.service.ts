// Provider keys: kept sealed, shown never, opened only for a call.

import { Injectable } from "@nestjs/common";
import { Config } from "#libs/config/index";
import { NotFoundError } from "#libs/errors/index";
import { Logger } from "#libs/observability/index";
import { type ProviderCredential } from "./call-keys.js";
import { Egress } from "./egress.js";
import { type ProviderKey } from "./provider-key.entity.js";
import { ProviderKeysRepository } from "./provider-keys.repository.js";
import { dekVersionOf, fingerprint, open, SealBrokenError, type SealedPlace, seal } from "./sealing.js";
import { KeyUnreadableError } from "./vault.errors.js";
import { WorkspaceDeksRepository } from "./workspace-deks.repository.js";
import { WorkspaceKeys } from "./workspace-keys.js";

/** A secret as it is stored. */
export type SealedSecret = Pick<ProviderKey, "sealed" | "secretVersion" | "masked" | "fingerprint">;
type Place = Pick<ProviderKey, "id" | "workspaceId" | "secretVersion" | "baseUrl">;

@Injectable()
export class VaultService {
  constructor(
    private readonly rows: ProviderKeysRepository,
    private readonly keys: WorkspaceKeys,
    private readonly deks: WorkspaceDeksRepository,
    private readonly egress: Egress,
    private readonly config: Config,
    private readonly logger: Logger,
  ) {}

  /** Opens a key for one call. @throws NotFoundError, KeyUnreadableError, KeyDestroyedError, BaseUrlRefusedError */
  async reveal(workspaceId: string, keyId: string): Promise<ProviderCredential> {
    const row = await this.rows.find(workspaceId, keyId);
    if (!row) throw new NotFoundError("This key");
    return this.open(row);
  }

  /** Seals a secret for the place that it will be stored in. Must run in a transaction. */
  async seal(place: Place, secret: string): Promise<SealedSecret> {
    return this.keys.withCurrent(place.workspaceId, (dek) => ({
      sealed: seal(dek, sealedPlace(place), secret),
      secretVersion: place.secretVersion,
      // Of a short secret four characters would be too much.
      masked: secret.length >= 12 ? `…${secret.slice(-4)}` : "…",
      fingerprint: fingerprint(dek.key, secret),
    }));
  }

  /** Seals the same secret with the workspace's newest key. Must run in a transaction. @throws KeyUnreadableError */
  async sealAgain(row: ProviderKey): Promise<SealedSecret> {
    const { secret } = await this.open(row);
    return this.seal(row, secret);
  }

  /** Destroys the keys of a workspace: nothing that was sealed in it can ever be opened again. */
  async shred(workspaceId: string): Promise<void> {
    await this.deks.destroy(workspaceId);
  }

  /** Opens a key that was read. @throws KeyUnreadableError, KeyDestroyedError, BaseUrlRefusedError */
  async open(row: ProviderKey): Promise<ProviderCredential> {
    const { id, workspaceId, provider, sealed } = row;
    const dispatcher = this.egress.dispatcherFor(row.baseUrl);
    try {
      const version = dekVersionOf(sealed);
      const secret = await this.keys.withVersion(workspaceId, version, (dek) => open(dek, sealedPlace(row), sealed));
      return { keyId: id, provider, secret, baseUrl: row.baseUrl ?? this.config.openrouterBaseUrl, dispatcher };
    } catch (error) {
      if (!(error instanceof SealBrokenError)) throw error;
      this.logger.error("provider_key_unreadable", { workspaceId, keyId: id });
      throw new KeyUnreadableError(error);
    }
  }
}

function sealedPlace({ id, workspaceId, secretVersion, baseUrl }: Place): SealedPlace {
  // The operator's own address is not in the database, where somebody could change it, so there is nothing to bind.
  const origin = baseUrl === null ? "operator" : new URL(baseUrl).origin;
  return { table: "provider_keys", column: "sealed", workspaceId, rowId: id, secretVersion, origin };
}
