// The second factor of an account: set up, confirmed, asked for, taken away. Why so: docs/decisions/0007-second-factor.md.
import { Injectable } from "@nestjs/common";
import { Config } from "#libs/config/index";
import { Database } from "#libs/database/index";
import { ConflictError, TooManyRequestsError, UnauthorizedError } from "#libs/errors/index";
import { openText, sealText } from "#libs/sealing/index";
import { InstanceSecrets } from "#libs/secrets/index";
import { AccountsService } from "#src/auth/accounts.service";
import { type Account } from "#src/auth/actor";
import { AuditTrail } from "#src/auth/audit-trail";
import { assertPasswords } from "#src/auth/passwords";
import { SecondFactor, type SecondFactorMeans } from "#src/auth/second-factor";
import { hashRecoveryCode, newRecoveryCodes } from "./recovery-codes.js";
import { newTotpSecret, totpStep } from "./totp.js";

/** Wrong codes in a row that cost nothing … */
const FREE_FAILURES = 10;
/** … and how long every further one has to wait, ms: three of a million codes are right at a time (RFC 4226 §7.3). */
const WAIT_MS = 15 * 60_000;

interface Factor {
  sealed: string;
  confirmed: boolean;
}

/** How things stand with an account. */
export interface SecondFactorState {
  /** Epoch ms; null: there is none, or it was not confirmed yet. */
  since: number | null;
  recoveryCodesLeft: number;
}

@Injectable()
export class SecondFactors extends SecondFactor {
  constructor(
    private readonly db: Database,
    private readonly config: Config,
    private readonly accounts: AccountsService,
    private readonly secrets: InstanceSecrets,
    private readonly audit: AuditTrail,
  ) {
    super();
  }

  async state(userId: string): Promise<SecondFactorState> {
    const sql = `SELECT confirmed_at AS "since",
      (SELECT count(*) FROM recovery_codes r WHERE r.user_id = f.user_id) AS "left" FROM second_factors f WHERE user_id = ?`;
    const row = await this.db.one<{ since: number | string | null; left: number | string }>(sql, [userId]);
    if (!row || row.since === null) return { since: null, recoveryCodesLeft: 0 };
    return { since: Number(row.since), recoveryCodesLeft: Number(row.left) };
  }

  /**
   * Makes a secret; nothing is asked for until {@link confirm}. Once more replaces it.
   * @returns the secret, base32: shown this once
   * @throws UnauthorizedError `invalid_credentials`, ConflictError `second_factor_on`, TooManyRequestsError
   */
  async begin(account: Account, password: string, address: string): Promise<string> {
    await this.accounts.confirmPassword(account, password, address);
    const secret = newTotpSecret();
    const sealed = sealText(await this.key(), purposeOf(account.userId), secret);
    const row = { user_id: account.userId, sealed, last_step: 0, failures: 0, failed_at: 0, confirmed_at: null };
    const replace = `ON CONFLICT (user_id) DO UPDATE SET sealed = excluded.sealed, last_step = 0
      WHERE second_factors.confirmed_at IS NULL`;
    const made = await this.db.transaction(async () => {
      await this.db.insert("second_factors", row, replace);
      const kept = await this.db.one<{ sealed: string }>("SELECT sealed FROM second_factors WHERE user_id = ?", [
        account.userId,
      ]);
      return kept?.sealed === sealed;
    });
    if (!made) throw new ConflictError("second_factor_on", "A second factor is set up already: remove it first.");
    return secret;
  }

  /**
   * From now on it is asked for. @returns the recovery codes, shown this once
   * @throws UnauthorizedError `second_factor_wrong`, ConflictError `second_factor_on` | `second_factor_off`, ForbiddenError
   * `password_sign_in_off`, TooManyRequestsError
   */
  async confirm(account: Account, code: string): Promise<string[]> {
    assertPasswords(this.config);
    const factor = await this.factor(account.userId);
    if (!factor) throw new ConflictError("second_factor_off", "Begin to set up the second factor first.");
    if (factor.confirmed) throw new ConflictError("second_factor_on", "The second factor is set up already.");
    await this.accept(account.userId, factor, code);
    return this.db.transaction(async () => {
      // Only the secret that the code was made with: another one may have been shown meanwhile, in another tab.
      const confirm = `UPDATE second_factors SET confirmed_at = ?
        WHERE user_id = ? AND confirmed_at IS NULL AND sealed = ?`;
      if ((await this.db.execute(confirm, [Date.now(), account.userId, factor.sealed])) === 0)
        throw new ConflictError("second_factor_on", "The second factor is set up already.");
      await this.audit.record({ action: "account.second_factor_enabled", workspaceId: null, actor: account });
      return this.renew(account.userId);
    });
  }

