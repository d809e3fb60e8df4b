// What the browser does with passkeys: whether it can, and its errors in plain words.
import type { TFunction } from "i18next";
import { messageOf } from "~/app/api";

/** Passkeys need a secure page under a host name (WebAuthn Level 3 §5). */
export function canUsePasskeys(): boolean {
  const isAddress = /^[\d.]+$|^\[/.test(location.hostname);
  return typeof window.PublicKeyCredential === "function" && !isAddress;
}

const SAID: Record<string, "passkeys.cancelled" | "passkeys.present" | "passkeys.failed"> = {
  NotAllowedError: "passkeys.cancelled",
  AbortError: "passkeys.cancelled",
  InvalidStateError: "passkeys.present",
  SecurityError: "passkeys.failed",
  NotSupportedError: "passkeys.failed",
};

/** The browser's errors carry names (WebAuthn Level 3 §5.1.3); all others speak for themselves. */
export function passkeyMessage(error: Error, t: TFunction): string {
  const said = SAID[error.name];
  return said ? t(said) : messageOf(error);
}
