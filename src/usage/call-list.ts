// Pages of the ledger, filtered. Each filter has an index that gives its rows in order, so that a page is a few reads.
import { Injectable } from "@nestjs/common";
import { Database, type SqlValue } from "#libs/database/index";
import { type CallKind, type CallState, HAS_FAILED, ProviderCall, STOPPED } from "./provider-call.entity.js";

/** Which calls; what is absent does not matter. Times are epoch ms. */
export interface CallFilter {
  /** Included. */
  from?: number;
  /** Not included. */
  to?: number;
  /** The model that was asked. */
  model?: string;
  userId?: string;
  apiKeyId?: string;
  providerKeyId?: string;
  kind?: CallKind;
  state?: CallState;
  conversationId?: string;
  messageId?: string;
  errorCode?: string;
  /** A call that was stopped did not fail. */
  failed?: boolean;
  /** A member's own calls alone, whatever else is asked for. */
  ownerId?: string;
}

/** Where a page begins. */
export interface CallPlace {
  createdAt: number;
  id: string;
}

const EQUAL = Object.entries({
  model: "model",
  userId: "user_id",
  ownerId: "user_id",
  apiKeyId: "api_key_id",
  providerKeyId: "provider_key_id",
  kind: "kind",
  state: "state",
  conversationId: "conversation_id",
  messageId: "message_id",
  errorCode: "error_code",
} as const) as [keyof CallFilter, string][];

/** As its index has it. */
const WITH_ERROR = "CASE WHEN error_code IS NULL THEN 0 ELSE 1 END";

@Injectable()
export class CallList {
  constructor(private readonly db: Database) {}

  /** Newest first; one row more than `limit`. @param before only calls before it */
  async newest(workspaceId: string, filter: CallFilter, limit: number, before?: CallPlace): Promise<ProviderCall[]> {
    const { where, params } = conditions(workspaceId, filter);
    const page = before ? " AND (created_at, id) < (?, ?)" : "";
    const place = before ? [before.createdAt, before.id] : [];
    return this.db.select(ProviderCall, `WHERE ${where}${page} ORDER BY created_at DESC, id DESC LIMIT ?`, [
      ...params,
      ...place,
      limit + 1,
    ]);
  }

  /** Oldest first. @param after only calls after it */
  async oldest(workspaceId: string, filter: CallFilter, limit: number, after: CallPlace): Promise<ProviderCall[]> {
    const { where, params } = conditions(workspaceId, filter);
    return this.db.select(
      ProviderCall,
      `WHERE ${where} AND (created_at, id) > (?, ?) ORDER BY created_at, id LIMIT ?`,
      [...params, after.createdAt, after.id, limit],
    );
  }
}

function conditions(workspaceId: string, filter: CallFilter): { where: string; params: SqlValue[] } {
  const { from, to, state, failed } = filter;
  const parts: [sql: string, ...params: SqlValue[]][] = [["workspace_id = ?", workspaceId]];
  for (const [key, column] of EQUAL) {
    const value = filter[key];
    if (value !== undefined) parts.push([`${column} = ?`, value as SqlValue]);
  }
  if (from !== undefined) parts.push(["created_at >= ?", from]);
  if (to !== undefined) parts.push(["created_at < ?", to]);
  // In the words of the partial index: that a state is another one than this is not concluded from what it is.
  if (state !== undefined && state !== "final") parts.push(["state <> 'final'"]);
  if (failed === false) parts.push([`COALESCE(error_code, '${STOPPED}') = '${STOPPED}'`]);
  if (failed) parts.push([`${HAS_FAILED} AND ${WITH_ERROR} = 1`]);
  return { where: parts.map(([sql]) => sql).join(" AND "), params: parts.flatMap(([, ...params]) => params) };
}
