// Invites: a link with a role and an expiry, for one use.

import { Injectable } from "@nestjs/common";
import { Database, newId } from "#libs/database/index";
import { ConflictError, ForbiddenError, NotFoundError } from "#libs/errors/index";
import { Mailer } from "#libs/mail/index";
import { AccessNotices } from "#src/auth/access-notices";
import { type Account, type Actor } from "#src/auth/actor";
import { AuditTrail } from "#src/auth/audit-trail";
import { MembershipsRepository } from "#src/auth/memberships.repository";
import { assertCan, isAtLeast } from "#src/auth/policies";
import { hashToken, newToken } from "#src/auth/tokens";
import { Invite } from "#src/auth/workspace.entity";
import { inviteMail } from "#src/mails";
import { type CreateInviteDto, type InviteOffer } from "./workspaces.dto.js";

const DAY_MS = 24 * 3_600_000;
/** Open invites of a workspace. */
export const MOST_INVITES = 500;

/** A new invite. */
export interface CreatedInvite {
  invite: Invite;
  /** Shown this once. */
  token: string;
  /** Whether it goes to its address by mail. */
  mailed: boolean;
}

@Injectable()
export class InvitesService {
  constructor(
    private readonly db: Database,
    private readonly memberships: MembershipsRepository,
    private readonly notices: AccessNotices,
    private readonly mailer: Mailer,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Makes an invite; one that names an address goes there by mail, where mail is configured.
   * @throws ForbiddenError for a role above one's own, ConflictError `too_many_invites`
   */
  async create(actor: Actor, body: CreateInviteDto): Promise<CreatedInvite> {
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
    const mailed = await this.db.transaction(async () => {
      // Under the lock, and with today's role: whoever falls in this moment takes the open invites along, and leaves none.
      await this.memberships.lock(actor.workspaceId);
      const role = await this.memberships.roleOf(actor.workspaceId, actor.userId);
      const workspace = role && (await this.memberships.find(actor.workspaceId));
      if (!role || !workspace) throw new NotFoundError("This workspace");
      assertCan({ ...actor, role }, "invites.manage");
      if (!isAtLeast(role, body.role)) throw new ForbiddenError("You cannot invite to a role above your own.");
      if ((await this.memberships.countInvites(actor.workspaceId)) >= MOST_INVITES)
        throw new ConflictError("too_many_invites", `There are ${MOST_INVITES} open invites: withdraw some first.`);
      await this.memberships.addInvite(invite);
      const target = { type: "invite", id: invite.id };
      const facts = { role: invite.role };
      const entry = { target, facts, ...(invite.email !== null && { personal: { email: invite.email } }) };
      await this.audit.record({ action: "invite.created", workspaceId: actor.workspaceId, actor, ...entry });
      return this.mail(actor, invite, workspace.name, token);
    });
    return { invite, token, mailed };
  }

  /** What an invite offers. @throws NotFoundError */
  async offer(token: string): Promise<InviteOffer> {
    const invite = await this.memberships.openInvite(token);
    const workspace = invite && (await this.memberships.find(invite.workspaceId));
    if (!workspace) throw new NotFoundError("This invite");
    const { role, email, expiresAt } = invite;
    return { workspaceName: workspace.name, role, email, expiresAt };
  }

  /** Open invites, newest first, one more than `limit`. */
  async list(actor: Actor, limit: number, before: string | undefined): Promise<Invite[]> {
    return this.memberships.invites(actor.workspaceId, limit + 1, before);
  }

  async withdraw(actor: Actor, id: string): Promise<void> {
    const { workspaceId } = actor;
    await this.db.transaction(async () => {
      if (!(await this.memberships.deleteInvite(workspaceId, id))) throw new NotFoundError("This invite");
      await this.audit.record({ action: "invite.revoked", workspaceId, actor, target: { type: "invite", id } });
    });
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
      const facts = { role: invite.role, inviteId: invite.id };
      await this.audit.record({ action: "member.joined", workspaceId, actor: account, facts });
      return { workspaceId, joined: true };
    });
    if (joined) await this.notices.membershipsChanged(workspaceId, [account.userId]);
    return workspaceId;
  }

  private async mail(actor: Actor, invite: Invite, workspace: string, token: string): Promise<boolean> {
    if (invite.email === null || !this.mailer.enabled) return false;
    // Behind the #, which browsers send to no server and no proxy logs.
    const url = this.mailer.link(`/register#invite=${encodeURIComponent(token)}`);
    const { role, expiresAt } = invite;
    const content = inviteMail({ workspace, inviter: actor.name, role, url, expiresAt });
    return this.mailer.send(invite.email, content, expiresAt);
  }
}
