// How accounts and sessions look to clients.
import { BoolField, DateTimeField, EnumField, ListField, ObjectField, TextField, UuidField } from "#libs/http/index";
import { ROLES, type Role } from "./actor.js";
import { type MemberWorkspace } from "./memberships.repository.js";
import { NO_PASSWORD } from "./passwords.js";
import { type Session } from "./session.entity.js";
import { type User } from "./user.entity.js";

export class UserView {
  @UuidField() id!: string;
  @TextField() email!: string;
  @TextField() name!: string;
  @BoolField({ description: "False: there is none yet; signing in goes by a provider." }) hasPassword!: boolean;
  @BoolField({ description: "Owns the instance: sees its queues and operator pages." }) isOperator!: boolean;
  @DateTimeField() createdAt!: string;
}

export class WorkspaceView {
  @UuidField() id!: string;
  @TextField() name!: string;
  @EnumField(ROLES, { description: "The caller's role in it." }) role!: Role;
  @DateTimeField() createdAt!: string;
}

export class MeView {
  @ObjectField(() => UserView) user!: UserView;
  @ListField(() => WorkspaceView) workspaces!: WorkspaceView[];
}

export class SessionView {
  @UuidField() id!: string;
  @BoolField({ description: "The session of this request." }) current!: boolean;
  @TextField({ nullable: true }) userAgent!: string | null;
  @DateTimeField() createdAt!: string;
  @DateTimeField() lastSeenAt!: string;
}

export function toWorkspaceView({ id, name, role, createdAt }: MemberWorkspace): WorkspaceView {
  return { id, name, role, createdAt: new Date(createdAt).toISOString() };
}

export function toMeView(user: User, workspaces: MemberWorkspace[]): MeView {
  const { id, email, name, isOperator, createdAt } = user;
  const hasPassword = user.passwordHash !== NO_PASSWORD;
  return {
    user: { id, email, name, hasPassword, isOperator, createdAt: new Date(createdAt).toISOString() },
    workspaces: workspaces.map(toWorkspaceView),
  };
}

export function toSessionView(row: Session, currentId: string): SessionView {
  return {
    id: row.id,
    current: row.id === currentId,
    userAgent: row.userAgent,
    createdAt: new Date(row.createdAt).toISOString(),
    lastSeenAt: new Date(row.lastSeenAt).toISOString(),
  };
}
