// Platform keys in the database.
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { type Role } from "./actor.js";
import { ApiKey } from "./api-key.entity.js";

/** A key that was not revoked, with its member as they are now. It may have expired. */
export interface HeldKey {
  key: ApiKey;
  email: string;
  userName: string;
  role: Role;
}

/** A key with its member's name. */
export interface NamedKey {
  key: ApiKey;
  userName: string;
}

/** What may be changed of a key. */
export type KeyChange = Partial<
  Pick<
    ApiKey,
    "name" | "scopes" | "models" | "budgetUsd" | "budgetPeriod" | "requestsPerMinute" | "expiresAt" | "updatedAt"
  >
>;

const HOLDS = "api_keys.revoked_at IS NULL";

@Injectable()
export class ApiKeysRepository {
  constructor(private readonly db: Database) {}

  /** A key that holds: not revoked, and its member is still one. */
  async held(id: string): Promise<HeldKey | undefined> {
    const [key] = await this.db.select(ApiKey, `WHERE id = ? AND ${HOLDS}`, [id]);
    if (!key) return undefined;
    const sql = `SELECT u.email, u.name AS "userName", m.role FROM members m JOIN users u ON u.id = m.user_id
      WHERE m.workspace_id = ? AND m.user_id = ? AND u.disabled_at IS NULL`;
    const member = await this.db.one<Omit<HeldKey, "key">>(sql, [key.workspaceId, key.userId]);
    return member && { key, ...member };
  }

  /** Of these keys the ones that hold at `now`, each with what its rights depend on. */
  async rights(ids: readonly string[], now: number): Promise<{ id: string; updatedAt: number; role: Role }[]> {
    const sql = `SELECT k.id, k.updated_at AS "updatedAt", m.role FROM api_keys k
      JOIN members m ON m.workspace_id = k.workspace_id AND m.user_id = k.user_id
      JOIN users u ON u.id = k.user_id AND u.disabled_at IS NULL
      WHERE k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ?) AND k.id IN (${ids.map(() => "?").join(", ")})`;
    const rows = await this.db.query<{ id: string; updatedAt: number | string; role: Role }>(sql, [now, ...ids]);
    return rows.map((row) => ({ ...row, updatedAt: Number(row.updatedAt) }));
  }

  async add(key: ApiKey): Promise<void> {
    await this.db.repository(ApiKey).insert(key);
  }

  async get(workspaceId: string, id: string): Promise<ApiKey | undefined> {
    const [key] = await this.db.select(ApiKey, `WHERE workspace_id = ? AND id = ? AND ${HOLDS}`, [workspaceId, id]);
    return key;
  }

  /** Newest first. @param userId only this member's @param before an id; only older ones */
  async page(workspaceId: string, userId: string | undefined, limit: number, before?: string): Promise<NamedKey[]> {
    const conditions = ["workspace_id = ?", HOLDS];
    const params = [workspaceId];
    if (userId !== undefined) {
      conditions.push("user_id = ?");
      params.push(userId);
    }
    if (before !== undefined) {
      conditions.push("id < ?");
      params.push(before);
    }
    const rest = `WHERE ${conditions.join(" AND ")} ORDER BY id DESC LIMIT ?`;
    const keys = await this.db.select(ApiKey, rest, [...params, limit]);
    const users = [...new Set(keys.map((key) => key.userId))];
    if (users.length === 0) return [];
    const sql = `SELECT id, name FROM users WHERE id IN (${users.map(() => "?").join(", ")})`;
    const names = new Map(
      (await this.db.query<{ id: string; name: string }>(sql, users)).map(({ id, name }) => [id, name]),
    );
    return keys.map((key) => ({ key, userName: names.get(key.userId) ?? "" }));
  }

  /** Keys of a member that hold, expired ones as well. */
  async count(workspaceId: string, userId: string): Promise<number> {
    const sql = `SELECT count(*) AS n FROM api_keys WHERE workspace_id = ? AND user_id = ? AND ${HOLDS}`;
    return Number((await this.db.one<{ n: number | string }>(sql, [workspaceId, userId]))?.n ?? 0);
  }

  async update(workspaceId: string, id: string, change: KeyChange): Promise<void> {
    await this.db.repository(ApiKey).update({ workspaceId, id }, change);
  }

  /** @returns false when there was none */
  async revoke(workspaceId: string, id: string, now: number): Promise<boolean> {
    const sql = `UPDATE api_keys SET revoked_at = ? WHERE workspace_id = ? AND id = ? AND ${HOLDS}`;
    return (await this.db.execute(sql, [now, workspaceId, id])) > 0;
  }

  /** Notes the last use, unless a later one was noted within the last `everyMs`. */
  async touch(uses: ReadonlyMap<string, number>, everyMs: number): Promise<void> {
    await this.db.transaction(async () => {
      for (const [id, at] of uses) {
        const sql = "UPDATE api_keys SET last_used_at = ? WHERE id = ? AND (last_used_at IS NULL OR last_used_at <= ?)";
        await this.db.execute(sql, [at, id, at - everyMs]);
      }
    });
  }
}
