// The operator's rights, as far as a group of the provider gives them.
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { ConflictError } from "#libs/errors/index";
import { Logger } from "#libs/observability/index";
import { type User } from "#src/auth/user.entity";
import { AccountControl } from "#src/instance/account-control";
import { IdentitiesRepository } from "./identities.repository.js";
import { type Identity } from "./identity.entity.js";

@Injectable()
export class GrantedOperator {
  constructor(
    private readonly db: Database,
    private readonly identities: IdentitiesRepository,
    private readonly control: AccountControl,
    private readonly logger: Logger,
  ) {}

  /**
   * Gives the rights to who is in a group, and takes back what a group had given; what people here gave stays, and so does
   * the last operator. In a transaction of its own.
   */
  async apply(identity: Identity, user: User, isInGroup: boolean): Promise<void> {
    const isTaken = !isInGroup && identity.operatorGranted;
    if (isInGroup === user.isOperator || (!isInGroup && !isTaken)) return;
    try {
      await this.db.transaction(async () => {
        await this.control.change(null, user.id, { isOperator: isInGroup });
        await this.identities.noteOperator(identity.id, isInGroup);
      });
    } catch (error) {
      if (!(error instanceof ConflictError && error.code === "last_operator")) throw error;
      this.logger.warn("oidc_last_operator_kept", { userId: user.id });
    }
  }
}
