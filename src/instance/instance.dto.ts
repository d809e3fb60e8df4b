// What operators ask and see of the instance.
import { BoolField, DateTimeField, IntField, ListField, PageQuery, TextField, UuidField } from "#libs/dto/index";
import { type AccountRow, type WorkspaceRow } from "./instance-directory.js";

export class SearchQuery extends PageQuery {
  @TextField({ optional: true, trim: true, max: 100, description: "A part of the name or the e-mail." }) q?: string;
}

export class UpdateAccountDto {
  @BoolField({ optional: true, description: "True: it cannot be used any more, and all its sessions end at once." })
  disabled?: boolean;
  @BoolField({ optional: true, description: "Sees queues and operator pages." }) isOperator?: boolean;
  @BoolField({
    optional: true,
    description: "Takes the second factor from somebody who lost phone and recovery codes.",
  })
  removeSecondFactor?: boolean;
}

export class AccountView {
  @UuidField() id!: string;
  @TextField() email!: string;
  @TextField() name!: string;
  @BoolField() isOperator!: boolean;
  @BoolField() disabled!: boolean;
  @BoolField({ description: "Signing in with the password asks for a code." }) secondFactor!: boolean;
  @IntField({ min: 0, description: "Workspaces that it is a member of." }) workspaces!: number;
  @DateTimeField() createdAt!: string;
  @DateTimeField({ nullable: true, description: "Of its open sessions the latest use, to five minutes." })
  lastSeenAt!: string | null;
}

export class InstanceWorkspaceView {
  @UuidField() id!: string;
  @TextField() name!: string;
  @IntField({ min: 0 }) members!: number;
  @TextField({ nullable: true, description: "E-mail of an owner." }) owner!: string | null;
  @DateTimeField() createdAt!: string;
}

export class SettingView {
  @TextField({ description: "Its variable.", example: "PUBLIC_URL" }) name!: string;
  @TextField({ nullable: true, description: "Null: not set. A secret is never shown, only `set`." })
  value!: string | null;
}

export class SettingsView {
  @ListField(() => SettingView) settings!: SettingView[];
}

const iso = (epochMs: number | string): string => new Date(Number(epochMs)).toISOString();

export function toAccountView(row: AccountRow): AccountView {
  const { id, email, name, isOperator, disabledAt, workspaces, createdAt, lastSeenAt } = row;
  return {
    ...{ id, email, name, isOperator: isOperator === 1, disabled: disabledAt !== null },
    secondFactor: row.secondFactorSince !== null,
    workspaces: Number(workspaces),
    createdAt: iso(createdAt),
    lastSeenAt: lastSeenAt === null ? null : iso(lastSeenAt),
  };
}

export function toInstanceWorkspaceView({ id, name, members, owner, createdAt }: WorkspaceRow): InstanceWorkspaceView {
  return { id, name, members: Number(members), owner, createdAt: iso(createdAt) };
}
