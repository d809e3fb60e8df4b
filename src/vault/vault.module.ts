// Provider keys at rest.
import { Module } from "@nestjs/common";
import { Egress } from "./egress.js";
import { MasterKeyHolders } from "./master-key-holders.js";
import { ProviderKeyring } from "./provider-keyring.js";
import { ProviderKeysRepository } from "./provider-keys.repository.js";
import { RewrapKeys } from "./rewrap-keys.js";
import { RotateMasterKey } from "./rotate-master-key.js";
import { RotateWorkspaceKey } from "./rotate-workspace-key.js";
import { SealAgain } from "./seal-again.js";
import { SealedAnswers } from "./sealed-answers.js";
import { SealedLogs } from "./sealed-logs.js";
import { VaultService } from "./vault.service.js";
import { WorkspaceDeksRepository } from "./workspace-deks.repository.js";
import { WorkspaceKeys } from "./workspace-keys.js";

@Module({
  providers: [
    Egress,
    MasterKeyHolders,
    ProviderKeyring,
    ProviderKeysRepository,
    RewrapKeys,
    RotateMasterKey,
    RotateWorkspaceKey,
    SealAgain,
    SealedAnswers,
    SealedLogs,
    VaultService,
    WorkspaceDeksRepository,
    WorkspaceKeys,
  ],
  exports: [
    MasterKeyHolders,
    ProviderKeyring,
    ProviderKeysRepository,
    RewrapKeys,
    RotateMasterKey,
    RotateWorkspaceKey,
    SealedAnswers,
    SealedLogs,
    VaultService,
  ],
})
export class VaultModule {}
