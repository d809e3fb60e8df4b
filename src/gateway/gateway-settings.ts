// What a workspace chooses about the gateway, kept in the process for a moment.
import { Injectable } from "@nestjs/common";
import { LRUCache } from "lru-cache";
import { Database } from "#libs/database/index";
import { type Actor } from "#src/auth/actor";
import { type AuditActor, AuditTrail } from "#src/auth/audit-trail";
import { AnswerCache } from "./answer-cache.js";
import { GatewaySettings } from "./gateway-answer.entity.js";
import { type UpdateGatewaySettingsDto } from "./gateway-settings.dto.js";

/** A change counts in every process after so long, ms. */
const KEPT_MS = 500;
/** Settings of so many workspaces are kept. */
const MOST = 5_000;

/** What counts. */
export type GatewayChoice = Pick<GatewaySettings, "cacheOn" | "cacheTtlS" | "logOn" | "logDays">;
const NOTHING_CHOSEN: GatewayChoice = { cacheOn: false, cacheTtlS: 3_600, logOn: false, logDays: 30 };

@Injectable()
export class GatewaySettingsService {
  private readonly kept = new LRUCache<string, GatewayChoice>({ max: MOST, ttl: KEPT_MS });

  constructor(
    private readonly db: Database,
    private readonly cache: AnswerCache,
    private readonly audit: AuditTrail,
  ) {}

  /** What counts for a call; at most half a second old. */
  async ofCall(workspaceId: string): Promise<GatewayChoice> {
    const known = this.kept.get(workspaceId);
    if (known) return known;
    const choice = await this.read(workspaceId);
    this.kept.set(workspaceId, choice);
    return choice;
  }

  /** What is chosen now. */
  async read(workspaceId: string): Promise<GatewayChoice> {
    const [row] = await this.db.select(GatewaySettings, "WHERE workspace_id = ?", [workspaceId]);
    return row ?? NOTHING_CHOSEN;
  }

  /** Changes what is given. Switched off, all answers are deleted; with a shorter time, those that would outlast it. */
  async update({ workspaceId, ...actor }: Actor, body: UpdateGatewaySettingsDto): Promise<GatewayChoice> {
    const changed = await this.db.transaction(async () => {
      const { cacheOn: off, cacheTtlS: ttl } = NOTHING_CHOSEN;
      const first = { workspace_id: workspaceId, cache_on: Number(off), cache_ttl_s: ttl, updated_at: 0 };
      await this.db.insert("gateway_settings", first, "ON CONFLICT DO NOTHING");
      await this.lock(workspaceId);
      const before = await this.read(workspaceId);
      const chosen: GatewayChoice = {
        cacheOn: body.cacheEnabled ?? before.cacheOn,
        cacheTtlS: body.cacheTtlSeconds ?? before.cacheTtlS,
        logOn: body.loggingEnabled ?? before.logOn,
        logDays: body.logRetentionDays ?? before.logDays,
      };
      const { cacheOn, cacheTtlS, logOn, logDays } = chosen;
      const sql =
        "UPDATE gateway_settings SET cache_on = ?, cache_ttl_s = ?, log_on = ?, log_days = ? WHERE workspace_id = ?";
      await this.db.execute(sql, [Number(cacheOn), cacheTtlS, Number(logOn), logDays, workspaceId]);
      if (!cacheOn) await this.cache.empty(workspaceId);
      else await this.cache.shorten(workspaceId, Date.now() + cacheTtlS * 1_000);
      await this.recordChange({ workspaceId, actor }, body, chosen);
      return chosen;
    });
    this.kept.set(workspaceId, changed);
    return changed;
  }

  /** Holds the choice until the transaction ends: against answers and calls that are just being kept or logged. */
  async lock(workspaceId: string): Promise<void> {
    const sql = "UPDATE gateway_settings SET updated_at = ? WHERE workspace_id = ?";
    await this.db.execute(sql, [Date.now(), workspaceId]);
  }

  /** The cache and the log are acts of their own. */
  private async recordChange(
    who: { workspaceId: string; actor: AuditActor },
    body: UpdateGatewaySettingsDto,
    { cacheOn, cacheTtlS, logOn, logDays }: GatewayChoice,
  ): Promise<void> {
    const ofLog = body.loggingEnabled !== undefined || body.logRetentionDays !== undefined;
    const ofCache = body.cacheEnabled !== undefined || body.cacheTtlSeconds !== undefined;
    if (ofCache || !ofLog)
      await this.audit.record({
        ...{ action: "gateway.changed", ...who },
        facts: { cache: cacheOn, ttlSeconds: cacheTtlS },
      });
    if (ofLog)
      await this.audit.record({
        ...{ action: "gateway.logging_changed", ...who },
        facts: { logging: logOn, retentionDays: logDays },
      });
  }

  /** Deletes every kept answer. */
  async emptyCache({ workspaceId, ...actor }: Actor): Promise<void> {
    await this.db.transaction(async () => {
      const answers = await this.cache.empty(workspaceId);
      await this.audit.record({ action: "gateway.cache_emptied", workspaceId, actor, facts: { answers } });
    });
  }
}
