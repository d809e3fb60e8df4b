// Invites: a link with a role and an expiry, for one use.

import { Injectable } from "@nestjs/common";
import { Database, newId } from "#libs/database/index";
import { ForbiddenError, NotFoundError } from "#libs/errors/index";
import { AccessNotices } from "#src/auth/access-notices";
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
    private readonly notices: AccessNotices,
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
    await this.memberships.addInvite(invite);
    return { invite, token };
  }

  /** Open invites, newest first, one more than `limit`. */
  async list(actor: Actor, limit: number, before: string | undefined): Promise<Invite[]> {
    return this.memberships.invites(actor.workspaceId, limit + 1, before);
  }

  async withdraw(actor: Actor, id: string): Promise<void> {
    if (!(await this.memberships.deleteInvite(actor.workspaceId, id))) throw new NotFoundError("This invite");
  }

  /**
   * Joins the workspace of an invite. A member keeps the role, and the invite stays for somebody else.
   * @returns the workspace's id
   * @throws NotFoundError also for an invite that was used or is meant for another address
   */
  async accept(account: Account, token: string): Promise<string> {
    const { workspaceId, joined } = await this.db.transaction(async () => {
      const invite = await this.memberships.openInvite(token);
      if (!invite || (invite.email !== null && invite.email !== account.email)) throw new NotFoundError("This invite");
      const { workspaceId } = invite;
      if ((await this.memberships.roleOf(workspaceId, account.userId)) !== null) return { workspaceId, joined: false };
      if (!(await this.memberships.consume(invite))) throw new NotFoundError("This invite");
      await this.memberships.add(workspaceId, account.userId, invite.role);
      return { workspaceId, joined: true };
    });
    if (joined) await this.notices.membershipsChanged(workspaceId, [account.userId]);
    return workspaceId;
  }
}
