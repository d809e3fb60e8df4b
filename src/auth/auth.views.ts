// How accounts and sessions look to clients; rows become it in to-view.ts.
import { BoolField, DateTimeField, EnumField, ListField, ObjectField, TextField, UuidField } from "#libs/dto/index";
import { ROLES, type Role } from "./actor.js";

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
