// The data-encryption key of each workspace: wrapped in the database, open in memory for minutes only.
import { randomBytes } from "node:crypto";
import { Injectable, type OnApplicationBootstrap } from "@nestjs/common";
import { Config } from "#libs/config/index";
import { Database } from "#libs/database/index";
import { DomainError } from "#libs/errors/index";
import { unwrapDek, wrapDek } from "./sealing.js";

/** Opened keys live this long, ms, and this many at most; then their bytes are overwritten. */
const OPEN_MS = 5 * 60_000;
const MOST_OPEN = 256;

/** An opened workspace key. */
export interface WorkspaceKey {
  key: Buffer;
  version: number;
}

interface DekRow {
  version: number;
  kekId: string;
  wrapped: string;
  state: string;
}

@Injectable()
export class WorkspaceKeys implements OnApplicationBootstrap {
  private readonly opened = new Map<string, { dek: WorkspaceKey; until: number }>();

  constructor(
    private readonly db: Database,
    private readonly config: Config,
  ) {}

  /** Refuses to serve without a key-encryption key that the data needs, naming it (vault test V4). */
  async onApplicationBootstrap(): Promise<void> {
    const known = new Set(this.config.vaultKeys.map((kek) => kek.id));
    const needed = await this.db.query<{ id: string }>(
      "SELECT DISTINCT kek_id AS id FROM workspace_deks WHERE state <> 'destroyed'",
    );
    const missing = needed.filter(({ id }) => !known.has(id)).map(({ id }) => id);
    if (missing.length > 0)
      throw new Error(`VAULT_KEYS lacks the key "${missing.join('", "')}" that this database was sealed with`);
    for (const id of known) await this.probe(id);
  }

  /** The key that new secrets are sealed with; made at the first one. Must run in a transaction. */
  async current(workspaceId: string): Promise<WorkspaceKey> {
    const row = await this.row(workspaceId, "state = 'active'", []);
    if (row) return this.openRow(workspaceId, row);
    const kek = this.config.vaultKeys[0]!;
    const key = randomBytes(32);
    const wrapped = wrapDek(kek.key, workspaceId, 1, key);
    await this.db.insert("workspace_deks", {
      workspace_id: workspaceId,
      version: 1,
      kek_id: kek.id,
      wrapped,
      state: "active",
      created_at: Date.now(),
    });
    return { key, version: 1 };
  }

  /** The key of a version. @throws DomainError 410 when it was destroyed */
  async ofVersion(workspaceId: string, version: number): Promise<WorkspaceKey> {
    const row = await this.row(workspaceId, "version = ?", [version]);
    if (!row || row.state === "destroyed")
      throw new DomainError(
        "key_destroyed",
        410,
        "The key of this workspace was destroyed; its secrets are gone for good.",
      );
    return this.openRow(workspaceId, row);
  }

  private async row(workspaceId: string, condition: string, params: number[]): Promise<DekRow | undefined> {
    const sql = `SELECT version, kek_id AS "kekId", wrapped, state FROM workspace_deks WHERE workspace_id = ? AND ${condition} ORDER BY version DESC LIMIT 1`;
    return this.db.one<DekRow>(sql, [workspaceId, ...params]);
  }

  private openRow(workspaceId: string, row: DekRow): WorkspaceKey {
    const id = `${workspaceId}/${row.version}/${row.wrapped}`;
    const known = this.opened.get(id);
    if (known && known.until > performance.now()) return known.dek;
    const kek = this.config.vaultKeys.find((entry) => entry.id === row.kekId);
    if (!kek) throw new Error(`VAULT_KEYS lacks the key "${row.kekId}"`);
    const dek = { key: unwrapDek(kek.key, workspaceId, row.version, row.wrapped), version: row.version };
    this.makeRoom();
    this.opened.set(id, { dek, until: performance.now() + OPEN_MS });
    return dek;
  }

  private makeRoom(): void {
    for (const [id, entry] of this.opened) {
      if (this.opened.size < MOST_OPEN && entry.until > performance.now()) break;
      entry.dek.key.fill(0);
      this.opened.delete(id);
    }
  }

  /** A wrong key under a known id is found at the start, not at the first message. */
  private async probe(kekId: string): Promise<void> {
    const row = await this.db.one<DekRow & { workspaceId: string }>(
      `SELECT workspace_id AS "workspaceId", version, kek_id AS "kekId", wrapped, state FROM workspace_deks WHERE kek_id = ? AND state <> 'destroyed' LIMIT 1`,
      [kekId],
    );
    if (!row) return;
    try {
      this.openRow(row.workspaceId, row);
    } catch {
      throw new Error(`The key "${kekId}" in VAULT_KEYS is not the one that this database was sealed with`);
    }
  }
}
