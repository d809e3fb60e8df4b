// All migrations, in order.
import { accounts } from "./001-accounts.js";
import { vault } from "./002-vault.js";
import { usage } from "./003-usage.js";
import { chat } from "./004-chat.js";
import { idempotency } from "./009-idempotency.js";
import { vaultUse } from "./010-vault-use.js";
import { feedback } from "./011-feedback.js";
import { passwordResets } from "./020-password-resets.js";
import { secondFactors } from "./021-second-factors.js";
import { passkeys } from "./023-passkeys.js";
import { identities } from "./025-identities.js";
import { sessionEnds } from "./026-session-ends.js";
import { platformKeys } from "./030-platform-keys.js";
import { audit } from "./040-audit.js";
import { keyPauses } from "./050-key-pauses.js";
import { auditTargets } from "./051-audit-targets.js";
import { outgoingMails } from "./060-outgoing-mails.js";
import { accountState } from "./061-account-state.js";
import { gateway } from "./070-gateway.js";
import { gatewayCache } from "./071-gateway-cache.js";
import { gatewayLogs } from "./072-gateway-logs.js";
import { budgets } from "./080-budgets.js";
import { catalog } from "./085-catalog.js";
import { workspaceModels } from "./086-workspace-models.js";
import { unknownPrices } from "./087-unknown-prices.js";
import { analytics } from "./090-analytics.js";
import { listPrices } from "./091-list-prices.js";
import { costCorrections } from "./092-cost-corrections.js";
import { callFilters } from "./093-call-filters.js";
import { fairAdmission } from "./100-fair-admission.js";
import { idempotencyAccounts } from "./101-idempotency-accounts.js";
import type { MigrationClass } from "./migration.js";

export const migrations: MigrationClass[] = [
  accounts,
  vault,
  usage,
  chat,
  idempotency,
  vaultUse,
  feedback,
  passwordResets,
  secondFactors,
  passkeys,
  identities,
  sessionEnds,
  platformKeys,
  audit,
  keyPauses,
  auditTargets,
  outgoingMails,
  accountState,
  gateway,
  gatewayCache,
  gatewayLogs,
  budgets,
  catalog,
  workspaceModels,
  unknownPrices,
  analytics,
  listPrices,
  costCorrections,
  callFilters,
  fairAdmission,
  idempotencyAccounts,
];
