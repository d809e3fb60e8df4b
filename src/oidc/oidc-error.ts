// Why a sign-in by the provider did not work, in words for whoever tried.
import { DomainError } from "#libs/errors/index";

/** Reason → what the person is told. The web app has the same reasons in its texts. */
const REASONS = {
  provider_down: "The sign-in provider does not answer. Try again in a few minutes.",
  provider_refused: "The sign-in provider refused. Ask the operator of this server to look at its settings.",
  sign_in_cancelled: "You ended the sign-in at the provider.",
  sign_in_expired: "This sign-in took too long or was used already. Begin again.",
  other_browser: "This sign-in was begun in another browser. Begin again in this one.",
  answer_invalid: "The provider's answer did not hold. Begin again.",
  no_email: "The provider tells no e-mail address of yours.",
  account_exists: "There is an account with your e-mail that is not linked to the provider yet.",
  groups_incomplete: "The provider could not list all of your groups. Ask the operator of this server.",
  already_linked: "Your account is linked to another identity of this provider. Unlink that first.",
  linked_elsewhere: "This identity of the provider is linked to another account here.",
  session_changed: "You are signed in as somebody else now. Begin again.",
} as const;

export type OidcReason = keyof typeof REASONS;

/** A sign-in by the provider that did not work. */
export class OidcError extends DomainError {
  constructor(reason: OidcReason, cause?: unknown) {
    const isDown = reason === "provider_down";
    super(reason, isDown ? 503 : 403, REASONS[reason], { cause, retryable: isDown, ...(isDown && { level: "warn" }) });
  }
}
