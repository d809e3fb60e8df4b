// What the audit log knows: the catalogue of acts, and the port through which every feature records one.
import { type Account } from "./actor.js";

/** Action → what happened, in words for people. The one list: the document `docs/audit.md` and the web app show it. */
export const AUDIT_ACTIONS = {
  "account.registered": "An account was made",
  "account.password_changed": "A password was changed",
  "account.password_reset": "A password was set by a reset link",
  "account.reset_issued": "A password reset link was issued",
  "account.disabled": "An account was disabled",
  "account.enabled": "An account was enabled again",
  "account.deleted": "An account was deleted",
  "account.operator_granted": "An account was made an operator",
  "account.operator_withdrawn": "An account is an operator no more",
  "account.email_changed": "The e-mail of an account was changed",
  "account.updated": "The name of an account was changed",
  "account.second_factor_enabled": "A second factor was set up",
  "account.second_factor_disabled": "A second factor was removed",
  "account.recovery_codes_renewed": "Recovery codes of a second factor were made anew",
  "account.passkey_added": "A passkey was added",
  "account.passkey_removed": "A passkey was removed",
  "account.identity_linked": "A sign-in provider was linked to an account",
  "account.identity_unlinked": "A sign-in provider was unlinked from an account",
  "session.opened": "Someone signed in",
  "session.refused": "A sign-in was refused",
  "session.closed": "Someone signed out",
  "session.revoked": "Sessions were ended by their owner or an operator",
  "workspace.created": "A workspace was made",
  "workspace.renamed": "The workspace was renamed",
  "workspace.deleted": "A workspace was deleted, its keys destroyed first",
  "workspace.handed_over": "The workspace was handed over",
  "invite.created": "An invitation was made",
  "invite.revoked": "An invitation was taken back",
  "member.joined": "Someone joined the workspace",
  "member.role_changed": "A member's role was changed",
  "member.removed": "A member was removed",
  "member.left": "A member left",
  "api_key.created": "A platform key was made",
  "api_key.changed": "A platform key was changed",
  "api_key.revoked": "A platform key was revoked",
  "provider_key.created": "A provider key was added",
  "provider_key.changed": "A provider key was changed",
  "provider_key.rotated": "A provider key got a new secret",
  "provider_key.deleted": "A provider key was deleted",
  "provider_key.paused": "A provider refused a key: it was put behind the others",
  "provider_key.tested": "A provider key was tested",
  "vault.rotated": "Keys of the vault were rotated",
  "vault.unreadable": "A provider key did not open: changed in the database, or sealed with another key",
  "conversation.hold_set": "A conversation was put under legal hold",
  "conversation.hold_lifted": "The legal hold of a conversation was lifted",
  "conversation.deleted": "A conversation was deleted",
  "models.changed": "The allowed models, the default one or aliases were changed",
  "gateway.changed": "The gateway's response cache was switched or changed",
  "gateway.cache_emptied": "The gateway's response cache was emptied",
  "gateway.logging_changed": "The gateway's request log was switched on or off, or its retention changed",
  "gateway.log_read": "Someone opened a logged request of the gateway with its answer",
  "gateway.log_deleted": "A logged request of the gateway was deleted",
  "gateway.logs_emptied": "The gateway's request log was deleted",
  "budget.changed": "Budgets were changed",
  "budget.reached": "Half, 80 % or all of a soft budget was spent",
  "audit.detail_erased": "Personal detail of an account or a month was erased from the audit logs",
  "queue.acted": "An operator acted on a queue",
} as const;

export type AuditAction = keyof typeof AUDIT_ACTIONS;

/** What acts are about: the word before the dot. */
export const AUDIT_SUBJECTS = [...new Set(Object.keys(AUDIT_ACTIONS).map((action) => action.split(".")[0]!))];

/** What an act was done to; ids only. */
export interface AuditTarget {
  type: string;
  id: string;
}

/** Who did it: an account, or somebody else by its id alone. */
export type AuditActor = Pick<Account, "userId" | "key">;

/** One act. */
export interface AuditEntry {
  action: AuditAction;
  /** Whose chain it belongs to; null: the instance's own. */
  workspaceId: string | null;
  /** Null: nobody who is known (a refused sign-in), or Parley itself. */
  actor: AuditActor | null;
  target?: AuditTarget;
  /** What else is to be known; nothing personal, no secret: it stays for good. */
  facts?: Record<string, string | number | boolean | null>;
  /** E-mail addresses, names: kept sealed under a key of {@link subject}, and gone when that key is destroyed. */
  personal?: Record<string, string>;
  /** Whose personal detail it is: a user id. Default: the actor. */
  subject?: string;
}

/** What is asked back of an act that was recorded. */
export interface RecordedAct {
  /** Epoch ms. */
  at: number;
  facts: Record<string, unknown>;
}

/**
 * Records acts. Called inside the transaction of the act, the entry is there exactly when the act is.
 * Address and browser of the request that runs are added to the personal detail.
 */
export abstract class AuditTrail {
  /** @throws what the database throws: an act that cannot be recorded does not happen */
  abstract record(entry: AuditEntry): Promise<void>;

  /**
   * Records an act once the answer of this request is out: where the time of the answer must not tell that something was
   * recorded. What cannot be recorded is logged.
   */
  abstract recordLater(entry: AuditEntry): void;

  /** The newest of such acts on something. @returns undefined when none was recorded */
  abstract newest(
    workspaceId: string,
    target: AuditTarget,
    actions: readonly AuditAction[],
  ): Promise<RecordedAct | undefined>;
}
