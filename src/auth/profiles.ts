// An account with its workspaces, as it is shown to itself.

import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { UnauthorizedError } from "#libs/errors/index";
import { type Account } from "./actor.js";
import { AuditTrail } from "./audit-trail.js";
import { type MeView } from "./auth.views.js";
import { MembershipsRepository, type MemberWorkspace } from "./memberships.repository.js";
import { toMeView } from "./to-view.js";
import { User } from "./user.entity.js";

@Injectable()
export class Profiles {
  constructor(
    private readonly db: Database,
    private readonly memberships: MembershipsRepository,
    private readonly audit: AuditTrail,
  ) {}

  /** Gives the account another name. Running sessions call it by the old one in mails for up to a minute. */
  async rename(account: Account, name: string): Promise<MeView> {
    await this.db.transaction(async () => {
      await this.db.execute("UPDATE users SET name = ? WHERE id = ?", [name, account.userId]);
      await this.audit.record({ action: "account.updated", workspaceId: null, actor: account, personal: { name } });
    });
    return this.me(account);
  }

  /** A platform key is shown its own workspace alone. */
  async me({ userId, key }: Pick<Account, "userId" | "key">): Promise<MeView> {
    const [user] = await this.db.select(User, "WHERE id = ?", [userId]);
    if (!user) throw new UnauthorizedError();
    const all = await this.workspaces(userId);
    return toMeView(user, key ? all.filter(({ id }) => id === key.workspaceId) : all);
  }

  /** @param page without it: all of them */
  async workspaces(userId: string, page?: { limit: number; after: string | undefined }): Promise<MemberWorkspace[]> {
    return this.memberships.workspacesOf(userId, page);
  }
}
