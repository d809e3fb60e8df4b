// What clients send about workspaces, members and invites, and how those look.

import { BoolField, DateTimeField, EnumField, IntField, TextField, UuidField } from "#libs/dto/index";
import { ROLES, type Role } from "#src/auth/actor";
import { EMAIL } from "#src/auth/auth.dto";
import { type MemberProfile } from "#src/auth/memberships.repository";
import { type Invite } from "#src/auth/workspace.entity";

export class CreateWorkspaceDto {
  @TextField({ trim: true, min: 1, max: 100 }) name!: string;
}

export class UpdateWorkspaceDto {
  @TextField({ optional: true, trim: true, min: 1, max: 100 }) name?: string;
}

export class UpdateMemberDto {
  @EnumField(ROLES) role!: Role;
}

export class TransferWorkspaceDto {
  @UuidField({ description: "The member who will own it; the caller becomes an admin." }) userId!: string;
}

export class CreateInviteDto {
  @EnumField(ROLES, { description: "Not above the inviter's own role." }) role!: Role;
  @TextField({
    ...EMAIL,
    optional: true,
    description: "Only this address may use the invite; it goes there by mail, where mail is configured.",
  })
  email?: string;
  @IntField({ optional: true, min: 1, max: 30, default: 7 }) expiresInDays?: number;
}

export class InviteTokenDto {
  @TextField({ min: 1, max: 200 }) token!: string;
}

export class MemberView {
  @UuidField() userId!: string;
  @TextField() email!: string;
  @TextField() name!: string;
  @EnumField(ROLES) role!: Role;
  @DateTimeField() createdAt!: string;
}

export class InviteView {
  @UuidField() id!: string;
  @EnumField(ROLES) role!: Role;
  @TextField({ nullable: true }) email!: string | null;
  @DateTimeField() createdAt!: string;
  @DateTimeField() expiresAt!: string;
}

export class CreatedInviteView extends InviteView {
  @TextField({ description: "Shown this once; kept as a hash." }) token!: string;
  @BoolField({ description: "True: it goes to its address by mail. Else pass the link on." }) mailed!: boolean;
}

export class InviteOfferView {
  @TextField() workspaceName!: string;
  @EnumField(ROLES) role!: Role;
  @TextField({ nullable: true, description: "The only address that may use it." }) email!: string | null;
  @DateTimeField() expiresAt!: string;
}

/** What an invite's holder may know before joining. */
export interface InviteOffer extends Pick<Invite, "role" | "email" | "expiresAt"> {
  workspaceName: string;
}

const iso = (epochMs: number): string => new Date(epochMs).toISOString();

export function toMemberView({ userId, email, name, role, createdAt }: MemberProfile): MemberView {
  return { userId, email, name, role, createdAt: iso(createdAt) };
}

export function toInviteView({ id, role, email, createdAt, expiresAt }: Invite): InviteView {
  return { id, role, email, createdAt: iso(createdAt), expiresAt: iso(expiresAt) };
}

export function toInviteOfferView({ workspaceName, role, email, expiresAt }: InviteOffer): InviteOfferView {
  return { workspaceName, role, email, expiresAt: iso(expiresAt) };
}
