// Codes for the day the phone is lost: ten, each for one use.
import { createHmac, randomInt } from "node:crypto";

export const RECOVERY_CODES = 10;
/** Crockford's base32: no letters that look like digits. 10 of them are 50 bits. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const HALF = 5;

/** New ones, as they are shown: `k3m9x-7tq2w`. */
export function newRecoveryCodes(): string[] {
  const half = () => Array.from({ length: HALF }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
  const codes = new Set<string>();
  while (codes.size < RECOVERY_CODES) codes.add(`${half()}-${half()}`);
  return [...codes];
}

/** A keyed hash, hex: 50 bits could be tried out, but not without the instance's secret. */
export function hashRecoveryCode(key: Buffer, code: string): string {
  return createHmac("sha256", key).update(typed(code)).digest("hex");
}

/** However it was typed: capitals, spaces, without the dash, o for 0, i and l for 1 (Crockford's rules). */
function typed(code: string): string {
  return code.toLowerCase().replace(/[\s-]/g, "").replace(/o/g, "0").replace(/[il]/g, "1");
}
