// What operators do to accounts: disable and enable, make operators and take that back.
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { NotFoundError } from "#libs/errors/index";
import { type AuditAction, type AuditActor, AuditTrail } from "#src/auth/audit-trail";
import { Operators } from "#src/auth/operators";
import { SessionsService } from "#src/auth/sessions.service";
import { type AccountRow, InstanceDirectory } from "./instance-directory.js";

/** What is given changes. */
export interface AccountChange {
  disabled?: boolean | undefined;
  isOperator?: boolean | undefined;
  /** From somebody who has lost phone and recovery codes. */
  removeSecondFactor?: boolean | undefined;
}

@Injectable()
export class AccountControl {
  constructor(
    private readonly db: Database,
    private readonly directory: InstanceDirectory,
    private readonly sessions: SessionsService,
    private readonly operators: Operators,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Changes an account. One that is disabled loses its sessions, sockets and platform keys within a second.
   * @param by null: the command line
   * @throws NotFoundError, ConflictError `last_operator`
   */
  async change(by: AuditActor | null, id: string, change: AccountChange): Promise<AccountRow> {
    const { disabled, isOperator } = change;
    const { row, ended } = await this.db.transaction(async () => {
      await this.operators.lock(id);
      const before = await this.directory.account(id);
      if (!before) throw new NotFoundError("This account");
      await this.setOperator(by, before, isOperator);
      await this.setDisabled(by, before, disabled);
      if (change.removeSecondFactor) await this.removeSecondFactor(by, id);
      await this.operators.require();
      // Sessions carry what the account was allowed, so they end with it. What is granted is seen within a minute.
      const lost = disabled === true || (isOperator === false && before.isOperator === 1);
      const ended = lost ? await this.sessions.end(id, "all") : [];
      return { row: (await this.directory.account(id))!, ended };
    });
    await this.sessions.announce(ended);
    return row;
  }

  private async setOperator(by: AuditActor | null, { id, isOperator }: AccountRow, wanted?: boolean): Promise<void> {
    if (wanted === undefined || wanted === (isOperator === 1)) return;
    await this.db.execute("UPDATE users SET is_operator = ? WHERE id = ?", [wanted ? 1 : 0, id]);
    await this.note(by, id, wanted ? "account.operator_granted" : "account.operator_withdrawn");
  }

  private async setDisabled(by: AuditActor | null, { id, disabledAt }: AccountRow, wanted?: boolean): Promise<void> {
    if (wanted === undefined || wanted === (disabledAt !== null)) return;
    await this.db.execute("UPDATE users SET disabled_at = ? WHERE id = ?", [wanted ? Date.now() : null, id]);
    await this.note(by, id, wanted ? "account.disabled" : "account.enabled");
  }

  private async removeSecondFactor(by: AuditActor | null, id: string): Promise<void> {
    if ((await this.db.execute("DELETE FROM second_factors WHERE user_id = ?", [id])) === 0) return;
    await this.note(by, id, "account.second_factor_disabled");
  }

  private async note(actor: AuditActor | null, id: string, action: AuditAction): Promise<void> {
    await this.audit.record({ action, workspaceId: null, actor, target: { type: "account", id } });
  }
}
