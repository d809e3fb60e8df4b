// Linked identities in the database.
import { Injectable } from "@nestjs/common";
import { Database, newId } from "#libs/database/index";
import { type Role } from "#src/auth/actor";
import { AuditTrail } from "#src/auth/audit-trail";
import { Identity, IdentityGrant } from "./identity.entity.js";
import { type Person } from "./person.js";

@Injectable()
export class IdentitiesRepository {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditTrail,
  ) {}

  async find(issuer: string, subject: string): Promise<Identity | undefined> {
    return (await this.db.select(Identity, "WHERE issuer = ? AND subject = ?", [issuer, subject]))[0];
  }

  /** Identities of an account, newest first. @param before an id; only older ones */
  async page(userId: string, limit: number, before?: string): Promise<Identity[]> {
    const older = before === undefined ? "" : "AND id < ?";
    const params = before === undefined ? [userId, limit] : [userId, before, limit];
    return this.db.select(Identity, `WHERE user_id = ? ${older} ORDER BY id DESC LIMIT ?`, params);
  }

  async get(userId: string, id: string): Promise<Identity | undefined> {
    return (await this.db.select(Identity, "WHERE user_id = ? AND id = ?", [userId, id]))[0];
  }

  /** Whether the account is somebody at this provider already. */
  async hasOne(userId: string, issuer: string): Promise<boolean> {
    const sql = "SELECT 1 AS yes FROM identities WHERE user_id = ? AND issuer = ?";
    return (await this.db.one(sql, [userId, issuer])) !== undefined;
  }

  /** Links a person to an account. Must run in a transaction. @param how for the audit log */
  async add(userId: string, { issuer, subject, email }: Person, how: string): Promise<Identity> {
    const now = Date.now();
    const identity = Object.assign(new Identity(), {
      ...{ id: newId(), userId, issuer, subject, email },
      ...{ operatorGranted: false, createdAt: now, lastUsedAt: now },
    });
    await this.db.repository(Identity).insert(identity);
    const entry = { target: { type: "identity", id: identity.id }, facts: { how } };
    const personal = email === null ? {} : { personal: { email } };
    await this.audit.record({
      ...{ action: "account.identity_linked", workspaceId: null, actor: { userId } },
      ...entry,
      ...personal,
    });
    return identity;
  }

  async touch(id: string, email: string | null): Promise<void> {
    await this.db.execute("UPDATE identities SET email = ?, last_used_at = ? WHERE id = ?", [email, Date.now(), id]);
  }

  async noteOperator(id: string, granted: boolean): Promise<void> {
    await this.db.execute("UPDATE identities SET operator_granted = ? WHERE id = ?", [granted ? 1 : 0, id]);
  }

  async delete(id: string): Promise<void> {
    await this.db.execute("DELETE FROM identities WHERE id = ?", [id]);
  }

  async grants(identityId: string): Promise<IdentityGrant[]> {
    return this.db.select(IdentityGrant, "WHERE identity_id = ?", [identityId]);
  }

  async setGrant(identityId: string, workspaceId: string, roleBefore: Role | null): Promise<void> {
    const row = { identity_id: identityId, workspace_id: workspaceId, role_before: roleBefore };
    const update = "ON CONFLICT (identity_id, workspace_id) DO UPDATE SET role_before = excluded.role_before";
    await this.db.insert("identity_grants", row, update);
  }

  async deleteGrant(identityId: string, workspaceId: string): Promise<void> {
    const sql = "DELETE FROM identity_grants WHERE identity_id = ? AND workspace_id = ?";
    await this.db.execute(sql, [identityId, workspaceId]);
  }
}
