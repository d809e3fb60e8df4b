// An account of a sign-in provider that is linked to an account here, and the roles that its groups gave.
import { Entity, PrimaryColumn } from "typeorm";
import { FlagColumn, IdColumn, RefColumn, StringColumn, TimeColumn } from "#libs/database/index";
import { type Role } from "#src/auth/actor";

/** Issuer and subject are the identity (OpenID Connect Core 1.0 §5.7); an e-mail never is. */
@Entity("identities")
export class Identity {
  @IdColumn() id!: string;
  @RefColumn() userId!: string;
  @StringColumn(500) issuer!: string;
  @StringColumn(255) subject!: string;
  /** As the provider said it at the last sign-in; only shown. */
  @StringColumn(320, { nullable: true }) email!: string | null;
  /** The account is an operator because of a group, and no longer than that. */
  @FlagColumn() operatorGranted!: boolean;
  @TimeColumn() createdAt!: number;
  @TimeColumn() lastUsedAt!: number;
}

/** A role in a workspace that a group of the provider gives. */
@Entity("identity_grants")
export class IdentityGrant {
  @PrimaryColumn({ type: "varchar", length: "36" }) identityId!: string;
  @PrimaryColumn({ type: "varchar", length: "36" }) workspaceId!: string;
  /** The role that people here had given before; null: the membership hangs on the group. */
  @StringColumn(10, { nullable: true }) roleBefore!: Role | null;
}
