// The accounts that operate the instance: one that is not disabled is always left.
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { ConflictError } from "#libs/errors/index";

@Injectable()
export class Operators {
  constructor(private readonly db: Database) {}

  /**
   * Until the end of the transaction nobody else changes this account or an operator: two at once must not take the last
   * one away.
   */
  async lock(userId: string): Promise<void> {
    const sql = `SELECT id FROM users WHERE is_operator = 1 OR id = ? ORDER BY id${this.db.dialect.forUpdate}`;
    await this.db.query(sql, [userId]);
  }

  /** Whether one is there. @param but an account that is not counted */
  async exist(but = ""): Promise<boolean> {
    const sql = "SELECT 1 AS yes FROM users WHERE is_operator = 1 AND disabled_at IS NULL AND id <> ? LIMIT 1";
    return (await this.db.one(sql, [but])) !== undefined;
  }

  /** @param but an account that is not counted. @throws ConflictError `last_operator` */
  async require(but?: string): Promise<void> {
    if (!(await this.exist(but)))
      throw new ConflictError("last_operator", "An instance needs an operator: make somebody else one first.");
  }
}
