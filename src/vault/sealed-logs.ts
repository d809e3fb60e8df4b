// Logged requests and answers at rest: sealed with the workspace's key, and sealed again when it gets a new one.
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { dekVersionOf, openBytes, SealBrokenError, seal } from "./sealing.js";
import { KeyDestroyedError } from "./vault.errors.js";
import { WorkspaceKeys } from "./workspace-keys.js";

/** Rows sealed again in one transaction. */
const BATCH = 20;

/** What a log's row says of its sealed text. */
export interface SealedLog {
  sealed: string;
  dek_version: number;
}

@Injectable()
export class SealedLogs {
  constructor(
    private readonly db: Database,
    private readonly keys: WorkspaceKeys,
  ) {}

  /** Seals bytes, each for its row alone. Must run in a transaction. @throws KeyDestroyedError */
  async seal(workspaceId: string, rows: readonly { id: string; bytes: Buffer }[]): Promise<SealedLog[]> {
    return this.keys.withCurrent(workspaceId, (dek) =>
      rows.map(({ id, bytes }) => ({ sealed: seal(dek, placeOf(workspaceId, id), bytes), dek_version: dek.version })),
    );
  }

  /** @returns undefined when it does not open: changed, moved, or its key is gone */
  async open(workspaceId: string, id: string, sealed: string): Promise<Buffer | undefined> {
    try {
      const version = dekVersionOf(sealed);
      return await this.keys.withVersion(workspaceId, version, (dek) =>
        openBytes(dek, placeOf(workspaceId, id), sealed),
      );
    } catch (error) {
      if (error instanceof SealBrokenError || error instanceof KeyDestroyedError) return undefined;
      throw error;
    }
  }

  /** Whether something is sealed with an older key than this version. */
  async hasOlder(workspaceId: string, version: number): Promise<boolean> {
    const sql = "SELECT 1 AS one FROM gateway_logs WHERE workspace_id = ? AND dek_version < ? LIMIT 1";
    return (await this.db.one(sql, [workspaceId, version])) !== undefined;
  }

  /** Seals some of what is sealed with an older key again. What does not open stays as it is: it is lost either way. */
  async sealSomeAgain(workspaceId: string, version: number): Promise<void> {
    await this.db.transaction(async () => {
      const sql = `SELECT id, sealed FROM gateway_logs WHERE workspace_id = ? AND dek_version < ? LIMIT ${BATCH}`;
      for (const { id, sealed } of await this.db.query<{ id: string; sealed: string }>(sql, [workspaceId, version])) {
        const bytes = await this.open(workspaceId, id, sealed);
        const [row] = bytes ? await this.seal(workspaceId, [{ id, bytes }]) : [];
        await this.db.execute("UPDATE gateway_logs SET sealed = ?, dek_version = ? WHERE id = ?", [
          row?.sealed ?? sealed,
          row?.dek_version ?? version,
          id,
        ]);
      }
    });
  }
}

function placeOf(workspaceId: string, rowId: string) {
  return { table: "gateway_logs", column: "sealed", workspaceId, rowId, secretVersion: 1, origin: "" };
}
