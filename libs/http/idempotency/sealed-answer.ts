// How kept answers and request bodies are protected: an answer may hold a key that is shown once, a body a password.
import { createHmac, hkdfSync } from "node:crypto";
import { openText, sealText } from "#libs/sealing/index";

/** Keyed hash (HMAC-SHA-256, hex) for look-ups and comparisons; the database alone does not allow guessing what was hashed. */
export function keyedHash(kek: Buffer, purpose: "scope" | "body", text: string): string {
  const key = Buffer.from(hkdfSync("sha256", kek, "", `parley idempotency ${purpose}`, 32));
  return createHmac("sha256", key).update(text).digest("hex");
}

/** Seals an answer under the key-encryption key and the caller's scope (which includes the Idempotency-Key). */
export const seal = (kek: Buffer, scope: string, answer: string): string =>
  sealText(kek, `idempotency answer ${scope}`, answer);

/** Opens what {@link seal} made. @throws Error when key, scope or text differ */
export const open = (kek: Buffer, scope: string, sealed: string): string =>
  openText(kek, `idempotency answer ${scope}`, sealed);

/** JSON text with sorted keys: two bodies that mean the same are the same text. */
export function canonical(value: unknown): string {
  if (value === undefined) return "";
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
