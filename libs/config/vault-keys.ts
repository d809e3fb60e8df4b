// Key-encryption keys: their written form, and the file that holds them outside production.
import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A key-encryption key: 32 bytes under a short id. */
export interface VaultKey {
  id: string;
  key: Buffer;
}

/**
 * Parses `id:base64-32-bytes[,id:…]`.
 * @throws Error with a reason that follows the words "VAULT_KEYS".
 */
export function parseVaultKeys(text: string): VaultKey[] {
  const keys = text.split(",").map((entry) => {
    const match = /^\s*([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/_-]+={0,2})\s*$/.exec(entry);
    if (!match?.[1] || !match[2]) throw new Error("must be id:base64-32-bytes[,id:base64-32-bytes…]");
    const key = Buffer.from(match[2], "base64");
    if (key.length !== 32) throw new Error(`key "${match[1]}" must be 32 bytes in base64, it has ${key.length}`);
    if (key.every((byte) => byte === key[0])) throw new Error(`key "${match[1]}" is a sample value; make a random one`);
    return { id: match[1], key };
  });
  if (new Set(keys.map((entry) => entry.id)).size !== keys.length) throw new Error("names one id twice");
  if (new Set(keys.map((entry) => entry.key.toString("hex"))).size !== keys.length) {
    throw new Error("holds one key under two ids");
  }
  return keys;
}

/** Returns the keys kept in DATA_DIR/vault.keys (mode 0600), making them on first use. Safe when two processes start together. */
export function ensureVaultKeys(dataDir: string): string {
  const file = join(dataDir, "vault.keys");
  const read = () => readFileSync(file, "utf8").trim();
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw new Error(`file ${file} cannot be read`);
  }
  const draft = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  writeFileSync(draft, `k1:${randomBytes(32).toString("base64")}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    unlinkSync(draft);
  }
  return read();
}
