// Platform keys as members manage their own, and admins everybody's: made, listed, changed, revoked.
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { ConflictError, ForbiddenError, InvalidInputError, NotFoundError } from "#libs/errors/index";
import { AccessNotices } from "#src/auth/access-notices";
import { type Actor } from "#src/auth/actor";
import { ApiKey } from "#src/auth/api-key.entity";
import { ApiKeysRepository, type KeyChange, type NamedKey } from "#src/auth/api-keys.repository";
import { AuditTrail } from "#src/auth/audit-trail";
import { newKey } from "#src/auth/key-token";
import { PlatformKeys } from "#src/auth/platform-keys";
import { isAtLeast, POLICIES, scopesOf } from "#src/auth/policies";
import { type Scope } from "#src/auth/scopes";
import { SpendingCounters } from "#src/usage/spending-counters";
import { keySubject } from "#src/usage/subjects";
import { type CreateApiKeyDto, type UpdateApiKeyDto } from "./api-keys.dto.js";

/** Keys of one member in one workspace. */
export const MAX_KEYS = 100;

@Injectable()
export class ApiKeysService {
  constructor(
    private readonly db: Database,
    private readonly rows: ApiKeysRepository,
    private readonly keys: PlatformKeys,
    private readonly notices: AccessNotices,
    private readonly audit: AuditTrail,
    private readonly counters: SpendingCounters,
  ) {}

  /**
   * @returns the key and its token, which is shown this once
   * @throws ForbiddenError `scope_too_wide`, ConflictError `too_many_keys`, InvalidInputError
   */
  async create(actor: Actor, body: CreateApiKeyDto): Promise<{ row: ApiKey; token: string }> {
    const { workspaceId, userId } = actor;
    assertNotWider(actor, body.scopes);
    const { id, token, masked } = newKey();
    const now = Date.now();
    const row = Object.assign(new ApiKey(), {
      ...{ id, workspaceId, userId, masked, tokenHash: await this.keys.hash(token) },
      ...{ name: body.name, scopes: body.scopes, models: body.models ?? null },
      ...{ requestsPerMinute: body.requestsPerMinute ?? null, expiresAt: expiryOf(body.expiresAt) ?? null },
      ...budgetOf(body.budgetUsd ?? null, body.budgetPeriod),
      ...{ createdAt: now, updatedAt: now, lastUsedAt: null, revokedAt: null },
    });
    await this.db.transaction(async () => {
      if ((await this.rows.count(workspaceId, userId)) >= MAX_KEYS)
        throw new ConflictError("too_many_keys", `A member can have ${MAX_KEYS} platform keys: revoke one first.`);
      await this.rows.add(row);
      const entry = { target: { type: "api_key", id }, facts: { scopes: body.scopes.join(" ") } };
      await this.audit.record({ action: "api_key.created", workspaceId, actor, ...entry });
    });
    return { row, token };
  }

  /** One's own, or everybody's to an admin; newest first, one more than `limit`. @param before an id; only older ones */
  async list(actor: Actor, limit: number, before: string | undefined): Promise<NamedKey[]> {
    const owner = seesAll(actor) ? undefined : actor.userId;
    return this.rows.page(actor.workspaceId, owner, limit + 1, before);
  }

  /** Only its own member may: a key with other rights is the work of whoever gave them. */
  async update(actor: Actor, id: string, body: UpdateApiKeyDto): Promise<ApiKey> {
    const { row, rights } = await this.db.transaction(async () => {
      const row = await this.visible(actor, id);
      if (row.userId !== actor.userId)
        throw new ForbiddenError("You can revoke this key, but only its member can change it.");
      if (body.scopes) assertNotWider(actor, body.scopes);
      const { name = row.name } = body;
      const rights = changesOf(row, body);
      const change: KeyChange = {
        name,
        ...rights,
        updatedAt: rights ? Math.max(Date.now(), row.updatedAt + 1) : row.updatedAt,
      };
      await this.rows.update(actor.workspaceId, id, change);
      const { budgetPeriod } = change;
      if (budgetPeriod && budgetPeriod !== row.budgetPeriod)
        await this.counters.open(
          { subject: keySubject(id), period: budgetPeriod, workspaceId: actor.workspaceId },
          Date.now(),
        );
      const entry = { target: { type: "api_key", id }, facts: { changed: Object.keys(body).sort().join(" ") } };
      await this.audit.record({ action: "api_key.changed", workspaceId: actor.workspaceId, actor, ...entry });
      return { row: Object.assign(row, change), rights };
    });
    if (rights) await this.notices.keysChanged([id]);
    return row;
  }

  /** Ends a key, and within a second everything that is open with it. */
  async revoke(actor: Actor, id: string): Promise<void> {
    await this.db.transaction(async () => {
      await this.visible(actor, id);
      const { workspaceId } = actor;
      await this.audit.record({ action: "api_key.revoked", workspaceId, actor, target: { type: "api_key", id } });
      await this.rows.revoke(actor.workspaceId, id, Date.now());
    });
    await this.notices.keysChanged([id]);
  }

  private async visible(actor: Actor, id: string): Promise<ApiKey> {
    const row = await this.rows.get(actor.workspaceId, id);
    if (!row || (row.userId !== actor.userId && !seesAll(actor))) throw new NotFoundError("This platform key");
    return row;
  }
}

const seesAll = ({ role }: Actor): boolean => isAtLeast(role, POLICIES["api-keys.manage"].least);

/** Nobody makes a key that may do more than they may. */
function assertNotWider({ role }: Actor, scopes: readonly Scope[]): void {
  const own = scopesOf(role);
  const wider = scopes.filter((scope) => !own.includes(scope));
  if (wider.length === 0) return;
  const words = `Your role in this workspace (${role}) cannot give a key the scope ${wider.join(" or ")}.`;
  throw new ForbiddenError(words, "scope_too_wide");
}

/** What a body changes of a key's rights and limits; undefined when nothing. */
function changesOf(row: ApiKey, body: UpdateApiKeyDto): KeyChange | undefined {
  const { scopes, models, requestsPerMinute, budgetUsd, budgetPeriod } = body;
  const expiresAt = expiryOf(body.expiresAt);
  const budget = budgetUsd !== undefined || budgetPeriod !== undefined;
  const change: KeyChange = {
    ...(scopes && { scopes }),
    ...(models !== undefined && { models }),
    ...(requestsPerMinute !== undefined && { requestsPerMinute }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(budget &&
      budgetOf(
        budgetUsd === undefined ? row.budgetUsd : budgetUsd,
        budgetPeriod ?? (budgetPeriod === undefined ? row.budgetPeriod : null),
      )),
  };
  return Object.keys(change).length > 0 ? change : undefined;
}

function expiryOf(text: string | null | undefined): number | null | undefined {
  if (text === undefined || text === null) return text;
  const at = Date.parse(text);
  if (at <= Date.now()) throw new InvalidInputError([{ path: "expiresAt", message: "must be in the future" }], 422);
  return at;
}

function budgetOf(
  budgetUsd: string | null,
  period: ApiKey["budgetPeriod"] | undefined,
): Pick<ApiKey, "budgetUsd" | "budgetPeriod"> {
  if (budgetUsd !== null) return { budgetUsd, budgetPeriod: period ?? "month" };
  return { budgetUsd: null, budgetPeriod: null };
}
