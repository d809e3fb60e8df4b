// Keeps the answers of POSTs that came with an Idempotency-Key, for 24 hours (as Stripe's API does).
import { randomUUID } from "node:crypto";
import { Injectable } from "@nestjs/common";
import { Config, type VaultKey } from "#libs/config/index";
import { Database } from "#libs/database/index";
import { ConflictError, IdempotencyConflictError } from "#libs/errors/index";
import { canonical, keyedHash, open, seal } from "./sealed-answer.js";

/** How long an answer is kept, ms. */
const KEEP_MS = 24 * 60 * 60 * 1000;
/** After this an unfinished first request counts as dead (its process was killed) and a repeat runs again, ms. */
const CLAIM_MS = 60_000;
/** Expired rows are swept with every so many-th new key; nobody reads them, so it need not be soon. */
const SWEEP_EVERY = 64;

/** The answer to give again. `body` is JSON text, or null for none. */
export interface KeptAnswer {
  status: number;
  body: string | null;
}

/** The right to answer a key for the first time. */
export interface Claim {
  scope: string;
  scopeHash: string;
  id: string;
}

interface Row {
  kek_id: string;
  body_hash: string;
  claim: string;
  locked_until: number | string;
  status: number | null;
  answer: string | null;
  expires_at: number | string;
}

@Injectable()
export class IdempotencyStore {
  private begun = 0;

  constructor(
    private readonly database: Database,
    private readonly config: Config,
  ) {}

  /**
   * Looks the key up. Returns the answer that was given before, or a claim to answer now.
   * @param scope account, path and key: everything that must be equal for a repeat
   * @param userId the account with which the answer is to go; null: nobody is signed in
   * @throws IdempotencyConflictError (422) when the body differs, ConflictError (409) while the first request is running
   */
  async begin(scope: string, userId: string | null, body: unknown, now = Date.now()): Promise<KeptAnswer | Claim> {
    if (this.begun++ % SWEEP_EVERY === 0) await this.purgeExpired(now);
    const text = canonical(body);
    const known = await this.find(scope, now);
    if (known) return this.repeat(known.row, known.key, scope, text, now);
    const key = this.activeKey();
    const claim = { scope, scopeHash: keyedHash(key.key, "scope", scope), id: randomUUID() };
    const row = {
      scope_hash: claim.scopeHash,
      user_id: userId,
      kek_id: key.id,
      body_hash: keyedHash(key.key, "body", text),
      claim: claim.id,
      locked_until: now + CLAIM_MS,
      status: null,
      answer: null,
      expires_at: now + KEEP_MS,
    };
    const inserted = await this.database.transaction(async () => {
      await this.database.execute("DELETE FROM idempotency_keys WHERE scope_hash = ? AND expires_at <= ?", [
        claim.scopeHash,
        now,
      ]);
      return this.database.insert("idempotency_keys", row, "ON CONFLICT (scope_hash) DO NOTHING");
    });
    // Somebody was faster between the look and the insert.
    if (inserted === 0) return this.begin(scope, userId, body, now);
    return claim;
  }

  /** Keeps the answer. A claim that was taken over meanwhile changes nothing. */
  async finish(claim: Claim, answer: KeptAnswer): Promise<void> {
    const key = this.activeKey();
    const sealed = answer.body === null ? null : seal(key.key, claim.scope, answer.body);
    await this.database.execute(
      "UPDATE idempotency_keys SET status = ?, answer = ? WHERE scope_hash = ? AND claim = ? AND status IS NULL",
      [answer.status, sealed, claim.scopeHash, claim.id],
    );
  }

  /** Gives the key back after a failure: a repeat runs again. */
  async release(claim: Claim): Promise<void> {
    await this.database.execute("DELETE FROM idempotency_keys WHERE scope_hash = ? AND claim = ? AND status IS NULL", [
      claim.scopeHash,
      claim.id,
    ]);
  }

  /** Removes what is older than 24 hours. @returns how many */
  async purgeExpired(now = Date.now()): Promise<number> {
    return this.database.execute("DELETE FROM idempotency_keys WHERE expires_at <= ?", [now]);
  }

  private async repeat(row: Row, key: VaultKey, scope: string, text: string, now: number): Promise<KeptAnswer | Claim> {
    if (row.body_hash !== keyedHash(key.key, "body", text)) throw new IdempotencyConflictError();
    if (row.status !== null) {
      return { status: row.status, body: row.answer === null ? null : open(key.key, scope, row.answer) };
    }
    const scopeHash = keyedHash(key.key, "scope", scope);
    const id = randomUUID();
    const taken = await this.database.execute(
      "UPDATE idempotency_keys SET claim = ?, locked_until = ? WHERE scope_hash = ? AND claim = ? AND status IS NULL AND locked_until <= ?",
      [id, now + CLAIM_MS, scopeHash, row.claim, now],
    );
    if (taken === 1) return { scope, scopeHash, id };
    throw new ConflictError("request_in_progress", "The first request with this idempotency key is still running.", {
      retryable: true,
      retryAfterMs: 1000,
    });
  }

  /** Rows made under a key that has been rotated since are found as well. */
  private async find(scope: string, now: number): Promise<{ row: Row; key: VaultKey } | undefined> {
    for (const key of this.config.vaultKeys) {
      const row = await this.database.one<Row>(
        "SELECT kek_id, body_hash, claim, locked_until, status, answer, expires_at FROM idempotency_keys WHERE scope_hash = ? AND expires_at > ?",
        [keyedHash(key.key, "scope", scope), now],
      );
      if (row) return { row, key };
    }
    return undefined;
  }

  private activeKey(): VaultKey {
    const key = this.config.vaultKeys[0];
    if (!key) throw new Error("No key-encryption key is configured");
    return key;
  }
}
