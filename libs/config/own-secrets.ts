// Secrets of the instance: none is a sample, and no two are the same, so that one that got out opens one thing.
import { type VaultKey } from "./vault-keys.js";

const SAMPLES = /^(change-?me|secret|password|example|sample|test|xxx+|0+|1234)/i;

/** In production. @param secrets by the names of their variables. @returns what is wrong, a line each */
export function sampleFaults(secrets: Record<string, string | undefined>): string[] {
  return Object.entries(secrets)
    .filter(([, value]) => value !== undefined && SAMPLES.test(value))
    .map(([name]) => `${name} looks like a sample value; make a random one`);
}

/**
 * A vault's key is compared in every spelling that it may have elsewhere.
 * @param secrets by the names of their variables. @returns what is wrong, a line each
 */
export function twinFaults(secrets: Record<string, string | undefined>, vaultKeys: readonly VaultKey[]): string[] {
  const faults: string[] = [];
  const seen = new Map<string, string>();
  for (const { id, key } of vaultKeys)
    for (const form of ["base64", "base64url", "hex"] as const)
      seen.set(key.toString(form).replace(/=+$/, "").toLowerCase(), `the key "${id}" of VAULT_KEYS`);
  for (const [name, value] of Object.entries(secrets)) {
    if (value === undefined) continue;
    const plain = value.trim().replace(/=+$/, "").toLowerCase();
    const twin = seen.get(plain);
    if (twin) faults.push(`${name} equals ${twin}; every secret must be its own`);
    seen.set(plain, name);
  }
  return faults;
}
