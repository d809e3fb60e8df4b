// Wrapped workspace keys in the database.
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";

/** `active`: seals and opens; `decrypt_only`: an older version; `destroyed`: its bytes are gone. */
export type DekState = "active" | "decrypt_only" | "destroyed";

export interface WrappedDek {
  workspaceId: string;
  version: number;
  kekId: string;
  /** Check value of the key that wrapped it; null in rows from before there was one. */
  kekCheck: string | null;
  wrapped: string;
  state: DekState;
}

const COLUMNS = `workspace_id AS "workspaceId", version, kek_id AS "kekId", kek_check AS "kekCheck", wrapped, state`;

@Injectable()
export class WorkspaceDeksRepository {
  constructor(private readonly db: Database) {}

  async newest(workspaceId: string): Promise<WrappedDek | undefined> {
    const sql = `SELECT ${COLUMNS} FROM workspace_deks WHERE workspace_id = ? ORDER BY version DESC LIMIT 1`;
    return this.db.one(sql, [workspaceId]);
  }

  /** The newest key, held against a rotation until the end of the transaction. */
  async lockNewest(workspaceId: string): Promise<WrappedDek | undefined> {
    await this.lockAll(workspaceId);
    return this.newest(workspaceId);
  }

  /** Holds all keys of a workspace against whoever seals or rotates, until the end of the transaction. */
  async lockAll(workspaceId: string): Promise<void> {
    const sql = `SELECT version FROM workspace_deks WHERE workspace_id = ? ORDER BY version${this.db.dialect.forUpdate}`;
    await this.db.query(sql, [workspaceId]);
  }

  async version(workspaceId: string, version: number): Promise<WrappedDek | undefined> {
    const sql = `SELECT ${COLUMNS} FROM workspace_deks WHERE workspace_id = ? AND version = ?`;
    return this.db.one(sql, [workspaceId, version]);
  }

  /** Adds a key, unless somebody else was first with this version. */
  async add(dek: WrappedDek): Promise<void> {
    const row = {
      workspace_id: dek.workspaceId,
      version: dek.version,
      kek_id: dek.kekId,
      kek_check: dek.kekCheck,
      wrapped: dek.wrapped,
      state: dek.state,
      created_at: Date.now(),
    };
    await this.db.insert("workspace_deks", row, "ON CONFLICT (workspace_id, version) DO NOTHING");
  }

  /** One key for each key-encryption key that something was wrapped with. */
  async samples(): Promise<WrappedDek[]> {
    const kinds = await this.db.query<{ kekId: string; kekCheck: string | null }>(
      `SELECT DISTINCT kek_id AS "kekId", kek_check AS "kekCheck" FROM workspace_deks WHERE state <> 'destroyed'`,
    );
    const samples = kinds.map(({ kekId, kekCheck }) => {
      const same = kekCheck === null ? "kek_check IS NULL" : "kek_check = ?";
      const sql = `SELECT ${COLUMNS} FROM workspace_deks WHERE state <> 'destroyed' AND kek_id = ? AND ${same} LIMIT 1`;
      return this.db.one<WrappedDek>(sql, kekCheck === null ? [kekId] : [kekId, kekCheck]);
    });
    return (await Promise.all(samples)).filter((dek) => dek !== undefined);
  }

  /** Keys that are not wrapped with this one, in a fixed order. */
  async notUnder(kekId: string, kekCheck: string, limit: number): Promise<WrappedDek[]> {
    const sql = `SELECT ${COLUMNS} FROM workspace_deks
      WHERE state <> 'destroyed' AND (kek_id <> ? OR kek_check IS NULL OR kek_check <> ?) ORDER BY workspace_id, version LIMIT ?`;
    return this.db.query(sql, [kekId, kekCheck, limit]);
  }

  async countNotUnder(kekId: string, kekCheck: string): Promise<number> {
    const sql = `SELECT count(*) AS n FROM workspace_deks
      WHERE state <> 'destroyed' AND (kek_id <> ? OR kek_check IS NULL OR kek_check <> ?)`;
    return Number((await this.db.one<{ n: number | string }>(sql, [kekId, kekCheck]))?.n ?? 0);
  }

  /** Puts a new wrap in the place of the one that was read. @returns false when it is not there any more */
  async swap(old: WrappedDek, wrap: Pick<WrappedDek, "kekId" | "kekCheck" | "wrapped">): Promise<boolean> {
    const sql = `UPDATE workspace_deks SET kek_id = ?, kek_check = ?, wrapped = ?
      WHERE workspace_id = ? AND version = ? AND wrapped = ? AND state <> 'destroyed'`;
    const values = [wrap.kekId, wrap.kekCheck, wrap.wrapped, old.workspaceId, old.version, old.wrapped];
    return (await this.db.execute(sql, values)) === 1;
  }

  /** From now on the version only opens. */
  async retire(workspaceId: string, version: number): Promise<void> {
    const sql = "UPDATE workspace_deks SET state = 'decrypt_only' WHERE workspace_id = ? AND version = ?";
    await this.db.execute(sql, [workspaceId, version]);
  }

  /** Older keys that are not destroyed. */
  async countOlder(workspaceId: string, version: number): Promise<number> {
    const sql =
      "SELECT count(*) AS n FROM workspace_deks WHERE workspace_id = ? AND version < ? AND state <> 'destroyed'";
    return Number((await this.db.one<{ n: number | string }>(sql, [workspaceId, version]))?.n ?? 0);
  }

  /** Overwrites the keys before a version. */
  async destroyOlder(workspaceId: string, version: number): Promise<void> {
    const sql = "UPDATE workspace_deks SET wrapped = '', state = 'destroyed' WHERE workspace_id = ? AND version < ?";
    await this.db.execute(sql, [workspaceId, version]);
  }

  /** Overwrites every key of the workspace: what they sealed is gone. */
  async destroy(workspaceId: string): Promise<void> {
    await this.db.execute("UPDATE workspace_deks SET wrapped = '', state = 'destroyed' WHERE workspace_id = ?", [
      workspaceId,
    ]);
  }
}
