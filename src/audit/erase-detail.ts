// Erases what the audit logs hold of a person: addresses, names, browsers. The events stay, and the chains hold.
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { NotFoundError } from "#libs/errors/index";
import { AuditTrail } from "#src/auth/audit-trail";
import { PersonalDetails } from "./personal-details.js";

@Injectable()
export class EraseDetail {
  constructor(
    private readonly db: Database,
    private readonly details: PersonalDetails,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Destroys the key under which the detail is sealed, in every chain at once; what is recorded later gets a new one.
   * @param subject an account's id, also of one that is gone, or a month, `2026-11`: what belongs to nobody known
   * @throws NotFoundError when nothing is kept of it
   */
  async execute(subject: string): Promise<void> {
    const isMonth = /^\d{4}-\d{2}$/.test(subject);
    await this.db.transaction(async () => {
      if (!(await this.details.erase(isMonth ? `nobody/${subject}` : subject)))
        throw new NotFoundError("Personal detail of this account or month");
      const target = { type: isMonth ? "month" : "account", id: subject };
      await this.audit.record({ action: "audit.detail_erased", workspaceId: null, actor: null, target });
    });
    // The key's bytes are out of the file's log, too.
    await this.db.emptyLog();
  }
}
