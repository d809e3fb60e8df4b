// Provider keys in the database, sealed.
import { Injectable } from "@nestjs/common";
import { LRUCache } from "lru-cache";
import { Database } from "#libs/database/index";
import { ProviderKey } from "./provider-key.entity.js";

/** The place of a key in its list. */
export type KeyPlace = readonly [priority: number, id: string];

/** A change that another process made is seen after this at the latest, ms, where {@link ProviderKeysRepository.recent} is asked. */
const RECENT_MS = 250;
const MOST_KEPT = 10_000;

@Injectable()
export class ProviderKeysRepository {
  private readonly kept = new LRUCache<string, Promise<ProviderKey[]>>({ max: MOST_KEPT, ttl: RECENT_MS });

  constructor(private readonly db: Database) {}

  /** In order of use. @param after only keys behind this place */
  async page(workspaceId: string, limit: number, after: KeyPlace | undefined): Promise<ProviderKey[]> {
    const query = this.ordered(workspaceId).take(limit);
    if (after) {
      const [priority, id] = after;
      query.andWhere("(k.priority > :priority OR (k.priority = :priority AND k.id > :id))", { priority, id });
    }
    return query.getMany();
  }

  /** The keys for new calls, in order of use. */
  async enabled(workspaceId: string): Promise<ProviderKey[]> {
    return this.db.select(ProviderKey, "WHERE workspace_id = ? AND enabled = 1 ORDER BY priority, id", [workspaceId]);
  }

  /** As {@link enabled}, read at most {@link RECENT_MS} ago; what this process changes is seen at once. */
  recent(workspaceId: string): Promise<ProviderKey[]> {
    const known = this.kept.get(workspaceId);
    if (known) return known;
    const read = this.enabled(workspaceId);
    this.kept.set(workspaceId, read);
    read.catch(() => this.kept.delete(workspaceId));
    return read;
  }

  private changed(workspaceId: string): void {
    this.db.afterCommit(() => this.kept.delete(workspaceId));
  }

  async find(workspaceId: string, id: string): Promise<ProviderKey | null> {
    return this.db.repository(ProviderKey).findOneBy({ workspaceId, id });
  }

  async add(row: ProviderKey): Promise<void> {
    await this.db.repository(ProviderKey).insert(row);
    this.changed(row.workspaceId);
  }

  /** @returns false when the key is gone, or has another secret than the one that was read */
  async change(row: ProviderKey, changes: Partial<ProviderKey>): Promise<boolean> {
    const { workspaceId, id, secretVersion } = row;
    const result = await this.db.repository(ProviderKey).update({ workspaceId, id, secretVersion }, changes);
    this.changed(workspaceId);
    return result.affected === 1;
  }

  /** Every key of a workspace. */
  async all(workspaceId: string): Promise<ProviderKey[]> {
    return this.db.select(ProviderKey, "WHERE workspace_id = ? ORDER BY id", [workspaceId]);
  }

  /** Puts the same secret, sealed anew, in the place of the one that was read. Nothing happens when that is not there any more. */
  async reseal(row: ProviderKey, { sealed, fingerprint }: Pick<ProviderKey, "sealed" | "fingerprint">): Promise<void> {
    const sql = "UPDATE provider_keys SET sealed = ?, fingerprint = ? WHERE workspace_id = ? AND id = ? AND sealed = ?";
    await this.db.execute(sql, [sealed, fingerprint, row.workspaceId, row.id, row.sealed]);
    this.changed(row.workspaceId);
  }

  /**
   * Lets other keys go first, unless it has another secret by now or rests longer already.
   * @param until epoch ms; null: until it is tested or changed
   * @returns whether that is new
   */
  async pause(row: ProviderKey, reason: string, until: number | null): Promise<boolean> {
    const shorter =
      until === null
        ? "paused_reason IS NULL OR paused_until IS NOT NULL"
        : "paused_reason IS NULL OR paused_until < ?";
    const sql = `UPDATE provider_keys SET paused_reason = ?, paused_until = ?
      WHERE workspace_id = ? AND id = ? AND secret_version = ? AND (${shorter})`;
    const params = [reason, until, row.workspaceId, row.id, row.secretVersion, ...(until === null ? [] : [until])];
    const paused = await this.db.execute(sql, params);
    this.changed(row.workspaceId);
    return paused === 1;
  }

  /** Ends the pause that was read; a newer one stays. */
  async resume(row: ProviderKey): Promise<void> {
    const same = row.pausedUntil === null ? "paused_until IS NULL" : "paused_until = ?";
    const sql = `UPDATE provider_keys SET paused_reason = NULL, paused_until = NULL
      WHERE workspace_id = ? AND id = ? AND secret_version = ? AND paused_reason = ? AND ${same}`;
    const params = [row.workspaceId, row.id, row.secretVersion, row.pausedReason];
    await this.db.execute(sql, row.pausedUntil === null ? params : [...params, row.pausedUntil]);
    this.changed(row.workspaceId);
  }

  async delete(workspaceId: string, id: string): Promise<boolean> {
    const sql = "DELETE FROM provider_keys WHERE workspace_id = ? AND id = ?";
    const deleted = await this.db.execute(sql, [workspaceId, id]);
    this.changed(workspaceId);
    return deleted === 1;
  }

  async touch(workspaceId: string, id: string, now: number): Promise<void> {
    const sql = "UPDATE provider_keys SET last_used_at = ? WHERE workspace_id = ? AND id = ?";
    await this.db.execute(sql, [now, workspaceId, id]);
  }

  private ordered(workspaceId: string) {
    return this.db
      .repository(ProviderKey)
      .createQueryBuilder("k")
      .where("k.workspaceId = :workspaceId", { workspaceId })
      .orderBy("k.priority", "ASC")
      .addOrderBy("k.id", "ASC");
  }
}
