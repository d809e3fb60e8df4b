// Which keys a call to a provider uses: the first one that is ready, then the next; those that are refused rest.
import { Injectable } from "@nestjs/common";
import { Config } from "#libs/config/index";
import { Database } from "#libs/database/index";
import { NotFoundError } from "#libs/errors/index";
import { Logger } from "#libs/observability/index";
import { type ProviderError } from "#libs/openrouter/index";
import { AuditTrail } from "#src/auth/audit-trail";
import { type CallKey, CallKeys, type ProviderCredential } from "./call-keys.js";
import { keysToTry, pauseAfter } from "./key-pause.js";
import { type ProviderKey } from "./provider-key.entity.js";
import { ProviderKeysRepository } from "./provider-keys.repository.js";
import { NoProviderKeyError } from "./vault.errors.js";
import { VaultService } from "./vault.service.js";

/** The last use is written at most this often, ms. */
const TOUCH_MS = 60_000;

@Injectable()
export class ProviderKeyring {
  constructor(
    private readonly db: Database,
    private readonly config: Config,
    private readonly rows: ProviderKeysRepository,
    private readonly vault: VaultService,
    private readonly audit: AuditTrail,
    private readonly logger: Logger,
  ) {}

  /**
   * The keys for a new call: the workspace's, else the instance's one. The instance's never stands in for a workspace's
   * own that fails: that would be somebody else's money.
   * @param recent where many calls begin: another process's changes are seen a quarter of a second later
   * @throws NoProviderKeyError
   */
  async keysFor(workspaceId: string, { recent = false } = {}): Promise<CallKeys> {
    const enabled = recent ? await this.rows.recent(workspaceId) : await this.rows.enabled(workspaceId);
    const rows = keysToTry(enabled, Date.now());
    if (rows.length > 0) return new CallKeys(rows.map((row) => this.callKey(row)));
    const credential = this.instanceCredential();
    return new CallKeys([{ open: async () => credential, refused: async () => false, worked: async () => undefined }]);
  }

  /** One key by itself, to be tested. @throws NotFoundError */
  async keyOf(workspaceId: string, keyId: string): Promise<CallKeys> {
    const row = await this.rows.find(workspaceId, keyId);
    if (!row) throw new NotFoundError("This key");
    return new CallKeys([{ ...this.callKey(row), open: () => this.vault.open(row) }]);
  }

  /**
   * The credential that a new call would begin with, for questions that cost nothing.
   * @throws NoProviderKeyError, KeyUnreadableError, KeyDestroyedError, BaseUrlRefusedError
   */
  async credentialFor(workspaceId: string): Promise<ProviderCredential> {
    return (await this.keysFor(workspaceId)).first();
  }

  /** The credential that an earlier call used, or today's when that key is gone. */
  async credentialOf(workspaceId: string, keyId: string | null): Promise<ProviderCredential> {
    const row = keyId === null ? null : await this.rows.find(workspaceId, keyId);
    if (row) return this.vault.open(row);
    const hasOwn = keyId === null && this.config.openrouterApiKey !== undefined;
    return hasOwn ? this.instanceCredential() : this.credentialFor(workspaceId);
  }

  private callKey(row: ProviderKey): CallKey {
    return {
      open: async () => {
        const credential = await this.vault.open(row);
        this.noteUse(row);
        return credential;
      },
      refused: (error) => this.pause(row, error),
      worked: async () => {
        if (row.pausedReason !== null) await this.rows.resume(row);
      },
    };
  }

  /** @returns whether the refusal is this key's own matter */
  private async pause(row: ProviderKey, error: ProviderError): Promise<boolean> {
    const pause = pauseAfter(error, Date.now());
    if (!pause) return false;
    const { id, workspaceId } = row;
    const { code, kind } = error;
    const noted = this.db.transaction(async () => {
      const isNew = await this.rows.pause(row, code, pause.until);
      // Limits come and go by the second; a key that is unknown or out of money is for somebody to look at.
      if (!isNew || kind === "limit") return;
      const target = { type: "provider_key", id };
      await this.audit.record({ action: "provider_key.paused", workspaceId, actor: null, target, facts: { code } });
    });
    // A call goes on with its next key also when this cannot be written.
    await noted.catch((fault: unknown) => this.logger.warn("provider_key_not_paused", { keyId: id, error: fault }));
    this.logger.warn("provider_key_paused", { workspaceId, keyId: id, code });
    return true;
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
