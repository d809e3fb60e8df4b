// A page of an audit log.
import { decodeCursor, type Page, toPage } from "#libs/dto/index";
import { type AuditEventView, type ListAuditQuery, toAuditEventView } from "./audit.views.js";
import { type AuditLog } from "./audit-log.js";

/** @throws InvalidInputError for a cursor of another list */
export async function auditPage(log: AuditLog, chain: string, query: ListAuditQuery): Promise<Page<AuditEventView>> {
  const { limit, cursor, action, about, userId, targetId, from, to } = query;
  const events = await log.list(chain, {
    limit,
    action,
    about,
    userId,
    targetId,
    beforeSeq: cursor === undefined ? undefined : decodeCursor<[number]>(cursor, ["number"])[0],
    from: from === undefined ? undefined : Date.parse(from),
    to: to === undefined ? undefined : Date.parse(to),
  });
  return toPage(events, limit, ({ seq }) => [seq], toAuditEventView);
}
