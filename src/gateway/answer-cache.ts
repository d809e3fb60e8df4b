// The answers that workspaces keep, by exact request: sealed in the database, until their time is over.
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { SealedAnswers } from "#src/vault/sealed-answers";
import { type KeptAnswer } from "./answer-copy.js";
import { GatewayAnswer, GatewaySettings } from "./gateway-answer.entity.js";

/** Most bytes of answers that a workspace keeps; the oldest go first. */
export const MOST_KEPT_BYTES = 64 * 1024 * 1024;

/** What was asked, exactly: everything on which the answer depends. */
export type RequestParts = readonly Buffer[];

@Injectable()
export class AnswerCache {
  constructor(
    private readonly db: Database,
    private readonly sealed: SealedAnswers,
  ) {}

  /** The answer to the same request, while it lasts. */
  async find(workspaceId: string, parts: RequestParts): Promise<KeptAnswer | undefined> {
    const request = await this.sealed.nameOf(workspaceId, parts);
    if (request === undefined) return undefined;
    const [row] = await this.db.select(GatewayAnswer, "WHERE workspace_id = ? AND request = ? AND expires_at > ?", [
      workspaceId,
      request,
      Date.now(),
    ]);
    const text = row && (await this.sealed.open(row, row.sealed));
    if (text === undefined) return undefined;
    const { contentType, body } = JSON.parse(text) as { contentType: string; body: string };
    return { contentType, bytes: Buffer.from(body, "utf8") };
  }

  /**
   * Keeps an answer in the place of an older one, unless the workspace wants none any more, or it is no UTF-8.
   * @param most bytes of all answers of the workspace
   */
  async keep(
    workspaceId: string,
    parts: RequestParts,
    { contentType, bytes }: KeptAnswer,
    most = MOST_KEPT_BYTES,
  ): Promise<void> {
    const body = bytes.toString("utf8");
    if (!Buffer.from(body, "utf8").equals(bytes)) return;
    await this.db.transaction(async () => {
      // Held: who switches the cache off deletes what is there after this, or this finds it off.
      const [settings] = await this.db.select(GatewaySettings, `WHERE workspace_id = ?${this.db.dialect.forUpdate}`, [
        workspaceId,
      ]);
      if (!settings?.cacheOn) return;
      const now = Date.now();
      const expiresAt = now + settings.cacheTtlS * 1_000;
      const answer = JSON.stringify({ contentType, body });
      const { request, sealed } = await this.sealed.seal({ workspaceId, expiresAt }, parts, answer);
      const row = { sealed, bytes: bytes.length, created_at: now, expires_at: expiresAt };
      await this.db.insert("gateway_answers", { workspace_id: workspaceId, request, ...row }, REPLACE);
      await this.db.execute(TRIM, [workspaceId, workspaceId, most]);
    });
  }

  /** Deletes all of a workspace. @returns how many */
  async empty(workspaceId: string): Promise<number> {
    return this.db.execute("DELETE FROM gateway_answers WHERE workspace_id = ?", [workspaceId]);
  }

  /** Deletes those that would outlast a new, shorter time. @param until epoch ms */
  async shorten(workspaceId: string, until: number): Promise<void> {
    await this.db.execute("DELETE FROM gateway_answers WHERE workspace_id = ? AND expires_at > ?", [
      workspaceId,
      until,
    ]);
  }

  /** What a workspace keeps. */
  async size(workspaceId: string): Promise<{ answers: number; bytes: number }> {
    const sql = "SELECT COUNT(*) AS answers, SUM(bytes) AS bytes FROM gateway_answers WHERE workspace_id = ?";
    const row = await this.db.one<{ answers: number | string; bytes: number | string | null }>(sql, [workspaceId]);
    return { answers: Number(row?.answers ?? 0), bytes: Number(row?.bytes ?? 0) };
  }
}

const REPLACE = `ON CONFLICT (workspace_id, request) DO UPDATE SET sealed = excluded.sealed, bytes = excluded.bytes,
  created_at = excluded.created_at, expires_at = excluded.expires_at`;

/** Deletes what is beyond the newest so many bytes. */
const TRIM = `DELETE FROM gateway_answers WHERE workspace_id = ? AND request IN (
  SELECT request FROM (
    SELECT request, SUM(bytes) OVER (ORDER BY created_at DESC, request) AS so_far
    FROM gateway_answers WHERE workspace_id = ?
  ) AS kept WHERE so_far > ?)`;
