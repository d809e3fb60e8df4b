// The port through which a sign-in with a password asks for the second factor; src/second-factor is behind it.

/** By what a second factor was given. */
export type SecondFactorMeans = "totp" | "recovery_code";

export abstract class SecondFactor {
  /**
   * Asked after the password was right.
   * @param code six digits, or a recovery code; undefined: none was sent
   * @returns null for an account without a second factor
   * @throws UnauthorizedError `second_factor_required` | `second_factor_wrong`; TooManyRequestsError
   */
  abstract check(userId: string, code: string | undefined): Promise<SecondFactorMeans | null>;
}
