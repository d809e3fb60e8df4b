// Asks the provider whether a key works, in words that help.

import { Injectable } from "@nestjs/common";
import { Logger } from "#libs/observability/index";
import { OpenRouterClient, ProviderError } from "#libs/openrouter/index";
import { type Actor } from "#src/auth/actor";
import { AuditTrail } from "#src/auth/audit-trail";
import { type ProviderCredential } from "./call-keys.js";
import { ProviderKeyring } from "./provider-keyring.js";
import { type KeyTestView } from "./vault.dto.js";
import { BaseUrlRefusedError, KeyUnreadableError } from "./vault.errors.js";

const NOTHING_KNOWN = { code: null, providerLabel: null, limitUsd: null, limitRemainingUsd: null, usageUsd: null };

@Injectable()
export class TestKey {
  constructor(
    private readonly keyring: ProviderKeyring,
    private readonly audit: AuditTrail,
    private readonly logger: Logger,
  ) {}

  /**
   * A key that does not work is an answer, not an error. The audit log knows of the test before the secret is sent anywhere.
   * @throws NotFoundError, KeyDestroyedError
   */
  async execute(actor: Actor, id: string): Promise<KeyTestView> {
    const { workspaceId } = actor;
    const key = await this.keyring.keyOf(workspaceId, id);
    const target = { type: "provider_key", id };
    await this.audit.record({ action: "provider_key.tested", workspaceId, actor, target });
    try {
      const result = await ask(await key.first());
      await key.worked();
      return result;
    } catch (error) {
      if (error instanceof ProviderError) await key.after(error);
      const known =
        error instanceof ProviderError || error instanceof KeyUnreadableError || error instanceof BaseUrlRefusedError;
      if (!known) throw error;
      this.logger.info("provider_key_test_failed", { keyId: id, code: error.code });
      return { ok: false, message: error.message, ...NOTHING_KNOWN, code: error.code };
    }
  }
}

async function ask({ provider, baseUrl, secret, dispatcher }: ProviderCredential): Promise<KeyTestView> {
  const client = new OpenRouterClient({ baseUrl, apiKey: secret, ...(dispatcher && { dispatcher }) });
  if (provider === "openai-compatible") {
    const { length } = await client.models();
    return { ok: true, message: `The key works: ${length} models.`, ...NOTHING_KNOWN };
  }
  const { label, limitUsd, limitRemainingUsd, usageUsd } = await client.key();
  const known = { providerLabel: label, limitUsd, limitRemainingUsd, usageUsd };
  return { ok: true, message: "The key works.", code: null, ...known };
}
