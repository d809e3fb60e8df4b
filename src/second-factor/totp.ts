// Time-based one-time passwords (RFC 6238) as every authenticator app knows them: SHA-1, six digits, 30 seconds.
import { Secret, TOTP } from "otpauth";

/** RFC 4226 §4 R6: at least 128 bits, 160 recommended. */
const SECRET_BYTES = 20;
const PERIOD_S = 30;
/** Steps before and after now: clocks differ, and people are slow (RFC 6238 §5.2). */
const WINDOW = 1;

/** A new secret, base32 (RFC 4648 §6). */
export function newTotpSecret(): string {
  return new Secret({ size: SECRET_BYTES }).base32;
}

/** What authenticator apps read from the QR code. @param issuer the site's name in the app */
export function totpUri(secret: string, account: { issuer: string; label: string }): string {
  return totpOf(secret, account).toString();
}

/** The code of a moment, epoch ms. */
export function totpCode(secret: string, atMs: number): string {
  return totpOf(secret).generate({ timestamp: atMs });
}

/** The time step a code belongs to, within one step of now. @returns null for any other code */
export function totpStep(secret: string, code: string, nowMs: number): number | null {
  const delta = totpOf(secret).validate({ token: code, timestamp: nowMs, window: WINDOW });
  return delta === null ? null : Math.floor(nowMs / 1_000 / PERIOD_S) + delta;
}

function totpOf(secret: string, account: { issuer?: string; label?: string } = {}): TOTP {
  return new TOTP({ ...account, secret: Secret.fromBase32(secret), algorithm: "SHA1", digits: 6, period: PERIOD_S });
}
