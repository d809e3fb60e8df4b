// What clients send about workspaces, members and invites, and how those look.

import { DateTimeField, EnumField, IntField, TextField, UuidField } from "#libs/http/index";
import { ROLES, type Role } from "#src/auth/actor";

export class CreateWorkspaceDto {
  @TextField({ trim: true, min: 1, max: 100 }) name!: string;
}

export class UpdateWorkspaceDto {
  @TextField({ optional: true, trim: true, min: 1, max: 100 }) name?: string;
}

export class UpdateMemberDto {
  @EnumField(ROLES) role!: Role;
}

export class CreateInviteDto {
  @EnumField(ROLES, { description: "Not above the inviter's own role." }) role!: Role;
  @TextField({ optional: true, trim: true, min: 3, max: 254, description: "Only this address may use the invite." })
  email?: string;
  @IntField({ optional: true, min: 1, max: 30, default: 7 }) expiresInDays?: number;
}

export class AcceptInviteDto {
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
}
