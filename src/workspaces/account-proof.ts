// Who deletes an account proves once more that it is theirs: a page that was left open, or a stolen cookie, is not enough.
import { Injectable } from "@nestjs/common";
import { Config } from "#libs/config/index";
import { Database } from "#libs/database/index";
import { InvalidInputError, NotFoundError } from "#libs/errors/index";
import { AccountsService } from "#src/auth/accounts.service";
import { type Account } from "#src/auth/actor";
import { NO_PASSWORD } from "#src/auth/passwords";
import { SecondFactor } from "#src/auth/second-factor";
import { User } from "#src/auth/user.entity";

/** By what an account is proven: the password, with a code where there is a second factor; without a password the e-mail. */
export const PROOFS = ["password", "email"] as const;
export type Proof = (typeof PROOFS)[number];

/** What was typed. */
export interface GivenProof {
  password?: string | undefined;
  code?: string | undefined;
  email?: string | undefined;
}

@Injectable()
export class AccountProof {
  constructor(
    private readonly db: Database,
    private readonly config: Config,
    private readonly accounts: AccountsService,
    private readonly secondFactor: SecondFactor,
  ) {}

  /** What it takes. */
  async kindFor(userId: string): Promise<Proof> {
    return this.kindOf(await this.user(userId));
  }

  /**
   * @param address whose tries are counted
   * @throws InvalidInputError, UnauthorizedError `invalid_credentials` | `second_factor_required` | `second_factor_wrong`,
   * TooManyRequestsError
   */
  async assert(account: Account, given: GivenProof, address: string): Promise<void> {
    const user = await this.user(account.userId);
    if (this.kindOf(user) === "email") {
      if (given.email?.toLowerCase() === user.email) return;
      throw new InvalidInputError([{ path: "email", message: "must be the e-mail of your account" }]);
    }
    if (given.password === undefined) throw new InvalidInputError([{ path: "password", message: "is required" }]);
    await this.accounts.confirmPassword(account, given.password, address);
    await this.secondFactor.check(user.id, given.code);
  }

  private kindOf({ passwordHash }: User): Proof {
    return passwordHash === NO_PASSWORD || this.config.oidc?.only ? "email" : "password";
  }

  private async user(id: string): Promise<User> {
    const [user] = await this.db.select(User, "WHERE id = ?", [id]);
    if (!user) throw new NotFoundError("This account");
    return user;
  }
}
