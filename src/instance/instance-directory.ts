// All accounts and workspaces of the instance, for its operators: names and counts, never content.
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";

/** Numbers of counts and times come as text from PostgreSQL. */
type Count = number | string;

export interface AccountRow {
  id: string;
  email: string;
  name: string;
  isOperator: number;
  disabledAt: Count | null;
  secondFactorSince: Count | null;
  workspaces: Count;
  createdAt: Count;
  lastSeenAt: Count | null;
}

export interface WorkspaceRow {
  id: string;
  name: string;
  members: Count;
  owner: string | null;
  createdAt: Count;
}

/** A page: so many rows, older than an id. */
export interface Look {
  q: string | undefined;
  limit: number;
  before: string | undefined;
}

const ACCOUNT = `SELECT u.id, u.email, u.name, u.is_operator AS "isOperator", u.disabled_at AS "disabledAt",
    u.created_at AS "createdAt",
    (SELECT f.confirmed_at FROM second_factors f WHERE f.user_id = u.id) AS "secondFactorSince",
    (SELECT count(*) FROM members m WHERE m.user_id = u.id) AS workspaces,
    (SELECT max(s.last_seen_at) FROM sessions s WHERE s.user_id = u.id) AS "lastSeenAt"
  FROM users u`;
const WORKSPACE = `SELECT w.id, w.name, w.created_at AS "createdAt",
    (SELECT count(*) FROM members m WHERE m.workspace_id = w.id) AS members,
    (SELECT min(u.email) FROM members m JOIN users u ON u.id = m.user_id
      WHERE m.workspace_id = w.id AND m.role = 'owner') AS owner
  FROM workspaces w`;

/** Above every UUID. */
const LAST = "g";

@Injectable()
export class InstanceDirectory {
  constructor(private readonly db: Database) {}

  /** Newest first. */
  async accounts({ q, limit, before }: Look): Promise<AccountRow[]> {
    const found = "(lower(u.name) LIKE ? ESCAPE '!' OR u.email LIKE ? ESCAPE '!')";
    const pattern = patternOf(q);
    const sql = `${ACCOUNT} WHERE u.id < ? AND ${found} ORDER BY u.id DESC LIMIT ?`;
    return this.db.query(sql, [before ?? LAST, pattern, pattern, limit]);
  }

  async account(id: string): Promise<AccountRow | undefined> {
    return this.db.one(`${ACCOUNT} WHERE u.id = ?`, [id]);
  }

  /** Newest first. */
  async workspaces({ q, limit, before }: Look): Promise<WorkspaceRow[]> {
    const sql = `${WORKSPACE} WHERE w.id < ? AND lower(w.name) LIKE ? ESCAPE '!' ORDER BY w.id DESC LIMIT ?`;
    return this.db.query(sql, [before ?? LAST, patternOf(q), limit]);
  }
}

/** A LIKE pattern for "contains this text"; its wildcards mean themselves. */
function patternOf(q: string | undefined): string {
  return `%${(q ?? "").toLowerCase().replace(/[!%_]/g, "!$&")}%`;
}
