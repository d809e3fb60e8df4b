// Personal detail of the audit log: sealed under one key a person, so that destroying the key erases it everywhere at once.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { Injectable } from "@nestjs/common";
import { LRUCache } from "lru-cache";
import { Database } from "#libs/database/index";
import { InstanceSecrets } from "#libs/secrets/index";

const IV = 12;
const TAG = 16;
const MOST_KEYS = 2_000;

/** Seals with AES-256-GCM (NIST SP 800-38D). @returns base64 of nonce, tag, ciphertext */
function seal(key: Buffer, text: Buffer, aad: string): string {
  const iv = randomBytes(IV);
  const cipher = createCipheriv("aes-256-gcm", key, iv, { authTagLength: TAG });
  cipher.setAAD(Buffer.from(aad));
  const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64");
}

function open(key: Buffer, sealed: string, aad: string): Buffer {
  const blob = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, blob.subarray(0, IV), { authTagLength: TAG });
  decipher.setAAD(Buffer.from(aad));
  decipher.setAuthTag(blob.subarray(IV, IV + TAG));
  return Buffer.concat([decipher.update(blob.subarray(IV + TAG)), decipher.final()]);
}

@Injectable()
export class PersonalDetails {
  /** Wrapped → opened. The row is read each time, so that erased is erased at once. */
  private readonly keys = new LRUCache<string, Buffer>({ max: MOST_KEYS });

  constructor(
    private readonly db: Database,
    private readonly secrets: InstanceSecrets,
  ) {}

  /** @param place chain and seq: a detail that is moved to another event does not open */
  async seal(subject: string, place: string, detail: Record<string, string>): Promise<string> {
    const key = (await this.key(subject)) ?? (await this.make(subject));
    return seal(key, Buffer.from(JSON.stringify(detail)), place);
  }

  /** @returns null when it was erased, or does not open */
  async open(subject: string, place: string, sealed: string): Promise<Record<string, string> | null> {
    const key = await this.key(subject);
    if (!key) return null;
    try {
      return JSON.parse(open(key, sealed, place).toString()) as Record<string, string>;
    } catch {
      return null;
    }
  }

  /** Erases all detail of a person, in every chain. The chains still hold. @returns whether there was any */
  async erase(subject: string): Promise<boolean> {
    return (await this.db.execute("DELETE FROM audit_subjects WHERE subject = ?", [subject])) > 0;
  }

  private async key(subject: string): Promise<Buffer | undefined> {
    const row = await this.db.one<{ wrapped: string }>("SELECT wrapped FROM audit_subjects WHERE subject = ?", [
      subject,
    ]);
    if (!row) return undefined;
    const known = this.keys.get(row.wrapped);
    if (known) return known;
    const key = open(await this.root(), row.wrapped, subject);
    this.keys.set(row.wrapped, key);
    return key;
  }

  private async make(subject: string): Promise<Buffer> {
    const wrapped = seal(await this.root(), randomBytes(32), subject);
    await this.db.insert("audit_subjects", { subject, wrapped }, "ON CONFLICT (subject) DO NOTHING");
    // Read back: another process may have been first.
    return (await this.key(subject))!;
  }

  private root(): Promise<Buffer> {
    return this.secrets.subkey("audit-detail/1");
  }
}
