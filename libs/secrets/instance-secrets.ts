// Secrets of the instance itself: random, wrapped by the key-encryption key, and the same for all time. See docs/decisions/0003-platform-keys.md.
import { createHmac, hkdfSync, randomBytes } from "node:crypto";
import { Injectable } from "@nestjs/common";
import { Config, ConfigError, type VaultKey } from "#libs/config/index";
import { Database } from "#libs/database/index";
import { openText, sealText } from "#libs/sealing/index";

const SIZE = 32;
/** There is one; what needs a secret of its own derives it. */
const ROOT = "root";
/** Bound into the wrap: another sealed text in its place does not open. */
const PURPOSE = `instance secret ${ROOT}`;

interface WrappedSecret {
  kekId: string;
  kekCheck: string;
  wrapped: string;
}

@Injectable()
export class InstanceSecrets {
  private root: Promise<Buffer> | undefined;

  constructor(
    private readonly db: Database,
    private readonly config: Config,
  ) {}

  /**
   * A key of 32 bytes for one purpose (HKDF-SHA256, RFC 5869). It is the same in every process and outlives every change of
   * VAULT_KEYS; who knows one purpose's key learns nothing of another's.
   * @param purpose names the use, e.g. `platform-keys/1`
   * @throws ConfigError when VAULT_KEYS lacks the key that wraps the secret
   */
  async subkey(purpose: string): Promise<Buffer> {
    this.root ??= this.load().catch((error: unknown) => {
      this.root = undefined;
      throw error;
    });
    return Buffer.from(hkdfSync("sha256", await this.root, "", purpose, SIZE));
  }

  /** The id of the key that wraps the secret, where it is not the first of VAULT_KEYS; null: nothing is to be wrapped again. */
  async underOlderKey(): Promise<string | null> {
    const row = await this.row();
    return !row || this.isUnder(row, this.target()) ? null : row.kekId;
  }

  /**
   * Wraps the secret with the first key-encryption key, if another one wraps it now. Never done by a start: processes that
   * have not got this key yet could not start any more.
   * @returns true when it was wrapped again
   */
  async rewrap(): Promise<boolean> {
    const row = await this.row();
    const target = this.target();
    if (!row || this.isUnder(row, target)) return false;
    const secret = this.unwrap(row);
    const sql = `UPDATE instance_secrets SET kek_id = ?, kek_check = ?, wrapped = ? WHERE name = ? AND wrapped = ?`;
    const next = wrap(target, secret);
    return (await this.db.execute(sql, [next.kekId, next.kekCheck, next.wrapped, ROOT, row.wrapped])) === 1;
  }

  private async load(): Promise<Buffer> {
    return this.unwrap((await this.row()) ?? (await this.make()));
  }

  private isUnder({ kekId, kekCheck }: WrappedSecret, { id, key }: VaultKey): boolean {
    return kekId === id && kekCheck === checkOf(key);
  }

  private async make(): Promise<WrappedSecret> {
    const { kekId, kekCheck, wrapped } = wrap(this.target(), randomBytes(SIZE));
    const row = { name: ROOT, kek_id: kekId, kek_check: kekCheck, wrapped, created_at: Date.now() };
    await this.db.insert("instance_secrets", row, "ON CONFLICT (name) DO NOTHING");
    // Read back: another process may have been first, and its secret is the one.
    return (await this.row())!;
  }

  private target(): VaultKey {
    return (this.config.vaultKeys as [VaultKey, ...VaultKey[]])[0];
  }

  private async row(): Promise<WrappedSecret | undefined> {
    const sql = `SELECT kek_id AS "kekId", kek_check AS "kekCheck", wrapped FROM instance_secrets WHERE name = ?`;
    return this.db.one(sql, [ROOT]);
  }

  private unwrap({ kekId, kekCheck, wrapped }: WrappedSecret): Buffer {
    const kek = this.config.vaultKeys.find(({ id }) => id === kekId);
    if (!kek) throw new ConfigError([`VAULT_KEYS lacks the key "${kekId}", with which this database was sealed`]);
    if (checkOf(kek.key) !== kekCheck)
      throw new ConfigError([
        `VAULT_KEYS holds another key under the id "${kekId}" than this database was sealed with`,
      ]);
    return Buffer.from(openText(kek.key, PURPOSE, wrapped), "base64");
  }
}

function wrap(kek: VaultKey, secret: Buffer): WrappedSecret {
  const wrapped = sealText(kek.key, PURPOSE, secret.toString("base64"));
  return { kekId: kek.id, kekCheck: checkOf(kek.key), wrapped };
}

/** Tells whether a key-encryption key is the one that was used: 8 bytes of HMAC(KEK, "id"), hex. */
function checkOf(kek: Buffer): string {
  return createHmac("sha256", kek).update("id").digest().subarray(0, 8).toString("hex");
}
