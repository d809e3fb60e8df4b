// The provider's record of a generation, asked for with the key that made the call.
import { Injectable } from "@nestjs/common";
import { Logger } from "#libs/observability/index";
import { type GenerationRecord, OpenRouterClient, ProviderError } from "#libs/openrouter/index";
import { ProviderKeyring } from "#src/vault/provider-keyring";
import { type ProviderCall } from "./provider-call.entity.js";

@Injectable()
export class GenerationRecords {
  constructor(
    private readonly keyring: ProviderKeyring,
    private readonly logger: Logger,
  ) {}

  /** @returns null when the provider has no such record; undefined when it could not be asked */
  async ask(call: ProviderCall, generationId: string): Promise<GenerationRecord | null | undefined> {
    try {
      const { secret, baseUrl, dispatcher } = await this.keyring.credentialOf(call.workspaceId, call.providerKeyId);
      const client = new OpenRouterClient({ baseUrl, apiKey: secret, ...(dispatcher && { dispatcher }) });
      return await client.generation(generationId);
    } catch (error) {
      // The key may be gone or the provider down.
      const code = error instanceof ProviderError ? error.code : undefined;
      this.logger.warn("reconcile_failed", { callId: call.id, code, error });
      return undefined;
    }
  }
}
