// The end of an account: what is only its own goes with it, what it shares with others stays theirs.
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { AccountEnd, type EndedAccount } from "#src/auth/account-end";
import { type AuditActor, AuditTrail } from "#src/auth/audit-trail";
import { DeletionPlans } from "./deletion-plan.js";
import { WorkspacesService } from "./workspaces.service.js";

@Injectable()
export class AccountDeletion {
  constructor(
    private readonly db: Database,
    private readonly plans: DeletionPlans,
    private readonly workspaces: WorkspacesService,
    private readonly end: AccountEnd,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Deletes an account for good. Who is refused loses nothing. Then, as with a workspace, the keys of what is deleted with
   * it go first: when the rest fails, or somebody joins or the other operator goes in that very moment, these are gone all
   * the same, and it can be deleted again.
   * @param by null: the command line
   * @throws NotFoundError, ConflictError `last_owner` | `last_operator`
   */
  async execute(by: AuditActor | null, userId: string): Promise<void> {
    await this.db.transaction(async () => {
      const { deletes } = await this.plans.lock(userId);
      for (const { id } of deletes) await this.workspaces.close(id);
    });
    await this.db.emptyLog();
    const { ended, memberships } = await this.db.transaction(() => this.erase(by, userId));
    await this.end.announce(ended, memberships);
    // Password, second factor and chats are in neither the file nor its log.
    await this.db.emptyLog();
  }

  private async erase(
    by: AuditActor | null,
    userId: string,
  ): Promise<{ ended: EndedAccount; memberships: Map<string, string[]> }> {
    // Once more: somebody may have come in or gone since.
    const { account, deletes, leaves } = await this.plans.lock(userId);
    const memberships = new Map<string, string[]>();
    for (const { id, role } of leaves) {
      await this.workspaces.part(by, id, { userId, role });
      memberships.set(id, [userId]);
    }
    for (const { id } of deletes) memberships.set(id, await this.workspaces.erase(by, id));
    const ended = await this.end.erase(account);
    const facts = { workspacesDeleted: deletes.length, workspacesLeft: leaves.length };
    const target = { type: "account", id: userId };
    await this.audit.record({ action: "account.deleted", workspaceId: null, actor: by, target, facts });
    return { ended, memberships };
  }
}
