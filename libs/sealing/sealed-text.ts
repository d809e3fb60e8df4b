// Texts that wait in the database or Redis for a short time, sealed under a key-encryption key and a purpose.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const SALT = 16;
const IV = 12;
/** GCM's tag, bytes. Said in both directions: Node's decipher takes a 4-byte tag otherwise. */
const TAG = 16;

/**
 * Seals a text (AES-256-GCM, a key of its own for every value by HKDF-SHA256).
 * @param purpose what it is and where it belongs; under another one it does not open
 */
export function sealText(kek: Buffer, purpose: string, text: string): string {
  const salt = randomBytes(SALT);
  const iv = randomBytes(IV);
  const cipher = createCipheriv("aes-256-gcm", keyFor(kek, salt, purpose), iv, { authTagLength: TAG });
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([salt, iv, cipher.getAuthTag(), sealed]).toString("base64");
}

/** Opens what {@link sealText} made. @throws Error when key, purpose or text differ */
export function openText(kek: Buffer, purpose: string, sealed: string): string {
  const bytes = Buffer.from(sealed, "base64");
  const salt = bytes.subarray(0, SALT);
  const iv = bytes.subarray(SALT, SALT + IV);
  const tag = bytes.subarray(SALT + IV, SALT + IV + TAG);
  const decipher = createDecipheriv("aes-256-gcm", keyFor(kek, salt, purpose), iv, { authTagLength: TAG });
  decipher.setAuthTag(tag);
  return Buffer.concat([decipher.update(bytes.subarray(SALT + IV + TAG)), decipher.final()]).toString("utf8");
}

function keyFor(kek: Buffer, salt: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", kek, salt, `parley ${purpose}`, 32));
}
