// Adds events to the chains: in the transaction of the act, in order, without a gap.
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { AfterAnswer, clientOf } from "#libs/observability/index";
import { InstanceSecrets } from "#libs/secrets/index";
import {
  type AuditAction,
  type AuditEntry,
  type AuditTarget,
  AuditTrail,
  type RecordedAct,
} from "#src/auth/audit-trail";
import { GENESIS, INSTANCE, macOf, type UnsealedEvent } from "./chain.js";
import { PersonalDetails } from "./personal-details.js";

/** Longest text of address and browser that is kept. */
const MOST_TEXT = 300;
/** What belongs to nobody who is known is sealed by the month, so that it can be erased by age, ISO `2026-11`. */
const nobody = (at: number): string => `nobody/${new Date(at).toISOString().slice(0, 7)}`;

@Injectable()
export class AuditRecorder extends AuditTrail {
  constructor(
    private readonly db: Database,
    private readonly secrets: InstanceSecrets,
    private readonly details: PersonalDetails,
    private readonly afterAnswer: AfterAnswer,
  ) {
    super();
  }

  async record(entry: AuditEntry): Promise<void> {
    const chain = entry.workspaceId ?? INSTANCE;
    const key = await this.secrets.subkey("audit/1");
    await this.db.transaction(async () => {
      // Taken first: it holds the chain against every other writer until the end of the transaction.
      const head = await this.lockHead(chain);
      const event = await this.eventOf(entry, chain, head.seq + 1);
      const mac = macOf(key, head.mac, event);
      await this.db.insert("audit_events", {
        chain,
        seq: event.seq,
        at: event.at,
        action: event.action,
        user_id: event.userId,
        key_id: event.keyId,
        target_type: event.targetType,
        target_id: event.targetId,
        facts: event.facts,
        subject: event.subject,
        detail: event.detail,
        mac,
      });
      await this.db.execute("UPDATE audit_heads SET seq = ?, mac = ? WHERE chain = ?", [event.seq, mac, chain]);
    });
  }

  recordLater(entry: AuditEntry): void {
    this.afterAnswer.run("act_not_recorded", () => this.record(entry));
  }

  async newest(
    workspaceId: string,
    { type, id }: AuditTarget,
    actions: readonly AuditAction[],
  ): Promise<RecordedAct | undefined> {
    const sql = `SELECT at, facts FROM audit_events WHERE chain = ? AND target_id = ? AND target_type = ?
      AND action IN (${actions.map(() => "?").join(", ")}) ORDER BY seq DESC LIMIT 1`;
    const act = await this.db.one<{ at: number | string; facts: string | null }>(sql, [
      workspaceId,
      id,
      type,
      ...actions,
    ]);
    return act && { at: Number(act.at), facts: JSON.parse(act.facts ?? "{}") as Record<string, unknown> };
  }

  private async lockHead(chain: string): Promise<{ seq: number; mac: string }> {
    const sql = `SELECT seq, mac FROM audit_heads WHERE chain = ?${this.db.dialect.forUpdate}`;
    const head = await this.db.one<{ seq: number; mac: string }>(sql, [chain]);
    if (head) return head;
    await this.db.insert("audit_heads", { chain, seq: 0, mac: GENESIS }, "ON CONFLICT (chain) DO NOTHING");
    return (await this.db.one(sql, [chain]))!;
  }

  private async eventOf(entry: AuditEntry, chain: string, seq: number): Promise<UnsealedEvent> {
    const at = Date.now();
    const { action, actor, target, facts } = entry;
    const personal = { ...clientOf(), ...entry.personal };
    const hasDetail = Object.keys(personal).length > 0;
    const subject = hasDetail ? (entry.subject ?? actor?.userId ?? nobody(at)) : null;
    const cut = Object.fromEntries(Object.entries(personal).map(([name, text]) => [name, text.slice(0, MOST_TEXT)]));
    return {
      chain,
      seq,
      at,
      action,
      userId: actor?.userId ?? null,
      keyId: actor?.key?.id ?? null,
      targetType: target?.type ?? null,
      targetId: target?.id ?? null,
      facts: facts && Object.keys(facts).length > 0 ? JSON.stringify(facts) : null,
      subject,
      detail: subject === null ? null : await this.details.seal(subject, `${chain}/${seq}`, cut),
    };
  }
}
