// How kept answers and request bodies are protected: an answer may hold a key that is shown once, a body a password.
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";

const SALT = 16;
const IV = 12;
const TAG = 16;

/** Keyed hash (HMAC-SHA-256, hex) for look-ups and comparisons; the database alone does not allow guessing what was hashed. */
export function keyedHash(kek: Buffer, purpose: "scope" | "body", text: string): string {
  const key = Buffer.from(hkdfSync("sha256", kek, "", `parley idempotency ${purpose}`, 32));
  return createHmac("sha256", key).update(text).digest("hex");
}

/** Seals an answer under the key-encryption key and the caller's scope (which includes the Idempotency-Key). */
export function seal(kek: Buffer, scope: string, answer: string): string {
  const salt = randomBytes(SALT);
  const iv = randomBytes(IV);
  const cipher = createCipheriv("aes-256-gcm", answerKey(kek, salt, scope), iv, { authTagLength: TAG });
  const sealed = Buffer.concat([cipher.update(answer, "utf8"), cipher.final()]);
  return Buffer.concat([salt, iv, cipher.getAuthTag(), sealed]).toString("base64");
}

/** Opens what {@link seal} made. @throws Error when key, scope or text differ */
export function open(kek: Buffer, scope: string, sealed: string): string {
  const bytes = Buffer.from(sealed, "base64");
  const salt = bytes.subarray(0, SALT);
  const iv = bytes.subarray(SALT, SALT + IV);
  const tag = bytes.subarray(SALT + IV, SALT + IV + TAG);
  const decipher = createDecipheriv("aes-256-gcm", answerKey(kek, salt, scope), iv, { authTagLength: TAG });
  decipher.setAuthTag(tag);
  return Buffer.concat([decipher.update(bytes.subarray(SALT + IV + TAG)), decipher.final()]).toString("utf8");
}

function answerKey(kek: Buffer, salt: Buffer, scope: string): Buffer {
  return Buffer.from(hkdfSync("sha256", kek, salt, `parley idempotency answer ${scope}`, 32));
}

/** JSON text with sorted keys: two bodies that mean the same are the same text. */
export function canonical(value: unknown): string {
  if (value === undefined) return "";
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
