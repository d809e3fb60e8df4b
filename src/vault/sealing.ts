// Envelope encryption of single values: pure functions, no storage. Layout and reasons: docs/decisions/0002-vault.md.
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";

/** GCM's tag, bytes. Said in both directions: Node's decipher takes a 4-byte tag otherwise. */
const TAG = 16;
const IV = 12;
const SALT = 16;
const COMMITMENT = 16;
const HEADER = 5;
const FORMAT = 1;
/** Plaintexts are padded to a multiple of this, so that the length of a secret is not shown. */
const BLOCK = 256;

/** What a sealed value belongs to; every part is bound to it. Another row, column, tenant, version or origin does not open it. */
export interface SealedPlace {
  table: string;
  column: string;
  workspaceId: string;
  rowId: string;
  secretVersion: number;
  /** Where the secret may be sent to: an origin, or `operator` for wherever OPENROUTER_BASE_URL points. */
  origin: string;
}

/** The value cannot be opened: changed, moved, or sealed with another key. Never an empty value, never another key. */
export class SealBrokenError extends Error {
  constructor() {
    super("A sealed value cannot be opened: it was changed or moved, or its key is another one");
  }
}

function lengthPrefixed(fields: readonly string[]): Buffer {
  return Buffer.concat(
    fields.flatMap((field) => {
      const bytes = Buffer.from(field, "utf8");
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}

function aadOf(place: SealedPlace, dekVersion: number): Buffer {
  const { table, column, workspaceId, rowId, secretVersion, origin } = place;
  return lengthPrefixed([
    "vault",
    "main",
    table,
    column,
    workspaceId,
    rowId,
    String(dekVersion),
    String(secretVersion),
    origin,
  ]);
}

/** A key of its own for every value, and a commitment to it: GCM alone would open one text under two keys. */
function recordKey(dek: Buffer, salt: Buffer): { key: Buffer; commitment: Buffer } {
  const bytes = Buffer.from(hkdfSync("sha256", dek, salt, "vault/1", 32 + COMMITMENT));
  return { key: bytes.subarray(0, 32), commitment: bytes.subarray(32) };
}

function encrypt(key: Buffer, iv: Buffer, aad: Buffer, plain: Buffer): Buffer {
  const cipher = createCipheriv("aes-256-gcm", key, iv, { authTagLength: TAG });
  cipher.setAAD(aad);
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([cipher.getAuthTag(), text]);
}

function decrypt(key: Buffer, iv: Buffer, aad: Buffer, sealed: Buffer): Buffer {
  if (sealed.length < TAG) throw new SealBrokenError();
  const decipher = createDecipheriv("aes-256-gcm", key, iv, { authTagLength: TAG });
  decipher.setAAD(aad);
  decipher.setAuthTag(sealed.subarray(0, TAG));
  try {
    // GCM holds nothing back for the end: no copy of the text is made that nobody clears.
    const text = decipher.update(sealed.subarray(TAG));
    try {
      decipher.final();
    } catch (error) {
      text.fill(0);
      throw error;
    }
    return text;
  } catch {
    throw new SealBrokenError();
  }
}

/** Seals a secret with a workspace's key. @returns base64 of `format1 | dekVersion4 | salt16 | iv12 | commitment16 | tag16 | text` */
export function seal(dek: { key: Buffer; version: number }, place: SealedPlace, secret: string | Buffer): string {
  const salt = randomBytes(SALT);
  const iv = randomBytes(IV);
  const { key, commitment } = recordKey(dek.key, salt);
  const bytes = typeof secret === "string" ? Buffer.from(secret, "utf8") : Buffer.from(secret);
  const padded = Buffer.alloc(Math.ceil((bytes.length + 4) / BLOCK) * BLOCK);
  padded.writeUInt32BE(bytes.length);
  bytes.copy(padded, 4);
  const header = Buffer.alloc(HEADER);
  header.writeUInt8(FORMAT);
  header.writeUInt32BE(dek.version, 1);
  const text = encrypt(key, iv, aadOf(place, dek.version), padded);
  for (const plain of [key, bytes, padded]) plain.fill(0);
  return Buffer.concat([header, salt, iv, commitment, text]).toString("base64");
}

/** The version of the workspace key that a sealed value needs. @throws SealBrokenError */
export function dekVersionOf(sealed: string): number {
  const blob = Buffer.from(sealed, "base64");
  if (blob.length < HEADER || blob[0] !== FORMAT) throw new SealBrokenError();
  return blob.readUInt32BE(1);
}

/** Opens text that {@link seal} has sealed. @throws SealBrokenError */
export function open(dek: { key: Buffer; version: number }, place: SealedPlace, sealed: string): string {
  const bytes = openBytes(dek, place, sealed);
  const secret = bytes.toString("utf8");
  bytes.fill(0);
  return secret;
}

/** Opens what {@link seal} has sealed; the bytes are the caller's to clear. @throws SealBrokenError */
export function openBytes(dek: { key: Buffer; version: number }, place: SealedPlace, sealed: string): Buffer {
  const blob = Buffer.from(sealed, "base64");
  const text = HEADER + SALT + IV + COMMITMENT;
  if (blob.toString("base64") !== sealed || blob.length < text + TAG || dekVersionOf(sealed) !== dek.version)
    throw new SealBrokenError();
  const salt = blob.subarray(HEADER, HEADER + SALT);
  const iv = blob.subarray(HEADER + SALT, HEADER + SALT + IV);
  const { key, commitment } = recordKey(dek.key, salt);
  const padded = thenClear(key, () => {
    if (!timingSafeEqual(commitment, blob.subarray(HEADER + SALT + IV, text))) throw new SealBrokenError();
    return decrypt(key, iv, aadOf(place, dek.version), blob.subarray(text));
  });
  const secret = Buffer.from(padded.subarray(4, 4 + padded.readUInt32BE()));
  padded.fill(0);
  return secret;
}

/** Uses a derived key and clears it, whatever comes. */
function thenClear<T>(key: Buffer, use: () => T): T {
  try {
    return use();
  } finally {
    key.fill(0);
  }
}

const wrapAad = (workspaceId: string, version: number): Buffer =>
  lengthPrefixed(["dek", "1", workspaceId, String(version)]);

/** Wraps a workspace key with the key-encryption key. */
export function wrapDek(kek: Buffer, workspaceId: string, version: number, dek: Buffer): string {
  const iv = randomBytes(IV);
  return Buffer.concat([iv, encrypt(kek, iv, wrapAad(workspaceId, version), dek)]).toString("base64");
}

/** @throws SealBrokenError */
export function unwrapDek(kek: Buffer, workspaceId: string, version: number, wrapped: string): Buffer {
  const blob = Buffer.from(wrapped, "base64");
  if (blob.length !== IV + TAG + 32) throw new SealBrokenError();
  return decrypt(kek, blob.subarray(0, IV), wrapAad(workspaceId, version), blob.subarray(IV));
}

/** Tells whether a key-encryption key is the one that was used, without unwrapping anything: 8 bytes of HMAC(KEK, "id"), hex. */
export function kekCheck(kek: Buffer): string {
  return createHmac("sha256", kek).update("id").digest().subarray(0, 8).toString("hex");
}

/** Tells two secrets apart without showing them: 8 hex digits of a keyed hash, the same for the same secret in a workspace. */
export function fingerprint(dek: Buffer, secret: string): string {
  const key = Buffer.from(hkdfSync("sha256", dek, "", "fingerprint/1", 32));
  return thenClear(key, () => createHmac("sha256", key).update(secret).digest("hex").slice(0, 8));
}
