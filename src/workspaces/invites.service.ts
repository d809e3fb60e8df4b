// Invites: a link with a role and an expiry, for one use.

import { Injectable } from "@nestjs/common";
import { Database, newId } from "#libs/database/index";
import { ForbiddenError, NotFoundError } from "#libs/errors/index";
import { type Account, type Actor } from "#src/auth/actor";
import { MembershipsRepository } from "#src/auth/memberships.repository";
import { isAtLeast } from "#src/auth/policies";
import { hashToken, newToken } from "#src/auth/tokens";
import { Invite } from "#src/auth/workspace.entity";
import { type CreateInviteDto } from "./workspaces.dto.js";

const DAY_MS = 24 * 3_600_000;

@Injectable()
export class InvitesService {
  constructor(
    private readonly db: Database,
    private readonly memberships: MembershipsRepository,
  ) {}

  /** @returns the invite and its token, which is shown this once */
  async create(actor: Actor, body: CreateInviteDto): Promise<{ invite: Invite; token: string }> {
    if (!isAtLeast(actor.role, body.role)) throw new ForbiddenError("You cannot invite to a role above your own.");
    const token = newToken();
    const now = Date.now();
    const invite = Object.assign(new Invite(), {
      id: newId(),
      workspaceId: actor.workspaceId,
      role: body.role,
      email: body.email?.toLowerCase() ?? null,
      tokenHash: hashToken(token),
      createdBy: actor.userId,
      createdAt: now,
      expiresAt: now + (body.expiresInDays ?? 7) * DAY_MS,
    });
    await this.db.transaction(() => this.db.repository(Invite).insert(invite));
    return { invite, token };
  }

  async list(actor: Actor): Promise<Invite[]> {
    const rows = await this.db
      .repository(Invite)
      .find({ where: { workspaceId: actor.workspaceId }, order: { id: "DESC" }, take: 100 });
    return rows.filter((row) => row.expiresAt > Date.now());
  }

  async withdraw(actor: Actor, id: string): Promise<void> {
    const deleted = await this.db.execute("DELETE FROM invites WHERE workspace_id = ? AND id = ?", [
      actor.workspaceId,
      id,
    ]);
    if (deleted === 0) throw new NotFoundError("This invite");
  }

  /** @returns the workspace that was joined */
  async accept(account: Account, token: string): Promise<string> {
    return this.db.transaction(async () => {
      const invite = await this.memberships.openInvite(token);
      if (!invite || (invite.email !== null && invite.email !== account.email)) throw new NotFoundError("This invite");
      if (!(await this.memberships.consume(invite))) throw new NotFoundError("This invite");
      await this.memberships.add(invite.workspaceId, account.userId, invite.role);
      return invite.workspaceId;
    });
  }
}