  /** New recovery codes in the place of all old ones. @throws as {@link remove} */
  async renewCodes(account: Account, by: { password: string; code: string }, address: string): Promise<string[]> {
    await this.prove(account, by, address);
    return this.db.transaction(async () => {
      await this.audit.record({ action: "account.recovery_codes_renewed", workspaceId: null, actor: account });
      return this.renew(account.userId);
    });
  }

  /**
   * Takes it away.
   * @throws UnauthorizedError `invalid_credentials` | `second_factor_wrong`, ConflictError `second_factor_off`, TooManyRequestsError
   */
  async remove(account: Account, by: { password: string; code: string }, address: string): Promise<void> {
    await this.prove(account, by, address);
    await this.db.transaction(async () => {
      await this.db.execute("DELETE FROM second_factors WHERE user_id = ?", [account.userId]);
      await this.audit.record({ action: "account.second_factor_disabled", workspaceId: null, actor: account });
    });
  }

  async check(userId: string, code: string | undefined): Promise<SecondFactorMeans | null> {
    const factor = await this.factor(userId);
    if (!factor?.confirmed) return null;
    if (code === undefined)
      throw new UnauthorizedError("Type the code that your authenticator app shows.", "second_factor_required");
    return this.accept(userId, factor, code);
  }

  private async prove(account: Account, by: { password: string; code: string }, address: string): Promise<void> {
    await this.accounts.confirmPassword(account, by.password, address);
    if ((await this.check(account.userId, by.code)) === null)
      throw new ConflictError("second_factor_off", "There is no second factor.");
  }

  /** Every try counts before it is looked at, so that many at once do not slip through. */
  private async accept(userId: string, factor: Factor, code: string): Promise<SecondFactorMeans> {
    const now = Date.now();
    const count = `UPDATE second_factors SET failures = failures + 1, failed_at = ?
      WHERE user_id = ? AND (failures < ? OR failed_at <= ?)`;
    if ((await this.db.execute(count, [now, userId, FREE_FAILURES, now - WAIT_MS])) === 0)
      throw new TooManyRequestsError(WAIT_MS, "Too many wrong codes. Try again in 15 minutes.");
    const means = (await this.takeTotp(userId, factor, code, now)) ?? (await this.takeRecoveryCode(userId, code));
    if (means === null) {
      const target = { type: "account", id: userId };
      await this.audit.record({ action: "session.refused", workspaceId: null, actor: null, target });
      throw new UnauthorizedError("This code is wrong, too old or was used already.", "second_factor_wrong");
    }
    await this.db.execute("UPDATE second_factors SET failures = 0 WHERE user_id = ?", [userId]);
    return means;
  }

  /** A code that was accepted is not accepted again, nor is an older one (RFC 6238 §5.2). */
  private async takeTotp(userId: string, factor: Factor, code: string, now: number): Promise<"totp" | null> {
    const digits = code.replace(/\s/g, "");
    if (!/^\d{6}$/.test(digits)) return null;
    const step = totpStep(openText(await this.key(), purposeOf(userId), factor.sealed), digits, now);
    if (step === null) return null;
    const take = "UPDATE second_factors SET last_step = ? WHERE user_id = ? AND last_step < ? AND sealed = ?";
    return (await this.db.execute(take, [step, userId, step, factor.sealed])) === 1 ? "totp" : null;
  }

  private async takeRecoveryCode(userId: string, code: string): Promise<"recovery_code" | null> {
    const take = "DELETE FROM recovery_codes WHERE user_id = ? AND code_hash = ?";
    const hash = hashRecoveryCode(await this.codesKey(), code);
    return (await this.db.execute(take, [userId, hash])) === 1 ? "recovery_code" : null;
  }

  private async renew(userId: string): Promise<string[]> {
    const codes = newRecoveryCodes();
    const key = await this.codesKey();
    await this.db.execute("DELETE FROM recovery_codes WHERE user_id = ?", [userId]);
    for (const code of codes)
      await this.db.insert("recovery_codes", { user_id: userId, code_hash: hashRecoveryCode(key, code) });
    return codes;
  }

  private async factor(userId: string): Promise<Factor | undefined> {
    const sql = `SELECT sealed, confirmed_at AS "confirmedAt" FROM second_factors WHERE user_id = ?`;
    const row = await this.db.one<{ sealed: string; confirmedAt: unknown }>(sql, [userId]);
    return row && { sealed: row.sealed, confirmed: row.confirmedAt !== null };
  }

  private key(): Promise<Buffer> {
    return this.secrets.subkey("second-factors/1");
  }

  private codesKey(): Promise<Buffer> {
    return this.secrets.subkey("recovery-codes/1");
  }
}

/** Bound into the seal: another account's secret in its place does not open. */
const purposeOf = (userId: string): string => `second factor of ${userId}`;
