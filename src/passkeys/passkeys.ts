// The passkeys of an account: made, listed, renamed, removed. Why so: docs/decisions/0007-second-factor.md.
import { Injectable } from "@nestjs/common";
import {
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type RegistrationResponseJSON,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import { Database, isUniqueViolation, newId } from "#libs/database/index";
import { ConflictError, InvalidInputError, NotFoundError } from "#libs/errors/index";
import { AccountsService } from "#src/auth/accounts.service";
import { type Account } from "#src/auth/actor";
import { AuditTrail } from "#src/auth/audit-trail";
import { User } from "#src/auth/user.entity";
import { CHALLENGE_S, Challenges } from "./challenges.js";
import { Passkey } from "./passkey.entity.js";
import { type Site } from "./site.js";

/** Passkeys of one account. */
const MOST = 20;
const NAME = "Parley";

@Injectable()
export class Passkeys {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountsService,
    private readonly challenges: Challenges,
    private readonly audit: AuditTrail,
  ) {}

  /** Newest first, one more than `limit`. @param before an id; only older ones */
  async page(userId: string, limit: number, before: string | undefined): Promise<Passkey[]> {
    return this.db.select(Passkey, "WHERE user_id = ? AND id < ? ORDER BY id DESC LIMIT ?", [
      userId,
      before ?? "g",
      limit + 1,
    ]);
  }

  /**
   * What the browser is to ask the authenticator for.
   * @throws UnauthorizedError `invalid_credentials`, ConflictError `too_many_passkeys`, TooManyRequestsError
   */
  async options(
    account: Account,
    site: Site,
    proof: { password: string; address: string },
  ): Promise<PublicKeyCredentialCreationOptionsJSON> {
    await this.accounts.confirmPassword(account, proof.password, proof.address);
    const user = await this.db.repository(User).findOneByOrFail({ id: account.userId });
    const present = await this.page(user.id, MOST, undefined);
    assertRoom(present.length);
    const options = await generateRegistrationOptions({
      rpName: NAME,
      rpID: site.rpId,
      userID: new Uint8Array(Buffer.from(user.id, "utf8")),
      userName: user.email,
      userDisplayName: user.name,
      timeout: CHALLENGE_S * 1_000,
      attestationType: "none",
      excludeCredentials: present.map(({ credentialId: id }) => ({ id })),
      // It must be found without a name being typed, and be a second factor in itself: something one has and knows or is.
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
    });
    await this.challenges.keep(options.challenge, purposeOf(user.id));
    return options;
  }

  /** @throws InvalidInputError when the browser's answer does not hold, ConflictError `passkey_taken` | `too_many_passkeys` */
  async add(account: Account, site: Site, name: string, response: RegistrationResponseJSON): Promise<Passkey> {
    const { userId } = account;
    const { registrationInfo } = await verifyRegistrationResponse({
      response,
      expectedChallenge: (challenge) => this.challenges.take(challenge, purposeOf(userId)),
      expectedOrigin: site.origin,
      expectedRPID: site.rpId,
      requireUserVerification: true,
    }).catch(refused);
    if (!registrationInfo) return refused();
    const { credential } = registrationInfo;
    const row = Object.assign(new Passkey(), {
      ...{ id: newId(), userId, name, rpId: site.rpId },
      credentialId: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString("base64url"),
      counter: credential.counter,
      transports: (credential.transports ?? []).slice(0, 8),
      ...{ createdAt: Date.now(), lastUsedAt: null },
    });
    return this.db.transaction(async () => {
      await this.db.query(`SELECT id FROM users WHERE id = ?${this.db.dialect.forUpdate}`, [userId]);
      assertRoom((await this.page(userId, MOST, undefined)).length);
      await this.insert(row);
      const target = { type: "passkey", id: row.id };
      await this.audit.record({ action: "account.passkey_added", workspaceId: null, actor: account, target });
      return row;
    });
  }

  /** @throws NotFoundError */
  async rename(userId: string, id: string, name: string): Promise<Passkey> {
    await this.db.execute("UPDATE passkeys SET name = ? WHERE id = ? AND user_id = ?", [name, id, userId]);
    const [row] = await this.db.select(Passkey, "WHERE id = ? AND user_id = ?", [id, userId]);
    if (!row) throw new NotFoundError("This passkey");
    return row;
  }

  /** @throws NotFoundError */
  async remove(account: Account, id: string): Promise<void> {
    await this.db.transaction(async () => {
      const sql = "DELETE FROM passkeys WHERE id = ? AND user_id = ?";
      if ((await this.db.execute(sql, [id, account.userId])) === 0) throw new NotFoundError("This passkey");
      const target = { type: "passkey", id };
      await this.audit.record({ action: "account.passkey_removed", workspaceId: null, actor: account, target });
    });
  }

  private async insert(row: Passkey): Promise<void> {
    try {
      await this.db.repository(Passkey).insert(row);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new ConflictError("passkey_taken", "This passkey is registered already.");
    }
  }
}

const purposeOf = (userId: string): string => `register ${userId}`;

function assertRoom(present: number): void {
  if (present >= MOST) throw new ConflictError("too_many_passkeys", `An account has at most ${MOST} passkeys.`);
}

/** What exactly was wrong helps nobody who is honest. */
function refused(): never {
  throw new InvalidInputError([{ path: "response", message: "is no valid answer of a browser, or came too late" }]);
}
