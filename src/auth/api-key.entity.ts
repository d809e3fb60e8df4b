// A platform key: a program's access to one workspace, on behalf of one member.
import { Entity } from "typeorm";
import { IdColumn, IntColumn, JsonColumn, RefColumn, StringColumn, TimeColumn } from "#libs/database/index";
import { type BudgetPeriod } from "./actor.js";
import { type Scope } from "./scopes.js";

@Entity("api_keys")
export class ApiKey {
  @IdColumn() id!: string;
  @RefColumn() workspaceId!: string;
  @RefColumn() userId!: string;
  @StringColumn(100) name!: string;
  /** HMAC-SHA256 of the token, hex. */
  @StringColumn(64) tokenHash!: string;
  @StringColumn(20) masked!: string;
  @JsonColumn() scopes!: Scope[];
  @JsonColumn({ nullable: true }) models!: string[] | null;
  @StringColumn(61, { nullable: true }) budgetUsd!: string | null;
  @StringColumn(10, { nullable: true }) budgetPeriod!: BudgetPeriod | null;
  @IntColumn({ nullable: true }) requestsPerMinute!: number | null;
  @TimeColumn({ nullable: true }) expiresAt!: number | null;
  @TimeColumn() createdAt!: number;
  /** When its rights were last changed. */
  @TimeColumn() updatedAt!: number;
  /** Written at most once a minute. */
  @TimeColumn({ nullable: true }) lastUsedAt!: number | null;
  /** The row stays, so that what the key has spent keeps a name. */
  @TimeColumn({ nullable: true }) revokedAt!: number | null;
}
