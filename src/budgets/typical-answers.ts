// How long answers of a model usually are in a workspace: what is worth waiting for when a budget is nearly used up.
import { Injectable } from "@nestjs/common";
import { LRUCache } from "lru-cache";
import { Database } from "#libs/database/index";

/** Calls that are looked at, newest first. */
const SAMPLE = 500;
/** Fewer say nothing. */
const ENOUGH = 10;
/** For models that nobody has used yet, tokens. */
const DEFAULT_TOKENS = 1_024;
const MEMORY_MS = 60_000;

@Injectable()
export class TypicalAnswers {
  private readonly known = new LRUCache<string, number>({ max: 2_000, ttl: MEMORY_MS });

  constructor(private readonly db: Database) {}

  /** Completion tokens that 95 % of the answers stay within. */
  async tokens(workspaceId: string, model: string): Promise<number> {
    const key = `${workspaceId} ${model}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const rows = await this.db.query<{ tokens: number }>(
      `SELECT completion_tokens AS tokens FROM
         (SELECT model, completion_tokens FROM provider_calls WHERE workspace_id = ? ORDER BY created_at DESC, id DESC LIMIT ${SAMPLE}) AS newest
       WHERE model = ? AND completion_tokens IS NOT NULL ORDER BY completion_tokens`,
      [workspaceId, model],
    );
    const tokens = rows.length < ENOUGH ? DEFAULT_TOKENS : rows[Math.ceil(rows.length * 0.95) - 1]!.tokens;
    this.known.set(key, tokens);
    return tokens;
  }
}
