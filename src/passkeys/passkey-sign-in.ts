// Signing in with a passkey: without a name and without a password. It is both factors at once.
import { Injectable } from "@nestjs/common";
import {
  type AuthenticationResponseJSON,
  type AuthenticatorTransport,
  generateAuthenticationOptions,
  type PublicKeyCredentialRequestOptionsJSON,
  verifyAuthenticationResponse,
} from "@simplewebauthn/server";
import { Config } from "#libs/config/index";
import { Database } from "#libs/database/index";
import { ForbiddenError, UnauthorizedError } from "#libs/errors/index";
import { AuditTrail } from "#src/auth/audit-trail";
import { assertPasswords } from "#src/auth/passwords";
import { User } from "#src/auth/user.entity";
import { CHALLENGE_S, Challenges } from "./challenges.js";
import { Passkey } from "./passkey.entity.js";
import { type Site } from "./site.js";

const PURPOSE = "sign in";

@Injectable()
export class PasskeySignIn {
  constructor(
    private readonly db: Database,
    private readonly config: Config,
    private readonly challenges: Challenges,
    private readonly audit: AuditTrail,
  ) {}

  /** The same for everybody: which accounts and passkeys there are is not told. @throws ForbiddenError `password_sign_in_off` */
  async options({ rpId }: Site): Promise<PublicKeyCredentialRequestOptionsJSON> {
    assertPasswords(this.config);
    const options = await generateAuthenticationOptions({
      rpID: rpId,
      timeout: CHALLENGE_S * 1_000,
      userVerification: "required",
    });
    await this.challenges.keep(options.challenge, PURPOSE);
    return options;
  }

  /**
   * @returns whose passkey it is
   * @throws UnauthorizedError `invalid_passkey`, the same for every reason; ForbiddenError `account_disabled`
   */
  async execute(site: Site, response: AuthenticationResponseJSON): Promise<User> {
    assertPasswords(this.config);
    const [passkey] = await this.db.select(Passkey, "WHERE credential_id = ?", [String(response.id)]);
    if (!passkey) throw refusal();
    const user = await this.db.repository(User).findOneByOrFail({ id: passkey.userId });
    const counter = await this.counterOf(passkey, site, response);
    if (counter === null || !(await this.advance(passkey, counter))) {
      await this.refused(user);
      throw refusal();
    }
    if (user.disabledAt !== null) {
      await this.refused(user);
      throw new ForbiddenError("This account is disabled. Ask the operator of this server.", "account_disabled");
    }
    return user;
  }

  /** @returns the authenticator's counter, or null when its answer does not hold */
  private async counterOf(passkey: Passkey, site: Site, response: AuthenticationResponseJSON): Promise<number | null> {
    // A passkey that is found without a name says whose it is (WebAuthn Level 3 §7.2 step 6).
    const { userHandle } = response.response ?? {};
    if (Buffer.from(String(userHandle ?? ""), "base64url").toString("utf8") !== passkey.userId) return null;
    try {
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response,
        expectedChallenge: (challenge) => this.challenges.take(challenge, PURPOSE),
        expectedOrigin: site.origin,
        expectedRPID: passkey.rpId,
        requireUserVerification: true,
        credential: {
          id: passkey.credentialId,
          publicKey: new Uint8Array(Buffer.from(passkey.publicKey, "base64url")),
          counter: passkey.counter,
          transports: passkey.transports as AuthenticatorTransport[],
        },
      });
      return verified ? authenticationInfo.newCounter : null;
    } catch {
      return null;
    }
  }

  /** Of two answers at once with one counter, one counts; a counter that goes back was refused before: a copy of the key. */
  private async advance({ id, counter }: Passkey, next: number): Promise<boolean> {
    const sql = "UPDATE passkeys SET counter = ?, last_used_at = ? WHERE id = ? AND counter = ?";
    return (await this.db.execute(sql, [next, Date.now(), id, counter])) === 1;
  }

  private async refused({ id }: User): Promise<void> {
    const target = { type: "account", id };
    await this.audit.record({ action: "session.refused", workspaceId: null, actor: null, target });
  }
}

const refusal = (): UnauthorizedError =>
  new UnauthorizedError("This passkey is not known here, or its answer came too late.", "invalid_passkey");
