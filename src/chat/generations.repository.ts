// Who works on what: claims by compare-and-swap, leases, stop requests. Every statement is one atomic step.

import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { Generation } from "./generation.entity.js";

/** A claim holds this long without a renewal, ms. Renewed each second; a killed worker is seen after it. */
export const LEASE_MS = 4_000;
/** The API's own enqueue gets this head start before the sweeper steps in, ms. */
export const FIRST_SWEEP_MS = 2_000;
/** An enqueued generation that nobody claimed is enqueued again after this, ms. */
const SWEEP_AGAIN_MS = 3_000;

/** A live generation's claim, carried by every write of its worker. */
export interface Claim {
  messageId: string;
  epoch: number;
}

@Injectable()
export class GenerationsRepository {
  constructor(private readonly db: Database) {}

  async insert(
    row: Pick<
      Generation,
      "messageId" | "workspaceId" | "conversationId" | "userId" | "apiKeyId" | "alias" | "kind" | "admittedAt"
    >,
  ): Promise<void> {
    const now = Date.now();
    await this.db.insert("generations", {
      message_id: row.messageId,
      workspace_id: row.workspaceId,
      conversation_id: row.conversationId,
      user_id: row.userId,
      api_key_id: row.apiKeyId,
      alias: row.alias,
      kind: row.kind,
      epoch: 0,
      attempt: 1,
      admitted_at: row.admittedAt,
      sweep_at: now + FIRST_SWEEP_MS,
      stop_requested: 0,
      created_at: now,
    });
  }

  async find(messageId: string): Promise<Generation | null> {
    return (await this.db.select(Generation, "WHERE message_id = ?", [messageId]))[0] ?? null;
  }

  async liveIn(conversationId: string): Promise<string[]> {
    const rows = await this.db.query<{ id: string }>(
      "SELECT message_id AS id FROM generations WHERE conversation_id = ?",
      [conversationId],
    );
    return rows.map((row) => row.id);
  }

  /**
   * Takes the generation unless another worker holds a living lease.
   * @returns whether it had a worker before, or undefined when it is not to be had (or has ended)
   */
  async claim(
    messageId: string,
    workerId: string,
  ): Promise<{ generation: Generation; takenOver: boolean } | undefined> {
    const now = Date.now();
    const before = await this.find(messageId);
    if (!before || (before.workerId !== null && (before.leaseUntil ?? 0) >= now)) return undefined;
    const changed = await this.db.execute(
      "UPDATE generations SET epoch = epoch + 1, worker_id = ?, lease_until = ?, sweep_at = ? WHERE message_id = ? AND epoch = ?",
      [workerId, now + LEASE_MS, now + LEASE_MS, messageId, before.epoch],
    );
    if (changed === 0) return undefined;
    const generation = await this.find(messageId);
    return generation ? { generation, takenOver: before.workerId !== null } : undefined;
  }

  /** @returns false when the claim is lost: somebody else has it, or the message has ended */
  async renew(claim: Claim): Promise<boolean> {
    const until = Date.now() + LEASE_MS;
    const sql = "UPDATE generations SET lease_until = ?, sweep_at = ? WHERE message_id = ? AND epoch = ?";
    return (await this.db.execute(sql, [until, until, claim.messageId, claim.epoch])) > 0;
  }

  /** Gives the generation back, so that any worker may claim it at once. */
  async release(claim: Claim): Promise<void> {
    const sql =
      "UPDATE generations SET worker_id = NULL, lease_until = NULL, sweep_at = ? WHERE message_id = ? AND epoch = ?";
    await this.db.execute(sql, [Date.now(), claim.messageId, claim.epoch]);
  }

  /** The run before had no output: the next attempt begins. */
  async nextAttempt(claim: Claim): Promise<void> {
    await this.db.execute("UPDATE generations SET attempt = attempt + 1 WHERE message_id = ? AND epoch = ?", [
      claim.messageId,
      claim.epoch,
    ]);
  }

  /** Ends the generation. @returns false when the claim is lost, and then nothing may be written */
  async end(claim: Claim): Promise<boolean> {
    return (
      (await this.db.execute("DELETE FROM generations WHERE message_id = ? AND epoch = ?", [
        claim.messageId,
        claim.epoch,
      ])) > 0
    );
  }

  async requestStop(messageId: string): Promise<void> {
    await this.db.execute("UPDATE generations SET stop_requested = 1 WHERE message_id = ?", [messageId]);
  }

  /** Those of a worker's generations that somebody wants stopped. */
  async stopRequests(workerId: string): Promise<string[]> {
    const sql = "SELECT message_id AS id FROM generations WHERE worker_id = ? AND stop_requested = 1";
    return (await this.db.query<{ id: string }>(sql, [workerId])).map((row) => row.id);
  }

  /** Admitted generations that have no living worker; each is given out once per {@link SWEEP_AGAIN_MS}. */
  async sweep(limit: number): Promise<{ messageId: string; epoch: number }[]> {
    const now = Date.now();
    const due = await this.db.query<{ messageId: string; epoch: number }>(
      'SELECT message_id AS "messageId", epoch FROM generations WHERE sweep_at <= ? AND admitted_at IS NOT NULL ORDER BY sweep_at LIMIT ?',
      [now, limit],
    );
    if (due.length === 0) return [];
    const marks = due.map(() => "?").join(", ");
    await this.db.execute(`UPDATE generations SET sweep_at = ? WHERE sweep_at <= ? AND message_id IN (${marks})`, [
      now + SWEEP_AGAIN_MS,
      now,
      ...due.map((row) => row.messageId),
    ]);
    return due;
  }
}
