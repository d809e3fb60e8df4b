// The audit log as people read it: newest first, by action, actor, target and time, with the personal detail that is still there.
import { Injectable } from "@nestjs/common";
import { Database, type SqlValue } from "#libs/database/index";
import { AuditEvent } from "./audit-event.entity.js";
import { PersonalDetails } from "./personal-details.js";

/** What to look for. Times in epoch ms. */
export interface AuditFilter {
  action?: string | undefined;
  /** The word before the dot of the action. */
  about?: string | undefined;
  userId?: string | undefined;
  targetId?: string | undefined;
  from?: number | undefined;
  to?: number | undefined;
  /** Only events before this one. */
  beforeSeq?: number | undefined;
  limit: number;
}

/** An event with its detail opened; null: there was none, or it was erased. */
export type ReadEvent = Omit<AuditEvent, "detail" | "facts"> & {
  facts: Record<string, unknown>;
  personal: Record<string, string> | null;
};

@Injectable()
export class AuditLog {
  constructor(
    private readonly db: Database,
    private readonly details: PersonalDetails,
  ) {}

  /** One event more than `limit`, to tell whether there is a next page. */
  async list(chain: string, filter: AuditFilter): Promise<ReadEvent[]> {
    const conditions: [string, SqlValue][] = [
      ["seq < ?", filter.beforeSeq],
      ["action = ?", filter.action],
      ["action LIKE ?", filter.about && `${filter.about}.%`],
      ["user_id = ?", filter.userId],
      ["target_id = ?", filter.targetId],
      ["at >= ?", filter.from],
      ["at < ?", filter.to],
    ];
    const asked = conditions.filter(([, value]) => value !== undefined);
    const where = ["chain = ?", ...asked.map(([sql]) => sql)].join(" AND ");
    const params = [chain, ...asked.map(([, value]) => value), filter.limit + 1];
    const events = await this.db.select(AuditEvent, `WHERE ${where} ORDER BY seq DESC LIMIT ?`, params);
    return Promise.all(events.map((event) => this.read(event)));
  }

  private async read({ detail, facts, ...event }: AuditEvent): Promise<ReadEvent> {
    const { subject, chain, seq } = event;
    const personal =
      subject === null || detail === null ? null : await this.details.open(subject, `${chain}/${seq}`, detail);
    return { ...event, facts: facts === null ? {} : (JSON.parse(facts) as Record<string, unknown>), personal };
  }
}
