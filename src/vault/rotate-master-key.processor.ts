// The job: bring everything under the first key of VAULT_KEYS. The worker must have the same VAULT_KEYS as the API.
import { Injectable } from "@nestjs/common";
import { Logger } from "#libs/observability/index";
import { Handles } from "#libs/queues/index";
import { MasterKeyHolders } from "./master-key-holders.js";
import { RotateMasterKey } from "./rotate-master-key.js";

@Injectable()
export class RotateMasterKeyProcessor {
  constructor(
    private readonly masterKey: RotateMasterKey,
    private readonly holders: MasterKeyHolders,
    private readonly logger: Logger,
  ) {}

  @Handles("vault.rotate-master-key")
  async handle({ userId }: { userId: string }): Promise<void> {
    await this.holders.assertAllHave("own");
    const count = await this.masterKey.execute({ userId });
    this.logger.info("master_key_rotated", { count });
  }
}
