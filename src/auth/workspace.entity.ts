// A workspace, its members and its invites: what decides who may see anything.

import { Entity, PrimaryColumn } from "typeorm";
import { IdColumn, RefColumn, StringColumn, TimeColumn } from "#libs/database/index";
import { type Role } from "./actor.js";

@Entity("workspaces")
export class Workspace {
  @IdColumn() id!: string;
  @StringColumn(100) name!: string;
  @TimeColumn() createdAt!: number;
}

@Entity("members")
export class Member {
  @PrimaryColumn({ type: "varchar", length: "36" }) workspaceId!: string;
  @PrimaryColumn({ type: "varchar", length: "36" }) userId!: string;
  @StringColumn(10) role!: Role;
  @TimeColumn() createdAt!: number;
}

@Entity("invites")
export class Invite {
  @IdColumn() id!: string;
  @RefColumn() workspaceId!: string;
  @StringColumn(10) role!: Role;
  /** When set, only this address may use it. */
  @StringColumn(320, { nullable: true }) email!: string | null;
  @StringColumn(64) tokenHash!: string;
  @RefColumn() createdBy!: string;
  @TimeColumn() createdAt!: number;
  @TimeColumn() expiresAt!: number;
}
