// Provider keys: kept sealed, shown never, opened only for a call.

import { Injectable } from "@nestjs/common";
import { Config } from "#libs/config/index";
import { NotFoundError } from "#libs/errors/index";
import { Logger } from "#libs/observability/index";
import { AuditTrail } from "#src/auth/audit-trail";
import { type ProviderCredential } from "./call-keys.js";
import { Egress } from "./egress.js";
import { type ProviderKey } from "./provider-key.entity.js";
import { ProviderKeysRepository } from "./provider-keys.repository.js";
import { dekVersionOf, fingerprint, open, SealBrokenError, type SealedPlace, seal } from "./sealing.js";
import { KeyDestroyedError, KeyUnreadableError } from "./vault.errors.js";
import { WorkspaceKeys } from "./workspace-keys.js";

/** A key that does not open is noted in the audit log at most this often, ms. */
const NOTED_AGAIN_MS = 3_600_000;

/** A secret as it is stored. */
export type SealedSecret = Pick<ProviderKey, "sealed" | "secretVersion" | "masked" | "fingerprint">;
type Place = Pick<ProviderKey, "id" | "workspaceId" | "secretVersion" | "baseUrl">;

@Injectable()
export class VaultService {
  constructor(
    private readonly rows: ProviderKeysRepository,
    private readonly keys: WorkspaceKeys,
    private readonly audit: AuditTrail,
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

  /** The version that a new secret gets: above every one there was, also when an older row was put back. */
  async nextVersion(row: ProviderKey): Promise<number> {
    return Math.max(row.secretVersion, (await this.newestVersion(row)) ?? 0) + 1;
  }

  /** Seals the same secret with the workspace's newest key. Must run in a transaction. @throws KeyUnreadableError */
  async sealAgain(row: ProviderKey): Promise<SealedSecret> {
    const { secret } = await this.open(row);
    return this.seal(row, secret);
  }

  /** Destroys the keys of a workspace: nothing that was sealed in it can ever be opened again. */
  async shred(workspaceId: string): Promise<void> {
    await this.keys.destroy(workspaceId);
  }

  /**
   * Opens a key that was read. When it does not open any more because it was sealed again meanwhile, what is there now.
   * @throws KeyUnreadableError, KeyDestroyedError, BaseUrlRefusedError, NotFoundError
   */
  async open(row: ProviderKey): Promise<ProviderCredential> {
    const dispatcher = this.egress.dispatcherFor(row.baseUrl);
    try {
      const { id: keyId, provider } = row;
      const baseUrl = row.baseUrl ?? this.config.openrouterBaseUrl;
      return { keyId, provider, secret: await this.secretOf(row), baseUrl, dispatcher };
    } catch (error) {
      if (!(error instanceof SealBrokenError || error instanceof KeyDestroyedError)) throw error;
      const now = await this.rows.find(row.workspaceId, row.id);
      if (!now) throw new NotFoundError("This key");
      if (now.sealed !== row.sealed) return this.open(now);
      throw error instanceof SealBrokenError ? await this.unreadable(row, error) : error;
    }
  }

  /**
   * Only of the newest version that the audit log knows: an older secret that was put back together with its version, by
   * a row or by a page of the file, does not open.
   */
  private async secretOf(row: ProviderKey): Promise<string> {
    const { workspaceId, secretVersion, sealed } = row;
    const known = await this.newestVersion(row);
    if (known !== undefined && known !== secretVersion) throw new SealBrokenError();
    const version = dekVersionOf(sealed);
    return this.keys.withVersion(workspaceId, version, (dek) => open(dek, sealedPlace(row), sealed));
  }

  /** @returns undefined for keys from before there was a log */
  private async newestVersion({ workspaceId, id }: ProviderKey): Promise<number | undefined> {
    const act = await this.audit.newest(workspaceId, targetOf(id), ["provider_key.created", "provider_key.rotated"]);
    const version = act?.facts["secretVersion"];
    return typeof version === "number" ? version : undefined;
  }

  /** Notes it in the log, once in a while: a key that does not open is asked for again and again. */
  private async unreadable({ workspaceId, id }: ProviderKey, cause: SealBrokenError): Promise<KeyUnreadableError> {
    this.logger.error("provider_key_unreadable", { workspaceId, keyId: id });
    const target = targetOf(id);
    const noted = await this.audit.newest(workspaceId, target, ["vault.unreadable"]);
    if (noted === undefined || noted.at < Date.now() - NOTED_AGAIN_MS)
      await this.audit.record({ action: "vault.unreadable", workspaceId, actor: null, target });
    return new KeyUnreadableError(cause);
  }
}

const targetOf = (id: string) => ({ type: "provider_key", id });

function sealedPlace({ id, workspaceId, secretVersion, baseUrl }: Place): SealedPlace {
  // The operator's own address is not in the database, where somebody could change it, so there is nothing to bind.
  const origin = baseUrl === null ? "operator" : new URL(baseUrl).origin;
  return { table: "provider_keys", column: "sealed", workspaceId, rowId: id, secretVersion, origin };
}
