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

const NOTHING_TOLD = { code: null, providerLabel: null, limitUsd: null, limitRemainingUsd: null, usageUsd: null };

/** Nobody's key. */
const WRONG_KEY = "sk-parley-tests-whether-a-wrong-key-is-refused";
/** How long to wait for what becomes of it, ms. */
const WRONG_KEY_MS = 10_000;

const FIRST_MESSAGE = "whether this key is accepted shows with the first message.";

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
      return { ok: false, message: error.message, keyChecked: null, ...NOTHING_TOLD, code: error.code };
    }
  }
}

async function ask(credential: ProviderCredential): Promise<KeyTestView> {
  const client = clientOf(credential, credential.secret);
  if (credential.provider === "openai-compatible") {
    const { length } = await client.models();
    const keyChecked = await refusesWrongKey(credential);
    return { ok: true, message: wordsOf(length, keyChecked), keyChecked, ...NOTHING_TOLD };
  }
  const { label, limitUsd, limitRemainingUsd, usageUsd } = await client.key();
  const told = { providerLabel: label, limitUsd, limitRemainingUsd, usageUsd };
  return { ok: true, message: "The key works.", keyChecked: true, code: null, ...told };
}

/**
 * Whether the endpoint's list, which this key was given, is refused to a wrong key. Not asked without any key: endpoints
 * that give the list to everybody may still refuse a wrong one, and such that want some key need not look at it.
 * @returns null when that could not be found out
 */
async function refusesWrongKey(credential: ProviderCredential): Promise<boolean | null> {
  try {
    await clientOf(credential, WRONG_KEY).models({ signal: AbortSignal.timeout(WRONG_KEY_MS) });
    return false;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return isRefusal(error) ? true : null;
  }
}

/** Some endpoints answer a wrong key with 400 or 404; what is tried again later says nothing of the key. */
function isRefusal({ status, kind, retryable }: ProviderError): boolean {
  return status !== null && status >= 400 && status < 500 && kind !== "limit" && !retryable;
}

function wordsOf(models: number, keyChecked: boolean | null): string {
  if (keyChecked) return `The key works: ${models} models.`;
  const but = keyChecked === false ? "it does not check keys here" : "it did not tell whether it checks keys here";
  return `The endpoint answers (${models} models), but ${but}: ${FIRST_MESSAGE}`;
}

function clientOf({ baseUrl, dispatcher }: ProviderCredential, apiKey: string): OpenRouterClient {
  return new OpenRouterClient({ baseUrl, apiKey, ...(dispatcher && { dispatcher }) });
}
