// Who sees what was logged, and who deletes it; reading somebody's prompt is an act of its own.
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { NotFoundError } from "#libs/errors/index";
import { type Actor } from "#src/auth/actor";
import { AuditTrail } from "#src/auth/audit-trail";
import { isAtLeast, POLICIES } from "#src/auth/policies";
import { SealedLogs } from "#src/vault/sealed-logs";
import { DAY_MS } from "./gateway-answer.entity.js";
import { GatewayLogsRepository, type LogFilter, type LoggedRow } from "./gateway-logs.repository.js";
import { GatewaySettingsService } from "./gateway-settings.js";
import { type LoggedBodies, unpack } from "./log-body.js";

/** A logged call with what was said. */
export interface OpenedLog extends LoggedRow {
  /** Undefined: it does not open any more. */
  bodies: LoggedBodies | undefined;
}

@Injectable()
export class GatewayLogs {
  constructor(
    private readonly db: Database,
    private readonly rows: GatewayLogsRepository,
    private readonly settings: GatewaySettingsService,
    private readonly sealed: SealedLogs,
    private readonly audit: AuditTrail,
  ) {}

  /** One's own, or everybody's to an admin; newest first, one more than `limit`. */
  async list(actor: Actor, filter: LogFilter, limit: number): Promise<LoggedRow[]> {
    const { workspaceId, userId } = actor;
    // Of others a member finds nothing, as of a member who is none.
    if (!seesAll(actor) && (filter.userId ?? userId) !== userId) return [];
    return this.rows.list(workspaceId, await this.since(workspaceId), { ...filter, ...ownOf(actor) }, limit + 1);
  }

  /** Opens one. That this person has seen it is in the audit log before it is told. @throws NotFoundError */
  async read(actor: Actor, id: string): Promise<OpenedLog> {
    const { workspaceId } = actor;
    const found = await this.rows.find(workspaceId, await this.since(workspaceId), id, ownOf(actor).userId);
    if (!found) throw new NotFoundError("This log");
    const { sealed, ...row } = found;
    const { userId: of, apiKeyId } = row.call;
    await this.db.transaction(() =>
      this.audit.record({
        ...{ action: "gateway.log_read", workspaceId, actor },
        ...{ target: { type: "gateway_log", id }, facts: { of, apiKeyId } },
      }),
    );
    const bytes = await this.sealed.open(workspaceId, id, sealed);
    return { ...row, bodies: bytes && (await unpack(bytes)) };
  }

  /** @throws NotFoundError */
  async delete({ workspaceId, ...actor }: Actor, id: string): Promise<void> {
    await this.db.transaction(async () => {
      if (!(await this.rows.delete(workspaceId, id))) throw new NotFoundError("This log");
      await this.audit.record({
        ...{ action: "gateway.log_deleted", workspaceId, actor },
        target: { type: "gateway_log", id },
      });
    });
  }

  /** Deletes all, out of the file and its log, too. */
  async deleteAll({ workspaceId, ...actor }: Actor): Promise<void> {
    await this.db.transaction(async () => {
      // Waits for logs that are just being written.
      await this.settings.lock(workspaceId);
      const logs = await this.rows.deleteAll(workspaceId);
      await this.audit.record({ action: "gateway.logs_emptied", workspaceId, actor, facts: { logs } });
    });
    await this.db.emptyLog();
  }

  /** What is older is over. */
  private async since(workspaceId: string): Promise<number> {
    return Date.now() - (await this.settings.read(workspaceId)).logDays * DAY_MS;
  }
}

function seesAll({ role }: Actor): boolean {
  return isAtLeast(role, POLICIES["gateway.logs-all"].least);
}

function ownOf(actor: Actor): Pick<LogFilter, "userId"> {
  return seesAll(actor) ? {} : { userId: actor.userId };
}
