// Logged calls in the database: what was logged, beside what the ledger knows of the same call.
import { Injectable } from "@nestjs/common";
import { Database, type SqlValue } from "#libs/database/index";
import { ProviderCall } from "#src/usage/provider-call.entity";
import { GatewayLog, type LogStatus } from "./gateway-log.entity.js";

/** Which logs. */
export interface LogFilter {
  /** Of whose calls; undefined: everybody's. */
  userId?: string | undefined;
  apiKeyId?: string | undefined;
  /** A part of the model's id as asked or served, or of the alias; no matter in which case. */
  model?: string | undefined;
  status?: LogStatus | undefined;
  errorCode?: string | undefined;
  /** Epoch ms, included. */
  from?: number | undefined;
  /** Epoch ms, not included. */
  to?: number | undefined;
  /** Only older ones than this. */
  before?: { createdAt: number; id: string } | undefined;
}

/** A logged call without its bodies. */
export interface LoggedRow {
  log: Omit<GatewayLog, "sealed" | "dekVersion" | "workspaceId">;
  call: ProviderCall;
  userName: string | null;
  apiKeyName: string | null;
}

type RawRow = Omit<LoggedRow["log"], "streamed" | "requestCut" | "answerCut" | "createdAt"> &
  Pick<LoggedRow, "userName" | "apiKeyName"> & {
    streamed: number;
    requestCut: number;
    answerCut: number;
    createdAt: number | string;
  };

const COLUMNS = `l.id, l.path, l.status, l.http_status AS "httpStatus", l.streamed, l.request_bytes AS "requestBytes",
  l.request_cut AS "requestCut", l.answer_bytes AS "answerBytes", l.answer_cut AS "answerCut", l.created_at AS "createdAt",
  u.name AS "userName", k.name AS "apiKeyName"`;
const TABLES = `gateway_logs l JOIN provider_calls c ON c.id = l.id
  LEFT JOIN users u ON u.id = c.user_id LEFT JOIN api_keys k ON k.id = c.api_key_id`;

@Injectable()
export class GatewayLogsRepository {
  constructor(private readonly db: Database) {}

  /** Newest first. @param since epoch ms; older ones are over, and wait to be deleted */
  async list(workspaceId: string, since: number, filter: LogFilter, most: number): Promise<LoggedRow[]> {
    const { sql, values } = conditionsOf(filter);
    const rows = await this.db.query<RawRow>(
      `SELECT ${COLUMNS} FROM ${TABLES} WHERE l.workspace_id = ? AND l.created_at > ?${sql}
       ORDER BY l.created_at DESC, l.id DESC LIMIT ?`,
      [workspaceId, since, ...values, most],
    );
    return this.withCalls(rows);
  }

  /** One of them, as {@link list} finds it, with its sealed bodies. */
  async find(
    workspaceId: string,
    since: number,
    id: string,
    userId: string | undefined,
  ): Promise<(LoggedRow & { sealed: string }) | undefined> {
    const { sql, values } = conditionsOf({ userId });
    const rows = await this.db.query<RawRow>(
      `SELECT ${COLUMNS} FROM ${TABLES} WHERE l.workspace_id = ? AND l.created_at > ? AND l.id = ?${sql}`,
      [workspaceId, since, id, ...values],
    );
    const [found] = await this.withCalls(rows);
    const [row] = found ? await this.db.select(GatewayLog, "WHERE id = ?", [id]) : [];
    return found && row && { ...found, sealed: row.sealed };
  }

  /** @returns false when there is none */
  async delete(workspaceId: string, id: string): Promise<boolean> {
    const sql = "DELETE FROM gateway_logs WHERE workspace_id = ? AND id = ?";
    return (await this.db.execute(sql, [workspaceId, id])) === 1;
  }

  /** @returns how many */
  async deleteAll(workspaceId: string): Promise<number> {
    return this.db.execute("DELETE FROM gateway_logs WHERE workspace_id = ?", [workspaceId]);
  }

  private async withCalls(rows: readonly RawRow[]): Promise<LoggedRow[]> {
    if (rows.length === 0) return [];
    const places = rows.map(() => "?").join(", ");
    const ids = rows.map(({ id }) => id);
    const calls = await this.db.select(ProviderCall, `WHERE id IN (${places})`, ids);
    const byId = new Map(calls.map((call) => [call.id, call]));
    return rows.flatMap(({ userName, apiKeyName, createdAt, streamed, requestCut, answerCut, ...rest }) => {
      const call = byId.get(rest.id);
      if (!call) return [];
      const flags = { streamed: streamed === 1, requestCut: requestCut === 1, answerCut: answerCut === 1 };
      return [{ log: { ...rest, ...flags, createdAt: Number(createdAt) }, call, userName, apiKeyName }];
    });
  }
}

function conditionsOf(filter: LogFilter): { sql: string; values: SqlValue[] } {
  const { userId, apiKeyId, model, status, errorCode, from, to, before } = filter;
  const like = model === undefined ? undefined : `%${model.toLowerCase().replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  const parts: [sql: string, values: (SqlValue | undefined)[]][] = [
    ["c.user_id = ?", [userId]],
    ["c.api_key_id = ?", [apiKeyId]],
    [
      ["c.model", "c.served_model", "c.alias"]
        .map((column) => String.raw`lower(${column}) LIKE ? ESCAPE '\'`)
        .join(" OR "),
      [like, like, like],
    ],
    ["l.status = ?", [status]],
    ["c.error_code = ?", [errorCode]],
    ["l.created_at >= ?", [from]],
    ["l.created_at < ?", [to]],
    ["(l.created_at, l.id) < (?, ?)", [before?.createdAt, before?.id]],
  ];
  const given = parts.filter(([, values]) => values[0] !== undefined);
  return { sql: given.map(([sql]) => ` AND (${sql})`).join(""), values: given.flatMap(([, values]) => values) };
}
