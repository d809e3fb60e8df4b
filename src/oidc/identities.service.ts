// The identities of an account as its owner sees them, and how one is unlinked.
import { Injectable } from "@nestjs/common";
import { Config } from "#libs/config/index";
import { Database } from "#libs/database/index";
import { ConflictError, NotFoundError } from "#libs/errors/index";
import { type Account } from "#src/auth/actor";
import { AuditTrail } from "#src/auth/audit-trail";
import { NO_PASSWORD } from "#src/auth/passwords";
import { User } from "#src/auth/user.entity";
import { GrantedOperator } from "./granted-operator.js";
import { GrantedRoles } from "./granted-roles.js";
import { IdentitiesRepository } from "./identities.repository.js";
import { type Identity } from "./identity.entity.js";
import { isSameIssuer } from "./person.js";

@Injectable()
export class IdentitiesService {
  constructor(
    private readonly db: Database,
    private readonly config: Config,
    private readonly identities: IdentitiesRepository,
    private readonly granted: GrantedRoles,
    private readonly operator: GrantedOperator,
    private readonly audit: AuditTrail,
  ) {}

  /** Newest first, one more than `limit`. @param before an id; only older ones */
  async list(userId: string, limit: number, before: string | undefined): Promise<Identity[]> {
    return this.identities.page(userId, limit + 1, before);
  }

  /**
   * Unlinks; roles that hang on the provider's groups go with it.
   * @throws NotFoundError, ConflictError `last_sign_in` when nobody could sign in to the account any more
   */
  async unlink(account: Account, id: string): Promise<void> {
    const { userId } = account;
    const { user, identity } = await this.unlinkable(userId, id);
    await this.operator.apply(identity, user, false);
    await this.db.transaction(async () => {
      const { identity } = await this.unlinkable(userId, id);
      await this.granted.apply(identity, new Map());
      await this.identities.delete(id);
      const target = { type: "identity", id };
      await this.audit.record({ action: "account.identity_unlinked", workspaceId: null, actor: account, target });
    });
  }

  /** In a transaction the account is locked: its password must not go meanwhile. */
  private async unlinkable(userId: string, id: string): Promise<{ user: User; identity: Identity }> {
    const [user] = await this.db.select(User, `WHERE id = ?${this.db.dialect.forUpdate}`, [userId]);
    const identity = await this.identities.get(userId, id);
    if (!user || !identity) throw new NotFoundError("This identity");
    await this.requireOtherWay(user, identity);
    return { user, identity };
  }

  /** An identity of a provider that is configured no more is no way to sign in, so it may always go. */
  private async requireOtherWay({ id, passwordHash }: User, { issuer }: Identity): Promise<void> {
    const { oidc } = this.config;
    if (!isSameIssuer(issuer, oidc?.issuer) || (passwordHash !== NO_PASSWORD && !oidc?.only)) return;
    const passkey = await this.db.one("SELECT 1 AS yes FROM passkeys WHERE user_id = ? LIMIT 1", [id]);
    if (passkey !== undefined && !oidc?.only) return;
    throw new ConflictError("last_sign_in", "You could not sign in any more: set a password first.");
  }
}
