// Provider keys: kept sealed, shown never, opened only for a call.

import { Injectable } from "@nestjs/common";
import type { Dispatcher } from "undici";
import { Config } from "#libs/config/index";
import { NotFoundError } from "#libs/errors/index";
import { Logger } from "#libs/observability/index";
import { Egress } from "./egress.js";
import { type ProviderKey, type ProviderKind } from "./provider-key.entity.js";
import { ProviderKeysRepository } from "./provider-keys.repository.js";
import { dekVersionOf, fingerprint, open, SealBrokenError, type SealedPlace, seal } from "./sealing.js";
import { KeyUnreadableError, NoProviderKeyError } from "./vault.errors.js";
import { WorkspaceDeksRepository } from "./workspace-deks.repository.js";
import { WorkspaceKeys } from "./workspace-keys.js";

/** The last use is written at most this often, ms. */
const TOUCH_MS = 60_000;

/** What a call to a provider needs; it lives no longer than the call. */
export interface ProviderCredential {
  /** Null: the instance's own key. */
  keyId: string | null;
  provider: ProviderKind;
  secret: string;
  baseUrl: string;
  /** The pool that may connect to this base URL; undefined: the process's own. */
  dispatcher: Dispatcher | undefined;
}

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

  /**
   * The credential for a new call: the workspace's first enabled key, else the instance's.
   * @throws NoProviderKeyError, KeyUnreadableError, KeyDestroyedError, BaseUrlRefusedError
   */
  async credentialFor(workspaceId: string): Promise<ProviderCredential> {
    const row = await this.rows.firstEnabled(workspaceId);
    if (!row) return this.instanceCredential();
    const credential = await this.open(row);
    this.noteUse(row);
    return credential;
  }

  /** The credential that an earlier call used, or today's when that key is gone. */
  async credentialOf(workspaceId: string, keyId: string | null): Promise<ProviderCredential> {
    const row = keyId === null ? null : await this.rows.find(workspaceId, keyId);
    if (row) return this.open(row);
    const hasOwn = keyId === null && this.config.openrouterApiKey !== undefined;
    return hasOwn ? this.instanceCredential() : this.credentialFor(workspaceId);
  }

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

  private async open(row: ProviderKey): Promise<ProviderCredential> {
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

  private instanceCredential(): ProviderCredential {
    const { openrouterApiKey: secret, openrouterBaseUrl: baseUrl } = this.config;
    if (secret === undefined) throw new NoProviderKeyError();
    return { keyId: null, provider: "openrouter", secret, baseUrl, dispatcher: undefined };
  }

  /** Not waited for: the first token is. */
  private noteUse({ workspaceId, id, lastUsedAt }: ProviderKey): void {
    const now = Date.now();
    if (lastUsedAt !== null && now - lastUsedAt < TOUCH_MS) return;
    this.rows
      .touch(workspaceId, id, now)
      .catch((error: unknown) => this.logger.warn("provider_key_not_touched", { keyId: id, error }));
  }
}

function sealedPlace({ id, workspaceId, secretVersion, baseUrl }: Place): SealedPlace {
  // The operator's own address is not in the database, where somebody could change it, so there is nothing to bind.
  const origin = baseUrl === null ? "operator" : new URL(baseUrl).origin;
  return { table: "provider_keys", column: "sealed", workspaceId, rowId: id, secretVersion, origin };
}
