// Asks the provider whether a key works, in words that help.

import { Injectable } from "@nestjs/common";
import { Logger } from "#libs/observability/index";
import { OpenRouterClient, ProviderError } from "#libs/openrouter/index";
import { type KeyTestView } from "./vault.dto.js";
import { VaultService } from "./vault.service.js";

@Injectable()
export class TestKey {
  constructor(
    private readonly vault: VaultService,
    private readonly logger: Logger,
  ) {}

  async execute(workspaceId: string, id: string): Promise<KeyTestView> {
    const row = await this.vault.get(workspaceId, id);
    const { secret, baseUrl } = await this.vault.reveal(row);
    const client = new OpenRouterClient({ baseUrl, apiKey: secret });
    try {
      if (row.provider === "openai-compatible") {
        const count = (await client.models()).length;
        return {
          ok: true,
          message: `The key works: ${count} models.`,
          code: null,
          providerLabel: null,
          limitRemainingUsd: null,
        };
      }
      const { label, limitRemainingUsd } = await client.key();
      return { ok: true, message: "The key works.", code: null, providerLabel: label, limitRemainingUsd };
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      this.logger.info("provider_key_test_failed", { keyId: id, code: error.code });
      return { ok: false, message: error.message, code: error.code, providerLabel: null, limitRemainingUsd: null };
    }
  }
}
