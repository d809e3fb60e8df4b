// Calls whose price nobody knows: refused where a hard budget holds, unless whoever set it says what each of them is to hold.
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { INSTANCE, type Subject, workspaceSubject } from "#src/usage/subjects";
import { type Limit } from "./budgets.repository.js";
import { type UnitPrices } from "./estimate.js";

@Injectable()
export class UnknownPrices {
  constructor(private readonly db: Database) {}

  /** What a call holds, 1e-12 USD; null: it is refused. @param subject the instance, or a workspace */
  async of(subject: Subject): Promise<bigint | null> {
    return (await this.read([subject])).get(subject) ?? null;
  }

  /**
   * What a call holds that these limits count; null: one who set a hard one does not let it through. Operators answer for the
   * server's budgets, admins for all in their workspace; the higher amount is held.
   */
  async under(limits: readonly Limit[]): Promise<bigint | null> {
    const hard = limits.filter((limit) => limit.hard !== null);
    const subjects = [...new Set(hard.map(({ workspaceId }) => subjectOf(workspaceId)))];
    const held = await this.read(subjects);
    if (held.size < subjects.length) return null;
    return [...held.values()].reduce((most, amount) => (amount > most ? amount : most), 0n);
  }

  /** @param workspaceId null: of the instance @param held 1e-12 USD, more than 0; null: calls are refused */
  async set(workspaceId: string | null, held: bigint | null): Promise<void> {
    const subject = subjectOf(workspaceId);
    if (held === null) {
      await this.db.execute("DELETE FROM unknown_prices WHERE subject = ?", [subject]);
      return;
    }
    const row = { subject, workspace_id: workspaceId, held_pico: held, updated_at: Date.now() };
    const change = "held_pico = excluded.held_pico, updated_at = excluded.updated_at";
    await this.db.insert("unknown_prices", row, `ON CONFLICT (subject) DO UPDATE SET ${change}`);
  }

  private async read(subjects: readonly Subject[]): Promise<Map<Subject, bigint>> {
    if (subjects.length === 0) return new Map();
    const rows = await this.db.query<{ subject: Subject; held: string }>(
      `SELECT subject, CAST(held_pico AS text) AS held FROM unknown_prices WHERE subject IN (${subjects.map(() => "?").join(", ")})`,
      [...subjects],
    );
    return new Map(rows.map(({ subject, held }) => [subject, BigInt(held)]));
  }
}

/** A call that costs this, as far as anybody can say before it, however long it is. */
export function fixedPrice(amount: bigint): UnitPrices {
  return { prompt: 0n, completion: 0n, request: amount, image: 0n };
}

export function subjectOf(workspaceId: string | null): Subject {
  return workspaceId === null ? INSTANCE : workspaceSubject(workspaceId);
}
