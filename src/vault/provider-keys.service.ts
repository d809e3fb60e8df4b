// A workspace's provider keys as its admins manage them: added, listed, changed, rotated, never read.

import { Injectable } from "@nestjs/common";
import { Config } from "#libs/config/index";
import { Database, newId } from "#libs/database/index";
import { ConflictError, InvalidInputError, NotFoundError } from "#libs/errors/index";
import { type Actor } from "#src/auth/actor";
import { type AuditAction, type AuditEntry, AuditTrail } from "#src/auth/audit-trail";
import { assertUsableUrl } from "./base-url.js";
import { ProviderKey } from "./provider-key.entity.js";
import { type KeyPlace, ProviderKeysRepository } from "./provider-keys.repository.js";
import { type CreateProviderKeyDto, DEFAULT_PRIORITY, type UpdateProviderKeyDto } from "./vault.dto.js";
import { VaultService } from "./vault.service.js";

const NOT_PAUSED = { pausedReason: null, pausedUntil: null };

@Injectable()
export class ProviderKeysService {
  constructor(
    private readonly db: Database,
    private readonly config: Config,
    private readonly rows: ProviderKeysRepository,
    private readonly vault: VaultService,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws InvalidInputError for a base URL that is missing or not allowed */
  async create(actor: Actor, body: CreateProviderKeyDto): Promise<ProviderKey> {
    const baseUrl = body.baseUrl?.replace(/\/+$/, "") ?? null;
    if (body.provider === "openai-compatible" && baseUrl === null) {
      throw new InvalidInputError([{ path: "baseUrl", message: "is required for openai-compatible" }], 422);
    }
    if (baseUrl !== null) await assertUsableUrl(baseUrl, this.config);
    const { workspaceId, userId } = actor;
    const now = Date.now();
    const identity = { id: newId(), workspaceId, provider: body.provider, label: body.label, baseUrl };
    return this.db.transaction(async () => {
      const secret = await this.vault.seal({ ...identity, secretVersion: 1 }, body.secret);
      const row = Object.assign(new ProviderKey(), identity, secret, {
        enabled: body.enabled ?? true,
        priority: body.priority ?? DEFAULT_PRIORITY,
        createdBy: userId,
        createdAt: now,
        updatedAt: now,
        lastUsedAt: null,
        ...NOT_PAUSED,
      });
      await this.rows.add(row);
      await this.note("provider_key.created", actor, row.id, {
        provider: row.provider,
        secretVersion: row.secretVersion,
      });
      return row;
    });
  }

  /** In order of use, one more than `limit`. */
  async list(workspaceId: string, limit: number, after: KeyPlace | undefined): Promise<ProviderKey[]> {
    return this.rows.page(workspaceId, limit + 1, after);
  }

  /** The base URL cannot be changed: the secret is bound to it, and would go to whoever changes it. */
  async update(actor: Actor, id: string, body: UpdateProviderKeyDto): Promise<ProviderKey> {
    return this.change("provider_key.changed", actor, id, async (row) => ({
      label: body.label ?? row.label,
      enabled: body.enabled ?? row.enabled,
      priority: body.priority ?? row.priority,
      // Whoever switches a key on wants it to be tried.
      ...(body.enabled === true && NOT_PAUSED),
    }));
  }

  /** Replaces the secret; the old one cannot be put back (its version is bound into the seal). */
  async rotate(actor: Actor, id: string, secret: string): Promise<ProviderKey> {
    return this.change("provider_key.rotated", actor, id, async (row) => ({
      ...(await this.vault.seal({ ...row, secretVersion: await this.vault.nextVersion(row) }, secret)),
      ...NOT_PAUSED,
    }));
  }

  async delete(actor: Actor, id: string): Promise<void> {
    await this.db.transaction(async () => {
      if (!(await this.rows.delete(actor.workspaceId, id))) throw new NotFoundError("This key");
      await this.note("provider_key.deleted", actor, id);
    });
  }

  private async note(action: AuditAction, actor: Actor, id: string, facts: AuditEntry["facts"] = {}): Promise<void> {
    const target = { type: "provider_key", id };
    await this.audit.record({ action, workspaceId: actor.workspaceId, actor, target, facts });
  }

  private async change(
    action: AuditAction,
    actor: Actor,
    id: string,
    changesOf: (row: ProviderKey) => Promise<Partial<ProviderKey>>,
  ): Promise<ProviderKey> {
    return this.db.transaction(async () => {
      const row = await this.rows.find(actor.workspaceId, id);
      if (!row) throw new NotFoundError("This key");
      const changes = { ...(await changesOf(row)), updatedAt: Date.now() };
      if (!(await this.rows.change(row, changes)))
        throw new ConflictError("key_changed", "Somebody else changed this key at the same moment.", {
          retryable: true,
        });
      await this.note(action, actor, id, { secretVersion: changes.secretVersion ?? row.secretVersion });
      return Object.assign(row, changes);
    });
  }
}
